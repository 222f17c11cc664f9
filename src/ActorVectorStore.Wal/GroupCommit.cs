using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// The queue in front of the disk, and whoever writes it: everything queued becomes one write and one sync, then its callers are told. A caller that
/// finds nobody else commits on its own thread; a crowd is served by the writer thread.
/// </summary>
internal sealed class GroupCommit
{
    /// <summary>Of a larger group the first ones are told while the others are entered into the index.</summary>
    private const int ToldAtOnce = 64;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(1);

    private readonly LogIndex _index;
    private readonly CommitPipeline _pipeline;
    private readonly WalOptions _options;
    private readonly GatherPolicy _gather;
    private readonly bool _isInline;
    private readonly PendingPool _pool = new();
    private readonly CompletionPump _pump;
    private readonly object _parking = new();
    private readonly object _room = new();
    private readonly Func<int> _enough;
    private readonly Thread? _writer;

    private PendingAppend? _head;
    private PendingAppend? _tail;
    private int _queued;
    private long _queuedBytes;
    private long _queuedPayloadBytes;
    private bool _isMakingSpace;
    private int _lastGroup;
    private bool _isCommitting;
    private bool _isSignalled;
    private bool _isClosed;
    private Exception? _poison;

    public GroupCommit(LogIndex index, CommitPipeline pipeline, WalOptions options, bool isInline)
    {
        (_index, _pipeline, _options, _isInline) = (index, pipeline, options, isInline);
        _pump = new CompletionPump(isInline);
        _gather = new GatherPolicy(options.GatherMicrosecondsMax, () => _pump.IsEmpty, TimeProvider.System);
        _enough = () => QueuedBytes >= options.CommitBytesMax ? int.MaxValue : Queued;
        if (!isInline)
        {
            _writer = new Thread(WriteQueued) { IsBackground = true, Name = "log writer" };
            _writer.Start();
        }
    }

    /// <summary>Why nothing more is written, or null.</summary>
    public Exception? Poison => Volatile.Read(ref _poison);

    public int Queued => Volatile.Read(ref _queued);

    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>Appends and waits, on this thread, until the batch is durable.</summary>
    public AppendReceipt Append(PendingAppend pending)
    {
        pending.IsBlocking = true;
        bool isIdle, leads;
        while (!TryAccept(pending, out isIdle, out leads))
        {
            WaitForRoom(pending);
        }

        if (leads)
        {
            while (!pending.IsDone)
            {
                CommitOnce();
            }

            EndLeading();
        }
        else if (isIdle)
        {
            SignalWriter();
        }

        return pending.Wait();
    }

    /// <summary>Queues for the writer thread.</summary>
    public ValueTask<AppendReceipt> AppendAsync(PendingAppend pending)
    {
        var version = pending.Version;
        bool isIdle;
        lock (_index.Gate)
        {
            if (!HasRoom(pending) && !_isClosed)
            {
                throw new LogOverloadedException(_queuedBytes, _options.QueueBytesMax);
            }

            Accept(pending);
            isIdle = !_isCommitting;
        }

        if (isIdle && !_isInline)
        {
            SignalWriter();
        }

        return new ValueTask<AppendReceipt>(pending, version);
    }

    public PendingAppend Rent() => _pool.Rent();

    /// <summary>Stops accepting; returns when everything accepted before has been committed or has failed and the writer has stopped.</summary>
    public void Close()
    {
        lock (_index.Gate)
        {
            _isClosed = true;
        }

        lock (_parking)
        {
            _isSignalled = true;
            Monitor.Pulse(_parking);
        }

        lock (_room)
        {
            Monitor.PulseAll(_room);
        }

        _writer?.Join();
        CommitQueued();
    }

    /// <summary>From now on nothing is written. The first cause is the one that is told.</summary>
    public void PoisonWith(Exception cause) =>
        Interlocked.CompareExchange(ref _poison, new LogPoisonedException(_pipeline.Directory, cause), null);

