namespace ActorVectorStore.Persistence;

/// <summary>
/// Bounds the payload bytes that journals have under way in one log: the log refuses what its queue cannot hold, and a refused write would stop its
/// persistent actor, so writes wait here in the order of their arrival. A write larger than the budget goes when nothing else is under way.
/// Thread-safe.
/// </summary>
internal sealed class WriteBudget(long bytesMax)
{
    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiters = new();
    private long _taken;

    /// <summary>Takes bytes if that needs no waiting.</summary>
    public bool TryTake(long bytes)
    {
        lock (_gate)
        {
            return _waiters.Count == 0 && TryTakeNow(bytes);
        }
    }

    /// <summary>Takes bytes when it is their turn and there is room.</summary>
    public async Task TakeAsync(long bytes, CancellationToken cancellation)
    {
        var waiter = new Waiter(bytes);
        lock (_gate)
        {
            if (_waiters.Count == 0 && TryTakeNow(bytes))
            {
                return;
            }

            _waiters.Enqueue(waiter);
        }

        var registration = cancellation.Register(static state => ((Waiter)state!).Granted.TrySetCanceled(), waiter);
        await using (registration.ConfigureAwait(false))
        {
            await waiter.Granted.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Gives back what was taken and lets waiters go on.</summary>
    public void Release(long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            while (_waiters.TryPeek(out var next) && (next.Granted.Task.IsCanceled || TryTakeNow(next.Bytes)))
            {
                _waiters.Dequeue();
                if (!next.Granted.Task.IsCanceled && !next.Granted.TrySetResult())
                {
                    _taken -= next.Bytes;
                }
            }
        }
    }

    private bool TryTakeNow(long bytes)
    {
        if (_taken > 0 && _taken + bytes > bytesMax)
        {
            return false;
        }

        _taken += bytes;
        return true;
    }

    private sealed class Waiter(long bytes)
    {
        public long Bytes { get; } = bytes;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
