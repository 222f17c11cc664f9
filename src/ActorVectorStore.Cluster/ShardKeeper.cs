using System.Collections.Concurrent;
using System.Diagnostics;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Storage;
using Akka.Actor;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Keeps a shard's store small in memory, log and disk: decides what background work is due, has it run, and brings its results back. It belongs to a store, not to an
/// incarnation of the actor: what one began, the next one completes. Called by the actor only; what ends on another thread waits in a queue, and the actor is told.
/// </summary>
/// <param name="shard">The shard's name, as in errors.</param>
/// <param name="store">The store.</param>
/// <param name="environment">What it shares with others.</param>
internal sealed class ShardKeeper(string shard, ShardStore store, ShardEnvironment environment) : IDisposable
{
    /// <summary>Fewer bytes of events are applied again at the next opening as fast as a file is written now.</summary>
    private const long WorthSettlingBytes = 1 << 20;

    private readonly ConcurrentQueue<EndedWork> _ended = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(environment.Lanes.Stopping);
    private readonly List<UpkeepRequest> _requests = [];
    private readonly HashSet<Task> _running = [];
    private CheckpointSave? _save;
    private long _saveBegan;
    private Action<CheckpointSave>? _sendSave;
    private IActorRef _actor = ActorRefs.Nobody;
    private long _eventBytes;
    private bool _isRelieving;
    private bool _mayCompact = true;
    private bool _mayIndex = true;
    private bool _isOpening = true;
    private bool _isDeleting;
    private bool _isSent;
    private bool _holdsBack;

    private UpkeepLanes Lanes => environment.Lanes;

    /// <summary>Why the last piece of work failed; null if it succeeded.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Whether rows must not be added before some are on disk.</summary>
    public bool IsStalled => store.IsStalled;

    /// <summary>Whether a sync of the shard's files failed: nothing is written any more before the database is opened anew.</summary>
    public bool IsPoisoned { get; private set; }

    /// <summary>Whether rows wait for memory that is not being given back, because the disk refuses.</summary>
    public bool IsStuck => store.IsStalled && !store.IsFlushing;

    /// <summary>An incarnation has recovered.</summary>
    /// <param name="actor">Told with <see cref="UpkeepEnded"/> when work has ended.</param>
    /// <param name="sendSave">Sends a checkpoint to the snapshot store.</param>
    public void Attach(IActorRef actor, Action<CheckpointSave> sendSave)
    {
        _sendSave = sendSave;
        Volatile.Write(ref _actor, actor);

        // The answer to what the last incarnation sent went to nobody.
        if (_save is { } save && _isSent)
        {
            SaveFailed(save, new InvalidOperationException("The shard was restarted while its checkpoint was saved."));
        }

        Step();
    }

    /// <summary>The first answers were given, or should have been: what only economises may begin.</summary>
    public void BeginEconomy()
    {
        _isOpening = false;
        Step();
    }

    /// <summary>An event was applied; by whoever opened the shard, or since.</summary>
    public void EventApplied(long bytes)
    {
        _eventBytes += bytes;
        Retry();
    }

    /// <summary>There is a reason to try again what failed.</summary>
    public void Retry()
    {
        _holdsBack = false;
        Step();
    }

    /// <summary>Memory is short: what is in memory should be written to disk now.</summary>
    public void Relieve()
    {
        _isRelieving = true;
        Retry();
    }

    /// <summary>Completes the request when what it asks for is done.</summary>
    public void Accept(UpkeepRequest request)
    {
        // What has been begun is worth ending in any case.
        request.Index = request.IsOptional && _eventBytes < WorthSettlingBytes ? store.FlushedIndex : store.AppliedIndex;
        _requests.Add(request);
        _mayCompact |= request.Compacts;
        _mayIndex |= request.Indexes;
        Retry();
    }

    /// <summary>
    /// Does what would be done before an orderly closing. Whether all is done, and nothing has failed: then the store may be let go of. Otherwise it may be asked again.
    /// </summary>
    public bool Settle()
    {
        if (_requests.Count > 0)
        {
            return false;
        }

        var closing = new UpkeepRequest(UpkeepPurpose.Closing);
        Accept(closing);
        return closing.Completion.IsCompletedSuccessfully && LastFailure is null && !store.IsCompacting && !store.IsIndexing && !store.IsHeld && store.Statistics.DamagedSections == 0;
    }

