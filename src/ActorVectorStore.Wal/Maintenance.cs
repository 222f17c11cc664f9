using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// The work beside the commits, on one thread of its own: segments are prepared, sealed, reclaimed and recycled. In a test everything runs on the
/// calling thread instead, at the points where it is asked for, so that a run can be repeated exactly.
/// </summary>
internal sealed class Maintenance(LogIndex index, SegmentSupply supply, SegmentSealer sealer, bool isInline)
{
    private readonly object _work = new();
    private readonly Queue<Segment> _toSeal = [];
    private readonly Queue<Segment> _toRecycle = [];
    private readonly List<Segment> _unsealed = [];
    private readonly List<Segment> _unrecycled = [];
    private readonly List<TaskCompletionSource<ReclaimReport>> _reclaims = [];
    private Thread? _thread;
    private Reclaimer? _reclaimer;
    private Action<Exception>? _poison;
    private bool _wantsPreparation;
    private bool _wantsReclaim;
    private bool _isStopping;
    private Exception? _problem;

    /// <summary>What last kept a segment from being sealed or reclaimed, or null.</summary>
    public Exception? Problem => Volatile.Read(ref _problem);

    /// <summary>Begins to work. <paramref name="poison"/> is told of failures after which the log must not write.</summary>
    public void Start(Reclaimer reclaimer, Action<Exception> poison)
    {
        (_reclaimer, _poison) = (reclaimer, poison);
        if (!isInline)
        {
            _thread = new Thread(Work) { IsBackground = true, Name = "log maintenance" };
            _thread.Start();
        }
    }

    /// <summary>A commit needs a segment, or took the last one.</summary>
    public void RequestPreparation()
    {
        if (isInline)
        {
            Prepare();
            return;
        }

        lock (_work)
        {
            _wantsPreparation = true;
            Monitor.Pulse(_work);
        }
    }

    public void Seal(Segment segment)
    {
        lock (index.Gate)
        {
            segment.IsSealed = true;
        }

        Enqueue(_toSeal, segment);
    }

    /// <summary>The segment has left the log and no reader holds it.</summary>
    public void Recycle(Segment segment) => Enqueue(_toRecycle, segment);

    /// <summary>Events were deleted: there may be something to reclaim. Called under the gate.</summary>
    public void NoteDeletion()
    {
        lock (_work)
        {
            _wantsReclaim = true;
            Monitor.Pulse(_work);
        }
    }

    /// <summary>In a test: what was asked for under the gate is done now.</summary>
    public void AfterCommit()
    {
        if (isInline)
        {
            SealAndRecycle();
        }
    }

    public Task<ReclaimReport> ReclaimAsync()
    {
        var completion = new TaskCompletionSource<ReclaimReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_work)
        {
            if (_isStopping)
            {
                completion.SetException(new ObjectDisposedException(nameof(WriteAheadLog)));
                return completion.Task;
            }

            _reclaims.Add(completion);
            _wantsReclaim = true;
            Monitor.Pulse(_work);
        }

        if (isInline)
        {
            Reclaim();
        }

