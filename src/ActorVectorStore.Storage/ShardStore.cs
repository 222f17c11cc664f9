using System.Collections.Immutable;
using System.Globalization;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The state machine of one shard: applies logged operations in index order and answers reads at an index. New rows are in memory, older ones in files; what is
/// durable is the last checkpoint that was saved and the log behind it.
/// </summary>
/// <remarks>
/// <para><b>Threads.</b> What changes the shard (apply, begin, complete, abandon) by one thread at a time, the shard's owner; everything else by any thread, without
/// locks, also while an apply runs.</para>
/// <para><b>Background work.</b> The store starts nothing itself. Its owner begins a piece of work, has it run on some thread, and completes or abandons it:
/// <see cref="BeginFlush"/> and <see cref="BeginCompaction"/> give a <see cref="SegmentRewrite"/>, <see cref="BeginCheckpoint"/> a <see cref="CheckpointSave"/> whose manifest
/// the owner saves. The order of durability is: segment files, their names, the manifest, then the deletion of the log and of files.</para>
/// <para><b>Determinism.</b> The same operations at the same indexes give the same points, versions and digest, on every machine, from every checkpoint on the way and
/// whatever was flushed and compacted when.</para>
/// </remarks>
public sealed class ShardStore : IDisposable
{
    /// <summary>
    /// Bytes of payloads and of vectors that stay which changes of payloads, updates and deletions of vectors may copy in one event, at most; an operation that goes beyond is refused whole.
    /// </summary>
    public const long CopiedBytesMax = EventStage.CopiedBytesMax;

    /// <summary>Pins of a shard, at most; more are refused.</summary>
    public const int PinsMax = ShardManifestFormat.PinsMax;

    private readonly ShardStoreOptions _options;
    private readonly ShardFiles _files;
    private readonly ShardUpkeep _upkeep;
    private ShardState _state;

    // The last situation in which no file was worth rewriting: weighing them looks at every deletion.
    private (long FlushedIndex, SegmentSet? Segments, PinTable? Pins, PayloadIndexTable? PayloadIndexes, int Damaged) _idleSituation;
    private bool _isApplying;
    private int _openViews;
    private int _openLeases;
    private int _isDisposed;

    private ShardStore(
        CollectionSchema schema, ShardPlace place, ShardStoreOptions options, IReadOnlyList<SegmentEntry> entries, Func<ShardFiles, ShardState> open)
    {
        (Schema, _options) = (schema, options);
        _files = new ShardFiles(place.FileSystem, place.Directory, place.Identity, place.PayloadCache, place.OnDamage);
        _files.FindLeftovers(entries);
        _upkeep = new ShardUpkeep(_files);
        _state = open(_files);
    }

    /// <summary>The collection that the shard is a part of.</summary>
    public CollectionSchema Schema { get; }

    /// <summary>Highest log index applied.</summary>
    public long AppliedIndex => State.Index;

    /// <summary>Points in the shard.</summary>
    public long Count => State.LiveCount;

    /// <summary>Names of indexes that stay readable.</summary>
    public IReadOnlyDictionary<string, long> Pins => State.Pins.Current;

    /// <summary>Payload indexes that are wanted, in the order of their creation.</summary>
    public IReadOnlyList<PayloadIndex> PayloadIndexes => State.PayloadIndexes.Current;

    /// <summary>Memory held for rows that are not on disk yet, for what is deleted on disk, and for finding rows: what a budget counts.</summary>
    public long MemoryBytes => State.Segments.Segments.Sum(segment => segment.MemoryBytes);

    /// <summary>Whether every apply ended: with its event applied, or with nothing done. Owner only.</summary>
    public bool IsWhole => !_isApplying;

    /// <summary>Whether a flush has been begun and not ended. Owner only.</summary>
    public bool IsFlushing => _upkeep.IsFlushing;

    /// <summary>Whether a compaction has been begun and not ended. Owner only.</summary>
    public bool IsCompacting => _upkeep.IsCompacting;

    /// <summary>Whether a vector index is being made. Owner only.</summary>
    public bool IsIndexing => _upkeep.IsIndexing;

    /// <summary>Whether there are files that nobody needs any more.</summary>
    public bool HasUnusedFiles => _files.HasUnused;

    /// <summary>Whether somebody reads: a view is open.</summary>
    public bool IsRead => Volatile.Read(ref _openViews) > 0;