    /// <summary>Takes a blocking caller's place in the queue; false, and nothing has changed, if there is no room for it.</summary>
    private bool TryAccept(PendingAppend pending, out bool isIdle, out bool leads)
    {
        (isIdle, leads) = (false, false);
        lock (_index.Gate)
        {
            if (!HasRoom(pending) && !_isClosed && _poison is null)
            {
                return false;
            }

            Accept(pending);
            isIdle = !_isCommitting;
            leads = isIdle && (_isInline || _lastGroup <= 1);
            _isCommitting |= leads;
        }

        return true;
    }

    private void WaitForRoom(PendingAppend pending)
    {
        if (_isInline)
        {
            CommitQueued();
            return;
        }

        lock (_room)
        {
            while (!HasRoom(pending) && !Volatile.Read(ref _isClosed) && Poison is null)
            {
                Monitor.Wait(_room);
            }
        }
    }

    /// <summary>
    /// Whether the queue's bound lets it in. What frees space or writes nothing is never refused, nor is a payload when no other waits, however large
    /// it is. True under the gate; elsewhere it is a hint.
    /// </summary>
    private bool HasRoom(PendingAppend pending) =>
        pending.Kind != FrameKind.EventBatch
        || pending.QueueBytes <= _options.QueueBytesMax - QueuedBytes
        || (pending.PayloadBytes > 0 && Volatile.Read(ref _queuedPayloadBytes) == 0);

    /// <summary>Under the gate: checks the order of the stream and takes the place in the queue.</summary>
    private void Accept(PendingAppend pending)
    {
        ObjectDisposedException.ThrowIf(_isClosed, typeof(WriteAheadLog));
        if (_poison is { } poison)
        {
            throw poison;
        }

        if (pending.Kind == FrameKind.EventBatch)
        {
            var stream = _index.GetOrAdd(pending.Batch.Stream);
            if (pending.Batch.FirstSequence <= stream.AcceptedSequence && !_pipeline.Has(WalMutations.AcceptDuplicates))
            {
                throw new SequenceConflictException(stream.Name, stream.AcceptedSequence, pending.Batch.FirstSequence);
            }

            pending.BindTo(stream);
            pending.AcceptedBefore = stream.AcceptedSequence;
            stream.AcceptedSequence = pending.Batch.LastSequence;
        }

        if (pending.Stream is { } bound)
        {
            bound.Pending++;
        }

        Enqueue(pending);
    }

    /// <summary>Space is given back by the next commit, whatever waits: it depends on nothing in the queue, and the queue may need the space.</summary>
    private void Enqueue(PendingAppend pending)
    {
        if (pending.Kind == FrameKind.SegmentFreed)
        {
            pending.Next = _head;
            _head = pending;
            _tail ??= pending;
            Count(pending, 1);
            return;
        }

        if (_tail is null)
        {
            _head = pending;
        }
        else
        {
            _tail.Next = pending;
        }

        _tail = pending;
        Count(pending, 1);
    }

    /// <summary>Adds to what the queue holds, or takes from it.</summary>
    private void Count(PendingAppend pending, int sign)
    {
        _queued += sign;
        _queuedBytes += sign * pending.QueueBytes;
        _queuedPayloadBytes += sign * pending.PayloadBytes;
    }

    private void SignalWriter()
    {
        lock (_parking)
        {
            if (!_isSignalled)
            {
                _isSignalled = true;
                Monitor.Pulse(_parking);
            }
        }
    }

    private void WriteQueued()
    {
        while (true)
        {
            lock (_parking)
            {
                while (!_isSignalled)
                {
                    if (!Monitor.Wait(_parking, _pump.IsEmpty ? Timeout.InfiniteTimeSpan : LookInterval))
                    {
                        _pump.Look();
                    }
                }

                _isSignalled = false;
            }

            while (TryLead())
            {
                _gather.Wait(_enough);
                CommitOnce();
                EndLeading(signal: false);
                _pump.Look();
            }

            lock (_index.Gate)
            {
                if (_isClosed && _head is null && !_isCommitting)
                {
                    return;
                }
            }
        }
    }