        return completion.Task;
    }

    /// <summary>Finishes what was asked for and stops.</summary>
    public void Stop()
    {
        lock (_work)
        {
            _isStopping = true;
            Monitor.Pulse(_work);
        }

        _thread?.Join();
        SealAndRecycle();
        CompleteReclaims(TakeReclaims(), null, new ObjectDisposedException(nameof(WriteAheadLog)));
    }

    private void Work()
    {
        while (WaitForWork(out var prepare, out var reclaim))
        {
            SealAndRecycle();
            if (prepare)
            {
                Prepare();
            }

            if (reclaim)
            {
                Reclaim();
            }
        }
    }

    private bool WaitForWork(out bool prepare, out bool reclaim)
    {
        lock (_work)
        {
            while (!_wantsPreparation && !_wantsReclaim && _toSeal.Count == 0 && _toRecycle.Count == 0 && !_isStopping)
            {
                Monitor.Wait(_work);
            }

            (prepare, reclaim) = (_wantsPreparation, _wantsReclaim);
            (_wantsPreparation, _wantsReclaim) = (false, false);
            return !_isStopping;
        }
    }

    /// <summary>Filling files takes long; what would be scanned after a crash for want of an index is sealed in between.</summary>
    private void Prepare()
    {
        for (var goesOn = supply.IsHalfUsed; goesOn; SealAndRecycle())
        {
            goesOn = false;
            Guard(() => goesOn = supply.TryPrepareStep());
        }
    }

    private void SealAndRecycle()
    {
        // What found no space for its index is tried again whenever there is other work.
        _unsealed.ForEach(segment => Enqueue(_toSeal, segment));
        _unsealed.Clear();
        while (TryDequeue(_toSeal) is { } segment)
        {
            Guard(() => TrySeal(segment));
        }

        RecycleFreed();
    }

    /// <summary>Files of freed segments become spares. Any thread.</summary>
    public void RecycleFreed()
    {
        lock (_work)
        {
            _unrecycled.ForEach(_toRecycle.Enqueue);
            _unrecycled.Clear();
        }

        while (TryDequeue(_toRecycle) is { } segment)
        {
            Guard(() => TryRecycle(segment));
        }
    }

    private void TryRecycle(Segment segment)
    {
        try
        {
            supply.Recycle(segment);
        }
        catch (DiskFullException)
        {
            // Not even for a new name: it is tried again whenever there is other work.
            lock (_work)
            {
                _unrecycled.Add(segment);
            }
        }
    }

    private void TrySeal(Segment segment)
    {
        if (!IsInLog(segment))
        {
            return;
        }

        try
        {
            sealer.Seal(segment);
        }
        catch (DiskFullException e)
        {
            // The segment stays readable without an index, can be reclaimed, and is scanned if the log is opened before it gets one.
            _unsealed.Add(segment);
            Volatile.Write(ref _problem, e);
        }
    }

    private bool IsInLog(Segment segment)
    {
        lock (index.Gate)
        {
            return index.FindSegment(segment.Number) == segment;
        }
    }

    private void Reclaim()
    {
        var waiting = TakeReclaims();
        try
        {
            var report = _reclaimer!.Run(thorough: waiting.Length > 0, ServeCommits);
            Volatile.Write(ref _problem, _reclaimer.Problem);
            CompleteReclaims(waiting, report, null);
        }
        catch (Exception e)
        {
            // What could not be reclaimed now is tried again after the next deletion; whoever asked for it is told why.
            Volatile.Write(ref _problem, e);
            CompleteReclaims(waiting, null, e);
        }

        SealAndRecycle();
    }

    /// <summary>Between two steps of a long pass: what the commits need.</summary>
    private void ServeCommits()
    {
        bool prepare;
        lock (_work)
        {
            (prepare, _wantsPreparation) = (_wantsPreparation, false);
        }

        SealAndRecycle();
        if (prepare)
        {
            Prepare();
        }
    }

    private TaskCompletionSource<ReclaimReport>[] TakeReclaims()
    {
        lock (_work)
        {
            var waiting = _reclaims.ToArray();
            _reclaims.Clear();
            return waiting;
        }
    }

    private static void CompleteReclaims(TaskCompletionSource<ReclaimReport>[] waiting, ReclaimReport? report, Exception? failure)
    {
        foreach (var completion in waiting)
        {
            if (failure is null)
            {
                completion.TrySetResult(report!);
            }
            else
            {
                completion.TrySetException(failure);
            }
        }
    }

    /// <summary>A failure here stops the log from writing, unless it is one of space, which the supply keeps and reports.</summary>
    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (DiskFullException)
        {
            // The supply keeps and reports it.
        }
        catch (Exception e)
        {
            _poison!(e);
            supply.Fail(e);
        }
    }

    private void Enqueue(Queue<Segment> queue, Segment segment)
    {
        lock (_work)
        {
            queue.Enqueue(segment);
            Monitor.Pulse(_work);
        }
    }

    private Segment? TryDequeue(Queue<Segment> queue)
    {
        lock (_work)
        {
            return queue.TryDequeue(out var segment) ? segment : null;
        }
    }
}
