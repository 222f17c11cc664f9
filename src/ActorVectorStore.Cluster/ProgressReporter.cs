using System.Runtime.ExceptionServices;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Takes in what the shards do for somebody who asked for it, and tells him, on a thread of its own: a slow listener is told less often and holds nobody up. Any thread.
/// </summary>
/// <typeparam name="TProgress">How far it is.</typeparam>
/// <param name="progress">The listener.</param>
internal abstract class ProgressReporter<TProgress>(IProgress<TProgress> progress)
    where TProgress : struct
{
    private readonly Lock _lock = new();
    private TProgress _now;
    private Task? _telling;
    private Exception? _failure;
    private bool _isNews;

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

    /// <summary>It is further now.</summary>
    protected void Change(Func<TProgress, TProgress> change)
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
                // Whoever asked is told; the shards have nothing to do with it.
                _failure ??= e;
            }
        }
    }

    private TProgress? TakeNews()
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