    /// <summary>In a test without threads: commits what was queued, which otherwise the writer does.</summary>
    public void CommitInline()
    {
        if (_isInline)
        {
            CommitQueued();
        }
    }

    /// <summary>Commits on this thread what was queued asynchronously.</summary>
    public void CommitQueued()
    {
        while (TryLead())
        {
            CommitOnce();
            EndLeading();
        }
    }

    private bool TryLead()
    {
        lock (_index.Gate)
        {
            if (_isCommitting || _head is null)
            {
                return false;
            }

            return _isCommitting = true;
        }
    }

    private void EndLeading(bool signal = true)
    {
        bool more;
        lock (_index.Gate)
        {
            _isCommitting = false;
            more = _head is not null || _isClosed || !_pump.IsEmpty;
        }

        if (signal && more && !_isInline)
        {
            SignalWriter();
        }
    }

    /// <summary>Takes what is queued, makes it durable and tells its callers.</summary>
    private void CommitOnce()
    {
        var group = TakeGroup(out var dropped);
        Complete(dropped);
        if (group is null)
        {
            return;
        }

        PendingAppend? rest = null;
        Exception? failure = null;
        try
        {
            if (Poison is { } poison)
            {
                throw poison;
            }

            rest = _pipeline.Write(group);
        }
        catch (LogPoisonedException e)
        {
            failure = e;
        }
        catch (IOException e) when (!_pipeline.HasBegun && e is not SyncFailedException)
        {
            // No space, or no file could be opened: nothing was written, and a later commit may find things better.
            failure = e;
        }
        catch (Exception e)
        {
            PoisonWith(e);
            failure = Poison;
        }

        if (failure is null)
        {
            Publish(group, rest);
        }
        else
        {
            Fail(ref group, failure);
            _lastGroup = 0;
            Complete(group);
        }

        _pipeline.AfterCommit();
    }

    /// <summary>Cuts the next group off the queue, leaving out what was cancelled: up to here a cancelled append has left no trace.</summary>
    private PendingAppend? TakeGroup(out PendingAppend? dropped)
    {
        PendingAppend? first = null, last = null;
        dropped = null;
        long bytes = 0;
        lock (_index.Gate)
        {
            while (_head is { } next
                && (first is null || bytes + next.FrameBytes <= _options.CommitBytesMax)
                && !(_isMakingSpace && first is not null && next.Kind == FrameKind.EventBatch))
            {
                Dequeue(next);
                if (next.Cancellation.IsCancellationRequested)
                {
                    next.Next = dropped;
                    dropped = next;
                    continue;
                }

                bytes += next.FrameBytes;
                if (last is null)
                {
                    first = next;
                }
                else
                {
                    last.Next = next;
                }

                last = next;
            }

            _isMakingSpace = false;

            // Newest first, so that each stream goes back step by step to what it had accepted before.
            for (var pending = dropped; pending is not null; pending = pending.Next)
            {
                TakeBack(pending, new OperationCanceledException(pending.Cancellation));
            }
        }

        PulseRoom();
        return first;
    }

    private void Dequeue(PendingAppend pending)
    {
        _head = pending.Next;
        if (_head is null)
        {
            _tail = null;
        }

        pending.Next = null;
        Count(pending, -1);
    }

    private void PulseRoom()
    {
        lock (_room)
        {
            Monitor.PulseAll(_room);
        }
    }

    /// <summary>
    /// Makes the written group visible and tells its callers, some at a time and in the order of the frames. What did not fit goes back to the front of
    /// the queue.
    /// </summary>
    private void Publish(PendingAppend group, PendingAppend? rest)
    {
        var (told, others) = (0, 0);
        for (PendingAppend? some = group, next; some is not null; some = next)
        {
            lock (_index.Gate)
            {
                if (told == 0)
                {
                    PutBack(rest);
                    others = _queued;
                    _pipeline.BeginPublishing();
                }

                next = PublishSome(some, ref told);
                if (next is null)
                {
                    _pipeline.EndPublishing();
                    _lastGroup = told;
                }
            }

            Complete(some);
        }

        _gather.Acknowledged(told, others);
    }

