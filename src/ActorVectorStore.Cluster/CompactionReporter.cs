using System.Runtime.ExceptionServices;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Takes in what the shards of a compaction do and tells whoever asked for it, on a thread of its own: a slow listener is told less often and holds nobody up. Any thread.
/// </summary>
internal sealed class CompactionReporter(IProgress<CompactionProgress> progress)
{
    private readonly Lock _lock = new();
    private CompactionProgress _now;
    private Task? _telling;
    private Exception? _failure;
    private bool _isNews;

    /// <summary>Work was begun that will write about so many bytes.</summary>
    public void Planned(long bytes) => Change(now => now with { PlannedBytes = now.PlannedBytes + bytes });

    /// <summary>Bytes were written.</summary>
    public void Wrote(int bytes) => Change(now => now with
    {
        WrittenBytes = now.WrittenBytes + bytes,
        PlannedBytes = Math.Max(now.PlannedBytes, now.WrittenBytes + bytes),
    });

    /// <summary>Work ended: its result is in the place of so many segments.</summary>
    public void Merged(int segments) => Change(now => now with { MergedSegments = now.MergedSegments + segments });

    /// <summary>Completes when the listener has been told of everything so far; fails with what it threw.</summary>
    public async Task CompleteAsync()
    {
        Task? telling;
        using (_lock.EnterScope())
        {
            telling = _telling;
        }

        if (telling is not null)
        {
            await telling.ConfigureAwait(false);
        }

        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    private void Change(Func<CompactionProgress, CompactionProgress> change)
    {
        using var scope = _lock.EnterScope();
        _now = change(_now);
        _isNews = true;
        _telling ??= Task.Run(Tell);
    }

    private void Tell()
    {
        while (TakeNews() is { } now)
        {
            try
            {
                progress.Report(now);
            }
            catch (Exception e)
            {
                // Whoever asked for the compaction is told; the shards have nothing to do with it.
                _failure ??= e;
            }
        }
    }

    private CompactionProgress? TakeNews()
    {
        using var scope = _lock.EnterScope();
        if (!_isNews)
        {
            _telling = null;
            return null;
        }

        _isNews = false;
        return _now;
    }
}
