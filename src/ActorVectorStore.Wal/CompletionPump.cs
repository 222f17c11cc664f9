namespace ActorVectorStore.Wal;

/// <summary>
/// Lets the awaiting callers of one commit go on, in their order, on threads of the pool: inside the work item instead of by one work item each, which
/// costs several times as much as the rest of an append. What a caller does there must not hold up the others: while callers are left, the pump is
/// always queued once more, so that whichever thread is free goes on with them when this one is kept.
/// </summary>
internal sealed class CompletionPump(PendingAppend first) : IThreadPoolWorkItem
{
    private PendingAppend? _next = first;
    private bool _isQueued;

    public void Run(bool isInline)
    {
        if (isInline)
        {
            while (TakeNext(out _) is { } pending)
            {
                pending.Wake();
            }
        }
        else
        {
            _isQueued = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    public void Execute()
    {
        lock (this)
        {
            _isQueued = false;
        }

        while (TakeNext(out var mustQueue) is { } pending)
        {
            if (mustQueue)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            // Once woken, the object may be reused at once.
            pending.Wake();
        }
    }

    private PendingAppend? TakeNext(out bool mustQueue)
    {
        lock (this)
        {
            mustQueue = false;
            if (_next is not { } pending)
            {
                return null;
            }

            _next = pending.Next;
            pending.Next = null;
            mustQueue = _next is not null && !_isQueued;
            _isQueued |= mustQueue;
            return pending;
        }
    }
}