    /// <summary>Whether views or leased checkpoints are open.</summary>
    public bool IsHeld => IsRead || Volatile.Read(ref _openLeases) > 0;

    /// <summary>Whether so many rows are in memory that they should be written to disk now. Owner only.</summary>
    public bool IsFlushDue => !_upkeep.IsFlushing && (HasFrozenRows || _state.Segments.Active.MemoryBytes >= _options.SegmentMemoryBytes);

    /// <summary>
    /// Whether rows come faster than they are written to disk: the owner should wait for the flush before it applies more. Nothing breaks if it does not, but memory
    /// grows. Owner only.
    /// </summary>
    public bool IsStalled => HasFrozenRows && _state.Segments.Active.MemoryBytes >= _options.SegmentMemoryBytes;

    /// <summary>Whether a checkpoint would make the log shorter or let files go. Owner only.</summary>
    public bool IsCheckpointDue => _upkeep.IsCheckpointDue(_state.Segments);

    /// <summary>Log index up to which all rows are in files. Owner only.</summary>
    public long FlushedIndex => _upkeep.FlushedIndex;

    /// <summary>Log index of the last checkpoint that was saved. Owner only.</summary>
    public long CheckpointIndex => _upkeep.SavedIndex;

    /// <summary>What the shard holds; after disposal, what it held last.</summary>
    public ShardStatistics Statistics
    {
        get
        {
            var state = Volatile.Read(ref _state);
            var segments = state.Segments.Segments;
            var rows = segments.Sum(segment => (long)segment.RowCount);
            var onDisk = state.Segments.OnDisk.ToArray();
            return new ShardStatistics(
                state.Index,
                state.LiveCount,
                rows - state.LiveCount,
                segments.Sum(segment => segment.MemoryBytes),
                Volatile.Read(ref _openViews),
                onDisk.Length,
                onDisk.Sum(segment => segment.FileBytes))
            {
                MutableBytes = segments.OfType<MutableSegment>().Sum(segment => segment.MemoryBytes),
                LiveFileBytes = onDisk.Sum(segment => segment.LiveFileBytes),
                VectorIndexBytes = onDisk.Sum(segment => segment.VectorIndexBytes),
                DamagedSections = onDisk.Sum(segment => segment.DamagedSections),
            };
        }
    }

