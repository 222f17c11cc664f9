using System.Text;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// A durable log of event streams in one directory. Batches of all streams go into the same segment files, so that one sync serves everybody who
/// waits. All members may be called from any thread.
/// </summary>
/// <remarks>
/// <para><b>Durability.</b> An append or a deletion that has completed survives a killed process and a power failure; one that has failed with
/// <see cref="LogPoisonedException"/> may or may not be there when the log is opened again; one that has failed otherwise is not.</para>
/// <para><b>Order.</b> Batches of one stream are stored in the order of the calls. Ordinals number the events of all streams without gaps in the order
/// in which they became durable.</para>
/// <para><b>Failures of the disk.</b> When it is full, writes are refused with <see cref="DiskFullException"/> and succeed again when there is space.
/// After a failed write or sync the log refuses all writes for good. Reads go on in both cases.</para>
/// </remarks>
public sealed class WriteAheadLog : IAsyncDisposable
{
    private readonly LogIndex _index;
    private readonly BatchQueries _queries;
    private readonly GroupCommit _commits;
    private readonly CommitPipeline _pipeline;
    private readonly SegmentSupply _supply;
    private readonly Maintenance _maintenance;
    private readonly WalCounters _counters;
    private readonly IDisposable _lock;
    private readonly bool _endIsProven;
    private int _isPublishing;
    private int _isDisposed;

    private WriteAheadLog(IFileSystem fileSystem, string directory, WalOptions options, RecoveredLog recovered, IDisposable directoryLock, WalTesting testing)
    {
        (_index, _lock) = (recovered.Index, directoryLock);
        var seal = recovered.Seal;
        _queries = new BatchQueries(_index, seal);
        (Recovery, _endIsProven) = (recovered.Report, recovered.EndIsProven);
        _counters = new WalCounters();
        _supply = new SegmentSupply(fileSystem, directory, options, seal.Salt, _counters, testing.Mutations);
        _supply.Start(recovered.NextNumber, recovered.Spares);
        _maintenance = new Maintenance(_index, _supply, new SegmentSealer(_index, seal, _counters), testing.IsInline);
        _pipeline = new CommitPipeline(_index, _supply, _maintenance, new CommitWriter(seal), options, directory, testing.Mutations);
        _pipeline.Start(recovered, new LogIdentity(fileSystem, directory, seal.Salt, recovered.HasIdentity));
        _pipeline.Published += RaisePublished;
        _commits = new GroupCommit(_index, _pipeline, options, testing.IsInline);
        _maintenance.Start(new Reclaimer(_index, _commits, options, seal, testing.Mutations), _commits.PoisonWith);
    }

    /// <summary>
    /// Raised on a thread of the pool after <see cref="PublishedOrdinal"/> or <see cref="StreamCount"/> may have grown; several commits may be told
    /// of once. Handlers must be quick and must not throw.
    /// </summary>
    public event Action? Published;

    /// <summary>What opening found.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>Highest ordinal whose event is durable, as are all before it; 0 for a log that never had one.</summary>
    public long PublishedOrdinal => _index.NextOrdinal - 1;

    /// <summary>Streams that have or had durable events. They are numbered from 0 in an order that holds while the log is open.</summary>
    public int StreamCount
    {
        get
        {
            lock (_index.Gate)
            {
                return _index.Numbered.Length;
            }
        }
    }

    /// <summary>Counters and states at this moment.</summary>
    public WalStatistics Statistics
    {
        get
        {
            lock (_index.Gate)
            {
                return new WalStatistics
                {
                    Batches = _pipeline.Batches,
                    PayloadBytes = _pipeline.PayloadBytes,
                    Commits = _pipeline.Commits,
                    BackgroundSyncs = _counters.BackgroundSyncs,
                    CommitBytes = _pipeline.CommitBytes,
                    BackgroundBytes = _counters.BackgroundBytes,
                    OpenBytesRead = Recovery.BytesRead,
                    LastSyncMicroseconds = _pipeline.LastSyncMicroseconds,
                    QueuedBatches = _commits.Queued,
                    QueuedBytes = _commits.QueuedBytes,
                    Segments = _index.Segments.Count,
                    SegmentFileBytes = _index.Segments.Sum(segment => segment.Capacity),
                    LiveBytes = _index.Segments.Sum(segment => segment.LiveBytes),
                    SpareSegments = _supply.Count,
                    Streams = _index.Numbered.Length,
                    Poisoned = _commits.Poison,
                    SpaceProblem = _supply.Problem,
                    BackgroundProblem = _maintenance.Problem,
                };
            }
        }
    }

    /// <summary>
    /// Opens the log in a directory, which is created if missing, and takes the directory until the log is disposed of. What a crash left unfinished
    /// at the end is erased; nothing else is modified before everything has been checked.
    /// </summary>
    /// <exception cref="DirectoryLockedException">The log is open in this or another process.</exception>
    /// <exception cref="CorruptionException">Something that was durable is damaged or missing. Nothing was modified.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote the log. Nothing was modified.</exception>
    public static WriteAheadLog Open(IFileSystem fileSystem, string directory, WalOptions? options = null) =>
        Open(fileSystem, directory, options, new WalTesting());