    /// <summary>Brings in what has ended and begins what is due.</summary>
    public void Step()
    {
        while (_ended.TryDequeue(out var ended))
        {
            ended.BringIn();
        }

        if (_stop.IsCancellationRequested || IsPoisoned)
        {
            FailRequests(LastFailure ?? new OperationCanceledException());
            return;
        }

        if (_holdsBack)
        {
            return;
        }

        BeginFlushIfDue();
        BeginCompactionIfDue();
        BeginVectorIndexIfDue();
        BeginSaveIfDue();
        BeginDeletionIfDue();
        CompleteRequests();
    }

    /// <summary>The snapshot store has saved a checkpoint.</summary>
    public void Saved(long index)
    {
        if (_save is not { } save || save.Index != index)
        {
            return;
        }

        _save = null;
        LastFailure = null;
        store.Complete(save);
        Ended(UpkeepKind.Checkpoint, _saveBegan, 0, save.WrittenBytes);
        Step();
    }

    /// <summary>The snapshot store could not save a checkpoint.</summary>
    public void SaveFailed(long index, Exception cause)
    {
        if (_save is { } save && save.Index == index)
        {
            SaveFailed(save, cause);
        }
    }

    /// <summary>Lets go of the files, once no actor and no work uses the store any more; open views stay readable.</summary>
    public void Dispose()
    {
        // What ended after the last step holds segments, and an index memory.
        while (_ended.TryDequeue(out var ended))
        {
            ended.Failed(ended.Cause ?? new OperationCanceledException());
        }

        store.Dispose();
        _stop.Dispose();
    }

    /// <summary>Ends all work, so that nothing touches the shard's files any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_running)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private void BeginFlushIfDue()
    {
        var isWanted = _isRelieving || _eventBytes >= environment.Options.CheckpointEventBytes
            || _requests.Exists(request => request.Index > store.FlushedIndex);
        if (store.IsFlushing || !(isWanted || store.IsFlushDue))
        {
            return;
        }

        (_eventBytes, _isRelieving) = (0, false);
        if (store.BeginFlush() is { } work)
        {
            var watchers = WatchersOf(work);
            var run = RunOf(Told(watchers));
            Run(work, watchers, Lanes.FlushAsync(() => work.Run(run), _stop.Token));
        }
    }

    private void BeginCompactionIfDue()
    {
        if (store.IsCompacting || !_mayCompact || (_isOpening && _requests.Count == 0))
        {
            return;
        }

        // What people wait for goes at full speed, once all is on disk that was there when they asked.
        var isAskedFor = _requests.Exists(request => request.Compacts && request.Index <= store.FlushedIndex);
        if (store.BeginCompaction(isAskedFor) is { } work)
        {
            var watchers = WatchersOf(work);
            var pace = Told(watchers) + (isAskedFor ? null : Lanes.Pace(_stop.Token));
            var run = RunOf(pace);
            Run(work, watchers, Lanes.CompactAsync(() => work.Run(run), _stop.Token));
        }
    }

    // An index that failed is not tried again before somebody asks for it, or the shard is opened anew: searches do without.
    private void BeginVectorIndexIfDue()
    {
        if (store.IsIndexing || !_mayIndex || store.BeginVectorIndex() is not { } work)
        {
            return;
        }

        var began = Stopwatch.GetTimestamp();
        List<IndexReporter> watchers = [.. _requests.Select(request => request.IndexReporter).OfType<IndexReporter>()];
        watchers.ForEach(watcher => watcher.Planned(work.VectorCount));
        var told = 0;
        var run = RunOf(pace: null) with { Progress = Tell, MakeWay = watchers.Count > 0 ? null : UpkeepLanes.MakeWay(() => store.IsRead, work.VectorBytes, _stop.Token) };
        Run(
            Lanes.IndexAsync(() => work.Run(run), _stop.Token),
            () =>
            {
                store.Complete(work);
                watchers.ForEach(watcher => watcher.Completed(work.VectorCount - told));
                Ended(UpkeepKind.VectorIndex, began, 0, work.WrittenBytes);
            },
            cause =>
            {
                store.Abandon(work);
                IndexFailed(cause);
            });

        void Tell(int done, int all)
        {
            var more = done - told;
            told = done;
            watchers.ForEach(watcher => watcher.Indexed(more));
        }
    }