    private ShardState State
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return Volatile.Read(ref _state);
        }
    }

    private bool HasFrozenRows => _state.Segments.Segments.Length > 1 && _state.Segments.Segments[^2] is MutableSegment;

    /// <summary>An empty shard at index 0. Lists its directory, if there is one, and writes no file.</summary>
    public static ShardStore Create(CollectionSchema schema, ShardPlace place, ShardStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(place);
        return new ShardStore(schema, place, options ?? new ShardStoreOptions(), [], _ => NewState(new MutableSegment(new RowLayout(schema.Vectors)), 0, 0));
    }

    /// <summary>A shard as a checkpoint left it. Reads the directories of its segments and what is deleted in them, not their rows.</summary>
    /// <param name="schema">The collection; its vectors must be those of the manifest, all of them and in their order.</param>
    /// <param name="place">Where its files are.</param>
    /// <param name="options">Limits.</param>
    /// <param name="manifest">What <see cref="CheckpointSave.Manifest"/> was.</param>
    /// <param name="source">Name of what holds the manifest, for errors.</param>
    /// <exception cref="CorruptionException">The manifest or a file that it names is damaged or missing.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote one of them.</exception>
    public static ShardStore Open(
        CollectionSchema schema, ShardPlace place, ShardStoreOptions? options, ReadOnlyMemory<byte> manifest, string source)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(place);
        var read = ShardManifestFormat.Read(manifest.Span, source);
        var vectors = VectorSchemaFormat.WithoutIndexes(schema.Vectors);
        if (!read.Vectors.SequenceEqual(vectors))
            throw new CorruptionException(source, 10, string.Join("; ", vectors), string.Join("; ", read.Vectors));
        var store = new ShardStore(schema, place, options ?? new ShardStoreOptions(), read.Segments, files => OpenState(schema, files, read));
        store._upkeep.Opened(read.Index, store._state.Segments, manifest);
        return store;
    }

    /// <summary>
    /// A shard from a snapshot of all its points, as version 1 of this program kept them. All of it is in memory until the first flush.
    /// </summary>
    /// <param name="schema">The collection; its dimension and distance must be those of the snapshot.</param>
    /// <param name="place">Where its files will be.</param>
    /// <param name="options">Limits.</param>
    /// <param name="snapshot">The bytes; read to their end, which must be the snapshot's.</param>
    /// <param name="source">Name of what holds them, for errors.</param>
    /// <exception cref="CorruptionException">The bytes are not a whole, undamaged snapshot of such a collection.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    public static ShardStore Restore(CollectionSchema schema, ShardPlace place, ShardStoreOptions? options, Stream snapshot, string source)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(snapshot);
        var (segment, index) = new ShardSnapshotReader(snapshot, source, schema).Read();
        return new ShardStore(schema, place, options ?? new ShardStoreOptions(), [], _ => NewState(segment, index, segment.RowCount));
    }

    /// <summary>
    /// Checks that operations can be applied, without applying them. A shard's owner calls this <b>before</b> it logs them: what is logged must be
    /// applicable for ever.
    /// </summary>
    /// <exception cref="InvalidRequestException">A vector does not fit the collection.</exception>
    public void Check(IReadOnlyList<ShardOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        foreach (var operation in operations)
        {
            if (operation is UpsertPoints upsert)
                RequestRules.CheckVectors(Schema, upsert.Points);
            else if (operation is ConditionalUpsert conditional)
                RequestRules.CheckVectors(Schema, conditional.Points);
            else if (operation is UpdateVectors update)
                RequestRules.CheckUpdate(Schema, update);
            else if (operation is DeleteVectors deletion)
                RequestRules.CheckDeletion(Schema, deletion);
        }
    }

    /// <summary>
    /// Finds out, without changing anything, whether what operations would read on disk now can be read. A shard's owner calls this <b>before</b> it logs them, with nothing else under
    /// way: an event that is logged and cannot be applied would keep the shard from ever going on. It reads what <see cref="Apply(long, IReadOnlyList{ShardOperation})"/> reads,
    /// which then finds it verified and mostly in memory, and no more than that: what is refused as too large is not read here either. The operations have passed <see cref="Check"/>.
    /// </summary>
    /// <exception cref="OverloadedException">The shard cannot hold so many rows in memory.</exception>
    /// <exception cref="CorruptionException">Something that the operations need is damaged.</exception>
    public void Rehearse(IReadOnlyList<ShardOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var state = State;
        var stage = new EventStage(state, state.Index + 1, operations, _options.CopiedBytesMax);
        try
        {
            // What comes before an operation decides what it reads. Clients' operations that ask for much are events of their own, of which nothing is staged.
            for (var i = 0; i < operations.Count - 1; i++)
                stage.Add(operations[i]);
            if (operations.Count > 0)
                stage.Rehearse(operations[^1]);
        }
        finally
        {
            stage.Forget();
        }
    }

    /// <summary>Applies the operations of an event; see the other overload.</summary>
    /// <exception cref="MalformedOperationException">The bytes are not an event; nothing was applied.</exception>
    /// <exception cref="UnsupportedOperationException">A newer program wrote the event; nothing was applied.</exception>
    public IReadOnlyList<OperationOutcome> Apply(long index, ReadOnlyMemory<byte> eventBytes) => Apply(index, OperationCodec.Decode(eventBytes));

    /// <summary>
    /// Applies operations, in their order, as one step: a read sees all of them or none. When it returns, every later read sees them. Waits for nothing but, where an
    /// id is looked up in a file that is not in the page cache, the disk.
    /// </summary>
    /// <param name="index">Their log index: the one after <see cref="AppliedIndex"/>, for each index is applied once and none is left out.</param>
    /// <param name="operations">May be empty, to move the applied index over an entry that holds no operations.</param>
    /// <returns>What came of each operation.</returns>
    /// <exception cref="InvalidRequestException">An operation does not fit the collection; nothing was applied.</exception>
    /// <exception cref="OverloadedException">The shard cannot hold so many rows in memory; nothing was applied.</exception>
    /// <exception cref="CorruptionException">
    /// What decides about the operations or is copied by them is damaged on disk: ids, payloads, which rows have a vector, vectors. Nothing was applied.
    /// </exception>
    public IReadOnlyList<OperationOutcome> Apply(long index, IReadOnlyList<ShardOperation> operations)
    {
        var state = State;
        ArgumentOutOfRangeException.ThrowIfNotEqual(index, state.Index + 1);
        Check(operations);
        if (_isApplying)
            throw new InvalidOperationException($"An apply after index {state.Index} runs or failed half-way; the shard must be opened anew.");
        var stage = new EventStage(state, index, operations, _options.CopiedBytesMax);
        foreach (var operation in operations)
            stage.Add(operation);
        stage.Reserve();
        _upkeep.ReserveBurials(stage.Replaced.Count);
        var pins = stage.Pins.Forget(_upkeep.SavedIndex);
        var payloadIndexes = state.PayloadIndexes.With(stage.PayloadIndexes, index).Forget(_upkeep.SavedIndex);

        _isApplying = true;
        var growth = stage.Link();
        _upkeep.Buried(stage.Replaced, index);
        Publish(state with
        {
            Index = index,
            ActiveRows = state.Segments.Active.RowCount,
            LiveCount = state.LiveCount + growth,
            Pins = pins,
            PayloadIndexes = payloadIndexes,
        });
        _isApplying = false;
        return stage.Outcomes;
    }

    /// <summary>A view at the applied index. Dispose of it.</summary>
    public ReadView OpenView()
    {
        var state = Acquire();
        return NewView(state, state.Index);
    }

    /// <summary>A view at an index that is pinned or lies in the history that is still there. Dispose of it.</summary>
    /// <exception cref="InvalidRequestException">The index is not readable any more, or not yet.</exception>
    public ReadView OpenView(long index)
    {
        var state = Acquire();
        if ((index >= state.HistoryStart && index <= state.Index) || state.Pins.Current.ContainsValue(index))
            return NewView(state, index);
        state.Segments.Release();
        throw new InvalidRequestException(
            "index",
            string.Create(CultureInfo.InvariantCulture, $"a pinned index, or one from {state.HistoryStart} to {state.Index}"),
            index.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A view at a pinned index. Dispose of it.</summary>
    /// <exception cref="InvalidRequestException">There is no pin of this name.</exception>
    public ReadView OpenView(string pin)
    {
        ArgumentNullException.ThrowIfNull(pin);
        var state = Acquire();
        if (state.Pins.Current.TryGetValue(pin, out var index))
            return NewView(state, index);
        state.Segments.Release();
        throw new InvalidRequestException("pin", "the name of a pin", $"'{pin}'");
    }

    /// <summary>
    /// Begins to write the rows in memory to a file; new ones go to a new segment. Null if there is nothing to write, or it is being written already: what has been
    /// deleted up to now then needs no more than a checkpoint.
    /// </summary>
    public SegmentRewrite? BeginFlush()
    {
        var state = State;
        if (_upkeep.IsFlushing)
            return null;
        if (!HasFrozenRows && state.ActiveRows == 0)
        {
            _upkeep.FlushedIndex = state.Index;
            return null;
        }

        if (!HasFrozenRows)
            Freeze(state);
        var frozen = (MutableSegment)_state.Segments.Segments[^2];
        return Begin([frozen], frozen.FrozenAt);
    }

    /// <summary>Begins to rewrite files that are worth it; null if there are none or some are being rewritten already.</summary>
    /// <param name="everything">Whether every row that nobody can read any more is to go, and as few files as possible are to be left.</param>
    public SegmentRewrite? BeginCompaction(bool everything = false)
    {
        var state = State;
        if (_upkeep.IsCompacting)
            return null;
        var segments = state.Segments.OnDisk.ToArray();
        (long, SegmentSet?, PinTable?, PayloadIndexTable?, int) situation = (_upkeep.FlushedIndex, state.Segments, state.Pins, state.PayloadIndexes, segments.Count(segment => segment.HasDerivedDamage));
        if (!everything && situation.Equals(_idleSituation))
            return null;
        var rule = RuleAt(_upkeep.FlushedIndex);
        SegmentShape[] shapes = [.. segments.Select(segment => ShapeOf(segment, rule, state.PayloadIndexes.Current))];
        var chosen = everything
            ? CompactionPolicy.ChooseAll(shapes, _options.SegmentFileBytesMax)
            : CompactionPolicy.Choose(shapes, _options.SegmentFileBytesMax);
        if (!chosen.IsEmpty)
            return Begin([.. chosen.Select(i => segments[i])], _upkeep.FlushedIndex);
        _idleSituation = situation;
        return null;
    }

    /// <summary>The work was run: its result takes the place of its sources. Readers keep what they have.</summary>
    public void Complete(SegmentRewrite work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var rows = work.Rows ?? throw new InvalidOperationException("The work is not done yet.");
        var state = State;
        var segments = _upkeep.Replace(state.Segments.Segments, work);
        if (work.IsFlush)
            _upkeep.FlushedIndex = work.Index;
        Exchange(state with { Segments = new SegmentSet(segments), HistoryStart = Math.Max(state.HistoryStart, rows.HistoryStart) });
        _upkeep.End(work);
    }

    /// <summary>The work failed or was cancelled; it may be begun again.</summary>
    public void Abandon(SegmentRewrite work)
    {
        ArgumentNullException.ThrowIfNull(work);
        work.Discard();
        _upkeep.End(work);
    }

    /// <summary>
    /// Begins to give the largest column of a segment on disk that wants a vector index one; null if none does, or one is being made already. Those of segments that will soon be
    /// merged can wait: who compacts calls this when there is nothing to compact.
    /// </summary>
    public VectorIndexWork? BeginVectorIndex()
    {
        var state = State;
        if (_upkeep.IsIndexing)
            return null;
        var wanted = state.Segments.OnDisk
            .SelectMany(segment => Enumerable.Range(0, segment.Vectors.Length).Select(column => (Segment: segment, Column: column)))
            .Where(place => place.Segment.IsIndexMissing(place.Column) && VectorIndexing.IsWanted(place.Segment, place.Column))
            .OrderByDescending(place => place.Segment.StoredVectorBytes(place.Column))
            .FirstOrDefault();
        if (wanted.Segment is null)
            return null;
        var work = new VectorIndexWork(_files, LeaseWith, wanted.Segment, wanted.Column);
        _upkeep.Begin(work);
        return work;
    }

    /// <summary>The work was run: searches use the index from now on.</summary>
    public void Complete(VectorIndexWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!work.IsDone)
            throw new InvalidOperationException("The work is not done yet.");
        if (work.IsObsolete)
        {
            _upkeep.End(work);
            return;
        }

        if (work.Result is null)
        {
            work.Segment.LeaveUnindexed(work.Column);
        }
        else if (State.Segments.OnDisk.Contains(work.Segment))
        {
            work.Segment.Attach(work.Column, work.Result);
        }
        else
        {
            // The segment was rewritten meanwhile; its other files may be gone already.
            work.Result.Dispose();
            _files.AddUnusedIndex(work.Segment.Entry.Id, work.Column);
        }

        _upkeep.End(work);
    }

    /// <summary>The work failed or was cancelled; it may be begun again.</summary>
    public void Abandon(VectorIndexWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        work.Result?.Dispose();
        _upkeep.End(work);
    }

    /// <summary>Begins a checkpoint; null if the last one says the same, or one is on its way.</summary>
    public CheckpointSave? BeginCheckpoint()
    {
        var state = State;
        if (!IsCheckpointDue)
            return null;
        var index = _upkeep.FlushedIndex;
        var header = new ShardManifest(
            VectorSchemaFormat.WithoutIndexes(Schema.Vectors), index, Math.Min(state.HistoryStart, index), [], state.Pins.At(index), state.PayloadIndexes.At(index));
        state.Segments.TryAcquire();
        var save = new CheckpointSave(_files, state.Segments, header);
        _upkeep.Begin(save);
        return save;
    }

    /// <summary>The checkpoint's manifest is saved, durably: files that it does not name go when nobody reads them any more.</summary>
    public void Complete(CheckpointSave save)
    {
        ArgumentNullException.ThrowIfNull(save);
        if (!save.IsDone)
            throw new InvalidOperationException("The work is not done yet.");
        _upkeep.Saved(save);
    }

    /// <summary>The checkpoint failed; whether its manifest was saved may be unknown.</summary>
    public void Abandon(CheckpointSave save)
    {
        ArgumentNullException.ThrowIfNull(save);
        _upkeep.Abandoned(save);
    }

    /// <summary>
    /// The last checkpoint, whose files stay there until it is disposed of; null if a newer one is due or on its way. Owner only. An empty shard has an empty manifest.
    /// </summary>
    public CheckpointLease? LeaseCheckpoint()
    {
        var state = State;
        if (IsCheckpointDue || _upkeep.IsSaving)
            return null;
        state.Segments.TryAcquire();
        Interlocked.Increment(ref _openLeases);
        return new CheckpointLease(this, state.Segments, _upkeep.SavedIndex, _upkeep.SavedManifest);
    }

    /// <summary>Deletes the files that nobody needs any more. Any thread, one at a time.</summary>
    public void DeleteUnusedFiles() => _files.DeleteUnused();

    /// <summary>
    /// Deletes what a process before this one left behind. Once, when the shard has applied all that its log has: whether anything is missing is known then. Files that
    /// were written since the shard was opened, and those of the manifest it was opened by, are not touched. Any thread.
    /// </summary>
    public void RemoveUnreferencedFiles() => _files.RemoveLeftovers();

    /// <summary>Lets go of the points. Open views stay readable; every other use throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _state.Segments.Release();
    }

    /// <summary>Deletes the files of a shard that is gone for good. May be repeated.</summary>
    public static void Erase(ShardPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        ShardFiles.Erase(place.FileSystem, place.Directory);
    }

    internal void ViewClosed() => Interlocked.Decrement(ref _openViews);

    internal void LeaseEnded() => Interlocked.Decrement(ref _openLeases);

    private static ShardState NewState(MutableSegment segment, long index, long liveCount) =>
        new(index, new SegmentSet([segment]), segment.RowCount, liveCount, HistoryStart: index, PinTable.Empty, PayloadIndexTable.Empty);

    private static ShardState OpenState(CollectionSchema schema, ShardFiles files, ShardManifest manifest)
    {
        var segments = new List<Segment>();
        try
        {
            foreach (var entry in manifest.Segments)
                segments.Add(files.Open(entry, schema));
        }
        catch
        {
            foreach (var segment in segments.OfType<DiskSegment>())
                segment.Close();
            throw;
        }

        var live = manifest.Segments.Sum(entry => (long)entry.RowCount - entry.DeletionCount);
        segments.Add(new MutableSegment(new RowLayout(schema.Vectors)));
        return new ShardState(
            manifest.Index, new SegmentSet([.. segments]), ActiveRows: 0, live, manifest.HistoryStart, PinTable.Of(manifest.Pins), PayloadIndexTable.Of(manifest.PayloadIndexes));
    }

    private ShardState Acquire()
    {
        while (true)
        {
            var state = State;
            if (state.Segments.TryAcquire())
                return state;
        }
    }

    // The segments as they are now, acquired, if this one is among them. Any thread.
    private SegmentSet? LeaseWith(DiskSegment segment)
    {
        var state = Acquire();
        if (state.Segments.OnDisk.Contains(segment))
            return state.Segments;
        state.Segments.Release();
        return null;
    }

    private ReadView NewView(ShardState state, long index)
    {
        Interlocked.Increment(ref _openViews);
        return new ReadView(this, state, index);
    }

    private void Freeze(ShardState state)
    {
        state.Segments.Active.Freeze(state.Index);
        Exchange(state with
        {
            Segments = new SegmentSet(state.Segments.Segments.Add(new MutableSegment(new RowLayout(Schema.Vectors)))),
            ActiveRows = 0,
        });
    }

    private SegmentRewrite Begin(ImmutableArray<Segment> sources, long index)
    {
        var segments = _state.Segments;
        segments.TryAcquire();
        var work = new SegmentRewrite(_files, Schema, _state, sources, index, RuleAt(index));
        _upkeep.Begin(work);
        return work;
    }

    // Only rows that were dead at an index that a checkpoint covers, or will: the log behind it is applied again to the rows that are left.
    private RetentionRule RuleAt(long index) => new(Math.Max(0, index - _options.HistoryIndexes), [.. _state.Pins.At(index).Select(pin => pin.Index)]);

    private static SegmentShape ShapeOf(DiskSegment segment, RetentionRule rule, ImmutableArray<PayloadIndex> indexes)
    {
        var unwanted = 0;
        foreach (var (row, deletedAt) in segment.Deletions.UpTo(rule.Horizon))
            unwanted += rule.Pins.IsEmpty || !rule.Keeps(segment.InsertedAt(row), deletedAt) ? 1 : 0;
        return new SegmentShape(segment.RowCount, unwanted, segment.FileBytes, segment.HasDerivedDamage || !segment.Has(indexes));
    }

    private void Publish(ShardState state) => Volatile.Write(ref _state, state);

    private void Exchange(ShardState state)
    {
        var before = _state.Segments;
        Publish(state);
        before.Release();
    }
}
