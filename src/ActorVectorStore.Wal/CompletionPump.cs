namespace ActorVectorStore.Wal;

/// <summary>
/// Lets awaiting callers go on, in the order of their commits, on a thread of the pool: all of them inside one work item, instead of by one work item
/// each, which would cost more than the rest of an append. A caller that keeps that thread must not hold up the ones behind it: the writer looks now
/// and then whether the pump moves, and puts another thread to it if not.
/// </summary>
internal sealed class CompletionPump(bool isInline) : IThreadPoolWorkItem
{
    private const int ThreadsMax = 64;

    private readonly Lock _gate = new();
    private PendingAppend? _head;
    private PendingAppend? _tail;
    private int _threads;
    private long _woken;
    private long _wokenAtLastLook;

    public bool IsEmpty => Volatile.Read(ref _head) is null;

    /// <summary>Adds a chain of finished appends.</summary>
    public void Add(PendingAppend first, PendingAppend last)
    {
        bool start;
        lock (_gate)
        {
            if (_tail is null)
            {
                _head = first;
            }
            else
            {
                _tail.Next = first;
            }

            _tail = last;
            start = _threads == 0;
            _threads += start ? 1 : 0;
        }

        if (isInline)
        {
            Execute();
        }
        else if (start)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Puts one more thread to the pump if it has not moved since the last look.</summary>
    public void Look()
    {
        lock (_gate)
        {
            var isStuck = _head is not null && _woken == _wokenAtLastLook && _threads < ThreadsMax;
            _wokenAtLastLook = _woken;
            if (!isStuck)
            {
                return;
            }

            _threads++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Wakes everybody who waits, on this thread.</summary>
    public void Execute()
    {
        while (TakeNext() is { } pending)
        {
            // Once woken, the object may be reused at once.
            pending.Wake();
        }
    }

    private PendingAppend? TakeNext()
    {
        lock (_gate)
        {
            if (_head is not { } pending)
            {
                _threads--;
                return null;
            }

            _head = pending.Next;
            _tail = _head is null ? null : _tail;
            pending.Next = null;
            _woken++;
            return pending;
        }
    }
}
