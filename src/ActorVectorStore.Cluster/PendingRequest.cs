namespace ActorVectorStore.Cluster;

/// <summary>A request on its way to an actor of this process. It is settled once, by a result or a failure; what comes later is ignored.</summary>
internal abstract class PendingRequest
{
    private readonly TaskCompletionSource<long> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<PendingRequest>? _settling;
    private int _isSettled;

    /// <summary>The outcome; for a write, the log index at which it is durable and visible.</summary>
    public Task<long> Completion => _completion.Task;

    /// <summary>Called once, before the caller goes on, on the thread that settles the request. Set before the request is sent.</summary>
    public void OnSettling(Action<PendingRequest> action) => _settling += action;

    /// <summary>Completes the request; false if it was settled before.</summary>
    public bool Complete(long index = 0)
    {
        if (!Settle())
        {
            return false;
        }

        _completion.SetResult(index);
        return true;
    }

    public void Fail(Exception cause)
    {
        if (Settle())
        {
            _completion.SetException(cause);

            // A caller who was cancelled no longer looks.
            _ = _completion.Task.Exception;
        }
    }

    private bool Settle()
    {
        if (Interlocked.Exchange(ref _isSettled, 1) != 0)
        {
            return false;
        }

        _settling?.Invoke(this);
        return true;
    }
}