    /// <summary>Under the gate: publishes the first ones of a chain and cuts them off; returns the others.</summary>
    private PendingAppend? PublishSome(PendingAppend first, ref int told)
    {
        var last = first;
        var end = told + ToldAtOnce;
        for (PendingAppend? pending = first; pending is not null && told < end; pending = pending.Next)
        {
            pending.Finish(_pipeline.Publish(pending), null);
            Settle(pending);
            told++;
            last = pending;
        }

        var others = last.Next;
        last.Next = null;
        return others;
    }

    private void PutBack(PendingAppend? rest)
    {
        if (rest is null)
        {
            return;
        }

        var last = rest;
        for (var pending = rest; pending is not null; pending = pending.Next)
        {
            last = pending;
            Count(pending, 1);
        }

        last.Next = _head;
        _tail ??= last;
        _head = rest;
    }

    /// <summary>
    /// Nothing of the group counts, nor of what waits behind it: a later batch of a stream must not be kept without the one before. But when it was
    /// space that a batch lacked, the deletions among them go to the front of the queue: they may use the reserve, and make space.
    /// </summary>
    private void Fail(ref PendingAppend group, Exception failure)
    {
        lock (_index.Gate)
        {
            var all = new List<PendingAppend>();
            TakeAll(all, group);
            TakeAll(all, _head);
            (_head, _tail, _queued, _queuedBytes, _queuedPayloadBytes) = (null, null, 0, 0, 0);
            var failed = all;
            if (failure is DiskFullException && all.Exists(IsBatch))
            {
                all.Where(pending => !IsBatch(pending)).ToList().ForEach(Enqueue);
                _isMakingSpace = _head is not null;
                failed = all.FindAll(IsBatch);
            }

            group = failed[0];
            for (var i = failed.Count - 1; i >= 0; i--)
            {
                failed[i].Next = i + 1 < failed.Count ? failed[i + 1] : null;
                TakeBack(failed[i], failure);
            }
        }

        PulseRoom();
    }

    private static bool IsBatch(PendingAppend pending) => pending.Kind == FrameKind.EventBatch;

    private static void TakeAll(List<PendingAppend> all, PendingAppend? chain)
    {
        for (PendingAppend? pending = chain, next; pending is not null; pending = next)
        {
            next = pending.Next;
            pending.Next = null;
            all.Add(pending);
        }
    }

    private void TakeBack(PendingAppend pending, Exception failure)
    {
        if (pending is { Kind: FrameKind.EventBatch, Stream: { } stream } && stream.AcceptedSequence == pending.Batch.LastSequence)
        {
            stream.AcceptedSequence = Math.Max(pending.AcceptedBefore, stream.HighestSequence);
        }

        pending.Finish(default, failure);
        Settle(pending);
    }

    private void Settle(PendingAppend pending)
    {
        if (pending.Stream is { } stream)
        {
            if (--stream.Pending == 0)
            {
                // Whatever was dropped on the way, what is durable is now all that the stream has.
                stream.AcceptedSequence = stream.HighestSequence;
            }

            _index.ForgetIfUnused(stream);
        }
    }

    /// <summary>Blocked callers are woken here; awaiting ones by one work item, so that the next sync can begin at once.</summary>
    private void Complete(PendingAppend? group)
    {
        PendingAppend? awaiting = null, last = null;
        for (PendingAppend? pending = group, next; pending is not null; pending = next)
        {
            next = pending.Next;
            pending.Next = null;
            if (pending.IsBlocking)
            {
                pending.Wake();
                continue;
            }

            if (last is null)
            {
                awaiting = pending;
            }
            else
            {
                last.Next = pending;
            }

            last = pending;
        }

        if (awaiting is null)
        {
            return;
        }

        _pump.Add(awaiting, last!);
    }
}
