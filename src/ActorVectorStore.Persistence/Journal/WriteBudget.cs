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

    /// <summary>Bytes under way.</summary>
    public long Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Writes that wait for room.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiters.Count;
            }
        }
    }

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
            try
            {
                await waiter.Granted.Task.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Those behind it may fit although it did not.
                Release(0);
                throw;
            }
        }
    }

    /// <summary>Gives back what was taken and lets waiters go on.</summary>
    public void Release(long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            while (_waiters.TryPeek(out var next) && (next.Granted.Task.IsCompleted || TryGiveTo(next)))
            {
                _waiters.Dequeue();
            }
        }
    }

    /// <summary>Whether there is room for the waiter; takes nothing if it was cancelled in this moment.</summary>
    private bool TryGiveTo(Waiter waiter)
    {
        if (!TryTakeNow(waiter.Bytes))
        {
            return false;
        }

        if (!waiter.Granted.TrySetResult())
        {
            _taken -= waiter.Bytes;
        }

        return true;
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