    private IndexRun RunOf(Action<int>? pace) =>
        new(_requests.Exists(request => request.Indexes) ? UpkeepLanes.FullLoop : UpkeepLanes.Loop, pace, Progress: null, _stop.Token);

    private void BeginSaveIfDue()
    {
        if (_save is null && store.BeginCheckpoint() is { } save)
        {
            (_save, _isSent, _saveBegan) = (save, false, Stopwatch.GetTimestamp());
            Run(Lanes.FlushAsync(save.Run, _stop.Token), () => Send(save), cause => SaveFailed(save, cause));
        }
    }

    private void CompleteRequests()
    {
        if (_requests.Count == 0 || store.IsFlushing || _save is not null || _isDeleting || store.IsCheckpointDue)
        {
            return;
        }

        foreach (var request in _requests.FindAll(request => request.Index <= store.FlushedIndex && !(request.Compacts && store.IsCompacting) && !(request.Indexes && store.IsIndexing)))
        {
            _requests.Remove(request);
            request.Complete(store);
        }
    }

    private void BeginDeletionIfDue()
    {
        if (_isDeleting || !store.HasUnusedFiles)
        {
            return;
        }

        _isDeleting = true;
        Run(Lanes.FlushAsync(store.DeleteUnusedFiles, _stop.Token), () => _isDeleting = false, _ => _isDeleting = false);
    }

    private void Run(SegmentRewrite work, List<CompactionReporter> watchers, Task running)
    {
        var (kind, began) = (work.IsFlush ? UpkeepKind.Flush : UpkeepKind.Compaction, Stopwatch.GetTimestamp());
        Run(
            running,
            () =>
            {
                store.Complete(work);
                watchers.ForEach(watcher => watcher.Merged(work.SourceCount));
                Ended(kind, began, work.IsFlush ? 0 : work.SourceBytes, work.WrittenBytes, work.MendedSections);
            },
            cause =>
            {
                store.Abandon(work);
                _mayCompact &= work.IsFlush;
                Failed(kind, cause);
            });
    }

    // Also a flush is a part of what they wait for.
    private List<CompactionReporter> WatchersOf(SegmentRewrite work)
    {
        List<CompactionReporter> watchers = [.. _requests.Where(request => request.Compacts).Select(request => request.Reporter).OfType<CompactionReporter>()];
        watchers.ForEach(watcher => watcher.Planned(work.SourceBytes));
        return watchers;
    }

    private static Action<int>? Told(List<CompactionReporter> watchers)
    {
        Action<int>? told = null;
        watchers.ForEach(watcher => told += watcher.Wrote);
        return told;
    }

    private void Ended(UpkeepKind kind, long began, long readBytes, long writtenBytes, int mendedSections = 0) =>
        environment.Observer?.UpkeepEnded(new UpkeepReport(shard, kind, Stopwatch.GetElapsedTime(began), readBytes, writtenBytes, mendedSections));

    private void Send(CheckpointSave save)
    {
        _isSent = true;
        _sendSave!(save);
    }

    private void SaveFailed(CheckpointSave save, Exception cause)
    {
        _save = null;
        store.Abandon(save);
        Failed(UpkeepKind.Checkpoint, cause);
    }

    // A failed sync is final; a compaction that failed is not tried again before the shard is opened anew.
    private void Failed(UpkeepKind kind, Exception cause)
    {
        if (cause is not OperationCanceledException)
        {
            environment.Observer?.UpkeepFailed(shard, kind, cause);
        }

        (LastFailure, _holdsBack) = (cause, true);
        IsPoisoned |= IsFailedSync(cause);
        FailRequests(cause);
    }

    // Searches, and all other upkeep, do without an index: only who waits for it is told. A failed sync is final here, too.
    private void IndexFailed(Exception cause)
    {
        _mayIndex = false;
        if (IsFailedSync(cause) || cause is OperationCanceledException)
        {
            Failed(UpkeepKind.VectorIndex, cause);
            return;
        }

        environment.Observer?.UpkeepFailed(shard, UpkeepKind.VectorIndex, cause);
        foreach (var request in _requests.FindAll(request => request.IsForIndexes))
        {
            _requests.Remove(request);
            request.Fail(cause);
        }
    }

