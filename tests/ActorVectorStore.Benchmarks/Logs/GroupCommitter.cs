using System.Diagnostics;

namespace ActorVectorStore.Benchmarks.Logs;

/// <summary>
/// One writer thread that takes everything queued, commits it as one, and lets the callers go on. With a gather time it then waits up to that
/// long until as many appends have come in as were just acknowledged, so that callers in a closed loop all share the next sync instead of
/// falling into two groups that take turns.
/// </summary>
internal sealed class GroupCommitter : IDisposable
{
    /// <summary>Well below the time of a sync, and more than a crowd of callers takes to come back.</summary>
    public static readonly TimeSpan UsualGatherMax = TimeSpan.FromMicroseconds(150);

    /// <summary>Most payload bytes of one commit, unless a single append has more.</summary>
    private const long GroupBytesMax = 32 << 20;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wakeUp = new(0);
    private readonly CommitGroupPool _groups = new();
    private readonly PendingAppend[] _pending;
    private readonly Action<List<PendingAppend>> _commit;
    private readonly TimeSpan _gatherMax;
    private readonly Thread _writer;
    private List<PendingAppend> _queue = [];
    private volatile int _queued;
    private bool _writerSleeps;
    private bool _closed;

    public GroupCommitter(int callers, TimeSpan gatherMax, Action<List<PendingAppend>> commit)
    {
        _pending = [.. Enumerable.Range(0, callers).Select(_ => new PendingAppend())];
        _gatherMax = gatherMax;
        _commit = commit;
        _writer = new Thread(Run) { IsBackground = true, Name = "group committer" };
        _writer.Start();
    }

    public void Append(int caller, ReadOnlyMemory<byte> payload, ulong payloadHash = 0)
    {
        var append = _pending[caller];
        append.Begin(caller, payload, payloadHash, blocking: true);
        Enqueue(append);
        append.Wait();
    }

    public ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload, ulong payloadHash = 0)
    {
        var append = _pending[caller];
        append.Begin(caller, payload, payloadHash, blocking: false);
        var completion = append.AsValueTask();
        Enqueue(append);
        return completion;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _wakeUp.Release();
        _writer.Join();
        _wakeUp.Dispose();
        Array.ForEach(_pending, append => append.Dispose());
    }

    private void Enqueue(PendingAppend append)
    {
        bool wake;
        lock (_gate)
        {
            _queue.Add(append);
            _queued = _queue.Count;
            wake = _writerSleeps;
            _writerSleeps = false;
        }

        if (wake)
        {
            _wakeUp.Release();
        }
    }

    private void Run()
    {
        while (TakeGroup() is { } group)
        {
            Exception? failure = null;
            try
            {
                _commit(group.Appends);
            }
            catch (Exception e)
            {
                failure = e;
            }

            var expected = _queued + group.Appends.Count;
            group.Complete(failure);
            Gather(expected);
        }
    }

    private void Gather(int expected)
    {
        if (_gatherMax == TimeSpan.Zero)
        {
            return;
        }

        var begin = Stopwatch.GetTimestamp();
        while (_queued < expected && Stopwatch.GetElapsedTime(begin) < _gatherMax)
        {
            // On few processors the callers need the one that would otherwise spin here.
            Thread.Yield();
        }
    }

    private CommitGroup? TakeGroup()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_queue.Count > 0)
                {
                    return TakeQueued();
                }

                if (_closed)
                {
                    return null;
                }

                _writerSleeps = true;
            }

            _wakeUp.Wait();
        }
    }

    private CommitGroup TakeQueued()
    {
        var group = _groups.Rent();
        var count = CountThatFits();
        if (count == _queue.Count)
        {
            (group.Appends, _queue) = (_queue, group.Appends);
        }
        else
        {
            group.Appends.AddRange(_queue.GetRange(0, count));
            _queue.RemoveRange(0, count);
        }

        _queued = _queue.Count;
        return group;
    }

    private int CountThatFits()
    {
        long bytes = _queue[0].Payload.Length;
        var count = 1;
        while (count < _queue.Count && bytes + _queue[count].Payload.Length <= GroupBytesMax)
        {
            bytes += _queue[count].Payload.Length;
            count++;
        }

        return count;
    }
}