    internal static WriteAheadLog Open(IFileSystem fileSystem, string directory, WalOptions? options, WalTesting testing)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options = (options ?? new WalOptions()).Validated();
        fileSystem.CreateDirectory(directory);
        var directoryLock = fileSystem.LockDirectory(directory);
        try
        {
            var recovery = new LogRecovery(fileSystem, directory, FileOpening.WriteExisting, testing.Mutations);
            var recovered = recovery.Read();
            try
            {
                recovery.Repair(recovered);
                var log = new WriteAheadLog(fileSystem, directory, options, recovered, directoryLock, testing);
                log.SealScanned();
                return log;
            }
            catch
            {
                recovery.CloseFiles();
                throw;
            }
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Appends a batch and blocks until it is durable; a caller that is alone writes and syncs on its own thread.</summary>
    /// <param name="batch">The batch; its payload must not change during the call.</param>
    /// <param name="cancellation">Honoured until the batch is taken into a commit.</param>
    /// <exception cref="ArgumentException">The batch is outside the bounds stated by <see cref="EventBatch"/>.</exception>
    /// <exception cref="SequenceConflictException">The stream already has a number that is not below the batch's first.</exception>
    /// <exception cref="DiskFullException">There is no space; nothing was written.</exception>
    /// <exception cref="LogPoisonedException">The log has stopped; whether the batch was written is unknown.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled in time; nothing was written.</exception>
    public AppendReceipt Append(EventBatch batch, CancellationToken cancellation = default)
    {
        return _commits.Append(Prepare(batch, cancellation));
    }

    /// <summary>
    /// Appends a batch; completes when it is durable. Calls for one stream are stored in their order. The result must be awaited exactly once.
    /// Failures are those of <see cref="Append"/>, given by the result, and <see cref="LogOverloadedException"/>.
    /// </summary>
    /// <param name="batch">The batch; its payload must not change until the result has completed.</param>
    /// <param name="cancellation">Honoured until the batch is taken into a commit. What was accepted behind it on the same stream stays.</param>
    public ValueTask<AppendReceipt> AppendAsync(EventBatch batch, CancellationToken cancellation = default)
    {
        try
        {
            return _commits.AppendAsync(Prepare(batch, cancellation));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<AppendReceipt>(e);
        }
    }

    /// <summary>
    /// Deletes the events of a stream up to a sequence number, or all it has if that is higher; completes when the deletion is durable. Deleting what
    /// is deleted, or from an unknown stream, does nothing. The space is given back in the background.
    /// </summary>
    public async ValueTask DeleteToAsync(string stream, long toSequence, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (Enqueue(stream, toSequence, cancellation) is { } waiting)
        {
            await waiting.ConfigureAwait(false);
        }
    }

    /// <summary>The numbers of a stream, after every append and deletion of it that was called before this has completed or failed.</summary>
    public async ValueTask<StreamState> ReadStateAsync(string stream, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            if (EnqueueFence(stream) is { } waiting)
            {
                await waiting.ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The appends before it failed, which their callers were told; what is durable is the answer.
        }

        cancellation.ThrowIfCancellationRequested();
        return ReadState(stream);
    }

    /// <summary>The numbers of a stream as far as they are durable now.</summary>
    public StreamState ReadState(string stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return _queries.State(stream);
    }

    /// <summary>The stream with a number from 0 to <see cref="StreamCount"/> - 1.</summary>
    public string StreamAt(int number)
    {
        lock (_index.Gate)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, _index.Numbered.Length);
            return _index.Numbered[number].Name;
        }
    }

    /// <summary>
    /// The batches of a stream that hold events from <paramref name="fromSequence"/> to <paramref name="toSequence"/>, both included, which are not
    /// deleted, in ascending order. A batch comes whole: its first and last events may lie outside of the range or be deleted.
    /// </summary>
    public BatchReader ReadStream(string stream, long fromSequence = 1, long toSequence = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return _queries.Stream(stream, fromSequence, toSequence);
    }

    /// <summary>
    /// The batches of all streams with an event that is not deleted and whose ordinal is at least <paramref name="fromOrdinal"/>, in the order of
    /// their ordinals, as far as they are durable at the call.
    /// </summary>
    public BatchReader ReadAll(long fromOrdinal = 1) => _queries.All(fromOrdinal);

    /// <summary>As <see cref="ReadAll"/>, only the batches that were appended with a tag.</summary>
    public BatchReader ReadTag(string tag, long fromOrdinal = 1)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return _queries.Tag(tag, fromOrdinal);
    }

    /// <summary>
    /// Gives back the space of deleted events now: segments without live batches are freed, and those with few after these have been appended again.
    /// The same runs by itself in the background after deletions.
    /// </summary>
    public async ValueTask<ReclaimReport> ReclaimAsync(CancellationToken cancellation = default) =>
        await _maintenance.ReclaimAsync().WaitAsync(cancellation).ConfigureAwait(false);

    /// <summary>In a test without threads: makes durable what was appended asynchronously.</summary>
    internal void CommitQueued() => _commits.CommitQueued();

    /// <summary>Completes what was accepted, marks the end of the log as clean, and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            // Closing waits for threads and for the disk.
            await Task.Run(Close).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    private void Close()
    {
        try
        {
            MarkEnd();
            _commits.Close();
            _maintenance.Stop();
            _supply.Close();
        }
        finally
        {
            foreach (var segment in _index.Segments)
            {
                segment.File.Dispose();
            }

            _lock.Dispose();
        }
    }

    /// <summary>A last frame that proves that everything before it was synced, so that damage to it is not taken for a torn commit.</summary>
    private void MarkEnd()
    {
        if (_commits.Poison is not null || (_pipeline.Commits == 0 && _endIsProven) || _pipeline.Has(WalMutations.SkipClosingMark))
        {
            return;
        }

        var pending = _commits.Rent();
        pending.SetMark();
        try
        {
            _commits.Append(pending);
        }
        catch (IOException)
        {
            // The mark is a convenience; the log is as durable without it.
        }
    }

    private PendingAppend Prepare(EventBatch batch, CancellationToken cancellation)
    {
        Check(batch);
        cancellation.ThrowIfCancellationRequested();
        var pending = _commits.Rent();
        pending.SetBatch(batch, cancellation);
        return pending;
    }

    private static void Check(in EventBatch batch)
    {
        RequireName(batch.Stream, "a stream's name");
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.FirstSequence, 1, nameof(batch.FirstSequence));
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Count, 1, nameof(batch.Count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.FirstSequence, long.MaxValue - batch.Count, nameof(batch.FirstSequence));
        if (batch.Payload.Length > EventBatch.PayloadBytesMax)
        {
            throw new ArgumentException($"Expected a payload of at most {EventBatch.PayloadBytesMax} bytes, found {batch.Payload.Length}.", nameof(batch));
        }

        if (batch.Tags is not { Count: > 0 } tags)
        {
            return;
        }

        if (tags.Count > EventBatch.TagsMax)
        {
            throw new ArgumentException($"Expected at most {EventBatch.TagsMax} tags, found {tags.Count}.", nameof(batch));
        }

        foreach (var tag in tags)
        {
            RequireName(tag, "a tag");
        }
    }

    private static void RequireName(string name, string what)
    {
        ArgumentNullException.ThrowIfNull(name, what);
        if (name.Length > EventBatch.StreamNameBytesMax || Encoding.UTF8.GetByteCount(name) > EventBatch.StreamNameBytesMax)
        {
            throw new ArgumentException($"Expected {what} of at most {EventBatch.StreamNameBytesMax} UTF-8 bytes, found one of {name.Length} characters.");
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogate(name[i]) && !(i + 1 < name.Length && char.IsSurrogatePair(name[i], name[++i])))
            {
                throw new ArgumentException($"Expected {what} of well-formed UTF-16, found a surrogate without its partner at character {i}.");
            }
        }
    }

    private Task<AppendReceipt>? Enqueue(string name, long toSequence, CancellationToken cancellation)
    {
        PendingAppend pending;
        lock (_index.Gate)
        {
            if (_index.Find(name) is not { AcceptedSequence: > 0 } stream || Math.Min(toSequence, stream.AcceptedSequence) <= stream.DeletedTo)
            {
                return null;
            }

            pending = _commits.Rent();
            pending.SetDeletion(stream, Math.Min(toSequence, stream.AcceptedSequence), cancellation);
        }

        return _commits.AppendAsync(pending).AsTask();
    }

    private Task<AppendReceipt>? EnqueueFence(string name)
    {
        PendingAppend pending;
        lock (_index.Gate)
        {
            if (_index.Find(name) is not { Pending: > 0 } stream || _commits.Poison is not null)
            {
                return null;
            }

            pending = _commits.Rent();
            pending.BindTo(stream);
        }

        return _commits.AppendAsync(pending).AsTask();
    }

    /// <summary>Segments without an index on disk, as a power failure may leave them, get one.</summary>
    private void SealScanned()
    {
        foreach (var segment in _index.Segments.Where(segment => segment.IsSealed && segment.Index is null).ToArray())
        {
            _maintenance.Seal(segment);
        }

        _maintenance.AfterCommit();
    }

    /// <summary>At most one notification is under way and one more is due, however many commits there are.</summary>
    private void RaisePublished()
    {
        if (Published is not null && Interlocked.Exchange(ref _isPublishing, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static log =>
                {
                    Volatile.Write(ref log._isPublishing, 0);
                    log.Published?.Invoke();
                },
                this,
                preferLocal: false);
        }
    }
}