    // The snapshot store tells of a failed sync again at each save after it, as the cause of its refusal.
    private static bool IsFailedSync(Exception? cause) => cause is SyncFailedException || (cause is not null && IsFailedSync(cause.InnerException));

    private void FailRequests(Exception cause)
    {
        _requests.ForEach(request => request.Fail(cause));
        _requests.Clear();
    }

    private void Run(Task running, Action completed, Action<Exception> failed)
    {
        var ending = BringInAsync(running, completed, failed);
        lock (_running)
        {
            _running.RemoveWhere(task => task.IsCompleted);
            _running.Add(ending);
        }
    }

    private async Task BringInAsync(Task running, Action completed, Action<Exception> failed)
    {
        try
        {
            await running.ConfigureAwait(false);
            _ended.Enqueue(new EndedWork(completed, failed, Cause: null));
        }
        catch (Exception e)
        {
            _ended.Enqueue(new EndedWork(completed, failed, e));
        }

        Volatile.Read(ref _actor).Tell(UpkeepEnded.Instance, ActorRefs.NoSender);
    }

    private sealed record EndedWork(Action Completed, Action<Exception> Failed, Exception? Cause)
    {
        public void BringIn()
        {
            if (Cause is null)
                Completed();
            else
                Failed(Cause);
        }
    }
}

/// <summary>To a shard's actor, from its keeper: work has ended on another thread.</summary>
internal sealed class UpkeepEnded
{
    public static readonly UpkeepEnded Instance = new();
}

/// <summary>To a shard's actor, from a read: a derived section is damaged, which upkeep mends.</summary>
internal sealed class DerivedDamageFound
{
    public static readonly DerivedDamageFound Instance = new();
}

/// <summary>To a shard's actor, from itself some time after its opening: background compaction may begin.</summary>
internal sealed class EconomyBegins
{
    public static readonly EconomyBegins Instance = new();
}

/// <summary>To a shard's actor: write to disk what is in memory.</summary>
internal sealed class RelieveMemory
{
    public static readonly RelieveMemory Instance = new();
}

/// <summary>To a shard's actor: all that is applied shall be in files and in a checkpoint. Completes with the checkpoint's log index.</summary>
/// <param name="purpose">What for.</param>
/// <param name="reporter">Told how far a compaction is; may be null.</param>
/// <param name="indexReporter">Told how far vector indexes are; may be null.</param>
internal sealed class UpkeepRequest(UpkeepPurpose purpose, CompactionReporter? reporter = null, IndexReporter? indexReporter = null) : PendingRequest
{
    /// <summary>Who is told how far vector indexes are.</summary>
    public IndexReporter? IndexReporter => indexReporter;

    /// <summary>Whether it waits for the vector indexes that segments want, as far as they can be made.</summary>
    public bool Indexes => IsForIndexes || Compacts;

    /// <summary>Whether it is asked for because of the vector indexes: it fails with them.</summary>
    public bool IsForIndexes => purpose == UpkeepPurpose.Indexing;

    /// <summary>Who is told how far a compaction is.</summary>
    public CompactionReporter? Reporter => reporter;

    /// <summary>Whether all the room that can be given back shall be given back, too.</summary>
    public bool Compacts => purpose == UpkeepPurpose.Compaction;

    /// <summary>Whether it may be left undone where it is hardly worth it.</summary>
    public bool IsOptional => purpose == UpkeepPurpose.Closing;

    /// <summary>What was applied when it was asked for.</summary>
    public long Index { get; set; }

    /// <summary>The checkpoint, for a backup; set before the request is completed.</summary>
    public CheckpointLease? Lease { get; private set; }

    /// <summary>It is done. The lease that a backup gets belongs to whoever waits, if somebody still does.</summary>
    public void Complete(ShardStore store)
    {
        if (purpose == UpkeepPurpose.Backup)
        {
            Lease = store.LeaseCheckpoint();
        }

        if (!Complete(store.CheckpointIndex))
        {
            Lease?.Dispose();
        }
    }
}

/// <summary>What a checkpoint is asked for.</summary>
internal enum UpkeepPurpose
{
    /// <summary>Somebody wants the disk to be as small as it can be.</summary>
    Compaction,

    /// <summary>Somebody wants searches to be as fast as they can be.</summary>
    Indexing,

    /// <summary>The database is being closed.</summary>
    Closing,

    /// <summary>The files of the checkpoint will be copied.</summary>
    Backup,
}
