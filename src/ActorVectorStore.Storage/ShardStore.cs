using System.Globalization;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The state machine of one shard: applies logged operations in index order and answers reads at an index. It keeps everything in memory; durability
/// is the log before it and the snapshots that <see cref="ReadView.WriteSnapshot"/> makes of it.
/// </summary>
/// <remarks>
/// <para><b>Threads.</b> <see cref="Apply(long, IReadOnlyList{ShardOperation})"/> by one thread at a time (the shard's owner); everything else by any
/// thread, without locks, also while an apply runs.</para>
/// <para><b>Determinism.</b> The same operations at the same indexes give the same points, versions and digest, on every machine and from every
/// snapshot on the way.</para>
/// <para><b>Memory.</b> A replaced or deleted point keeps its row until dead rows outweigh live ones; then the live ones are copied and the rest is
/// left to open views and the collector. So a shard holds at most about twice its live bytes, and a third part while it copies.</para>
/// </remarks>
public sealed class ShardStore : IDisposable
{
    /// <summary>Dead rows of fewer bytes are not worth a copy of the live ones.</summary>
    internal const long DeadBytesMinDefault = 1 << 20;

    /// <summary>
    /// Most bytes of a snapshot, which is one array on its way to disk. Far fewer rows fit it than a segment can hold, dead ones included: what was
    /// checked can be applied, in whatever order rows are given back.
    /// </summary>
    internal const long SnapshotBytesMaxDefault = 0x7FFF_0000;

    private readonly long _deadBytesMin;
    private readonly long _snapshotBytesMax;
    private ShardState _state;
    private bool _isApplying;
    private int _openViews;
    private int _isDisposed;

    /// <summary>An empty shard at index 0.</summary>
    public ShardStore(CollectionSchema schema)
        : this(schema, DeadBytesMinDefault)
    {
    }

    internal ShardStore(CollectionSchema schema, long deadBytesMin, long snapshotBytesMax = SnapshotBytesMaxDefault)
        : this(schema, NewState(schema), deadBytesMin) => _snapshotBytesMax = snapshotBytesMax;

    private ShardStore(CollectionSchema schema, ShardState state, long deadBytesMin)
    {
        Schema = schema;
        _state = state;
        _deadBytesMin = deadBytesMin;
        _snapshotBytesMax = SnapshotBytesMaxDefault;
    }

    /// <summary>The collection that the shard is a part of.</summary>
    public CollectionSchema Schema { get; }

    /// <summary>Highest log index applied; 0 if none was.</summary>
    public long AppliedIndex => State.Index;

    /// <summary>Points in the shard.</summary>
    public long Count => State.LiveCount;

    /// <summary>Memory held for rows, payloads and indexes: what a budget counts. It grows by about the bytes of each event.</summary>
    public long MemoryBytes => State.Segment.AllocatedBytes;

    /// <summary>About as many bytes as a snapshot of the shard has, and never fewer. Owner only.</summary>
    public long SnapshotBytes => SnapshotBytesOf(State.Segment);

    /// <summary>Whether every apply ended: with its event applied, or with nothing done. Owner only.</summary>
    public bool IsWhole => !_isApplying;

    /// <summary>What the shard holds.</summary>
    public ShardStatistics Statistics
    {
        get
        {
            var state = State;
            return new ShardStatistics(
                state.Index, state.LiveCount, state.RowCount - state.LiveCount, state.Segment.AllocatedBytes, Volatile.Read(ref _openViews));
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

    /// <summary>A shard from a snapshot that <see cref="ReadView.WriteSnapshot"/> wrote. Reads the stream to its end, which must be the snapshot's.</summary>
    /// <param name="schema">The collection; its dimension and distance must be those of the snapshot.</param>
    /// <param name="snapshot">The bytes.</param>
    /// <param name="source">Name of the file or object that holds them, for errors.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <exception cref="FileSystem.CorruptionException">The bytes are not a whole, undamaged snapshot of such a collection.</exception>
    /// <exception cref="FileSystem.UnsupportedFormatException">A newer program wrote it.</exception>
    public static ShardStore Restore(CollectionSchema schema, Stream snapshot, string source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(snapshot);
        return new ShardStore(schema, new ShardSnapshotReader(snapshot, source, schema).Read(cancellationToken), DeadBytesMinDefault);
    }

    /// <summary>
    /// Checks that operations can be applied, without applying them. A shard's owner calls this <b>before</b> it logs them: what is logged must be
    /// applicable for ever.
    /// </summary>
    /// <param name="operations">The operations.</param>
    /// <param name="growthBytesBefore"><see cref="GrowthBytes"/> of those that were checked before them and are not applied yet.</param>
    /// <exception cref="InvalidRequestException">A vector does not fit the collection.</exception>
    /// <exception cref="CapacityExceededException">The shard could grow beyond what a snapshot can hold.</exception>
    public void Check(IReadOnlyList<ShardOperation> operations, long growthBytesBefore)
    {
        ArgumentNullException.ThrowIfNull(operations);
        CheckVectors(operations);
        var growth = GrowthBytes(operations);
        if (growth > 0 && SnapshotBytes + growthBytesBefore + growth > _snapshotBytesMax)
        {
            throw new CapacityExceededException(
                $"snapshot of a shard of collection '{Schema.Name}'", string.Create(CultureInfo.InvariantCulture, $"{_snapshotBytesMax} bytes"));
        }
    }

    /// <summary>Bytes by which operations can make a snapshot grow, at most: replacing a point is counted as a new one, deleting as nothing.</summary>
    public static long GrowthBytes(IReadOnlyList<ShardOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var bytes = 0L;
        foreach (var upsert in operations.OfType<UpsertPoints>())
        {
            foreach (var point in upsert.Points)
                bytes += SnapshotRow.SizeMax(upsert.Dimension, point.Payload.IsEmpty ? 0 : point.Payload.Utf8.Length);
        }

        return bytes;
    }

    /// <summary>Applies the operations of an event; see the other overload.</summary>
    /// <exception cref="MalformedOperationException">The bytes are not an event; nothing was applied.</exception>
    /// <exception cref="UnsupportedOperationException">A newer program wrote the event; nothing was applied.</exception>
    public void Apply(long index, ReadOnlyMemory<byte> eventBytes) => Apply(index, OperationCodec.Decode(eventBytes));

    /// <summary>
    /// Applies operations, in their order, as one step: a read sees all of them or none. When it returns, every later read sees them.
    /// </summary>
    /// <param name="index">Their log index: the one after <see cref="AppliedIndex"/>, for each index is applied once and none is left out.</param>
    /// <param name="operations">May be empty, to move the applied index over an entry that holds no operations.</param>
    /// <exception cref="InvalidRequestException">An operation does not fit the collection; nothing was applied.</exception>
    /// <exception cref="OverloadedException">The shard cannot hold so many rows; nothing was applied.</exception>
    public void Apply(long index, IReadOnlyList<ShardOperation> operations)
    {
        var state = State;
        ArgumentOutOfRangeException.ThrowIfNotEqual(index, state.Index + 1);
        CheckVectors(operations);
        CheckRows(state, operations);
        if (_isApplying)
            throw new InvalidOperationException($"An apply after index {state.Index} runs or failed half-way; the shard must be opened anew.");
        Stage(state.Segment, index, operations);

        _isApplying = true;
        Link(state.Segment, index, operations);
        Publish(index, state.Segment);
        _isApplying = false;
        CompactIfWorthwhile(index, state.Segment);
    }

    /// <summary>A view at the applied index. Dispose of it.</summary>
    public ReadView OpenView()
    {
        var view = new ReadView(this, State);
        Interlocked.Increment(ref _openViews);
        return view;
    }

    /// <summary>Lets go of the points. Open views stay readable; every other use throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            Volatile.Write(ref _state, NewState(Schema));
    }

    internal void ViewClosed() => Interlocked.Decrement(ref _openViews);

    private static ShardState NewState(CollectionSchema schema) => new(Index: 0, new MutableSegment(new RowLayout(schema.Dimension)), 0, 0);

    private long SnapshotBytesOf(MutableSegment segment)
    {
        var rows = (segment.LiveCount * SnapshotRow.SizeMax(Schema.Dimension, payloadBytes: 0)) + segment.LivePayloadBytes;

        // A block is closed before it is full, but not before half of it is used, or it has one row.
        return rows + (rows / ShardSnapshotFormat.BlockBytesPerHeader) + ShardSnapshotFormat.HeaderBytes
            + (2 * ShardSnapshotFormat.BlockHeaderBytes) + ShardSnapshotFormat.EndBodyBytes;
    }

    private void CheckVectors(IReadOnlyList<ShardOperation> operations)
    {
        foreach (var upsert in operations.OfType<UpsertPoints>())
            RequestRules.CheckVectors(Schema, upsert.Points);
    }

    private static void CheckRows(ShardState state, IReadOnlyList<ShardOperation> operations)
    {
        if (state.RowCount + RowsOf(operations) > MutableSegment.RowsMax)
            throw new OverloadedException("rows of a shard", MutableSegment.RowsMax.ToString(CultureInfo.InvariantCulture));
    }

    private static long RowsOf(IReadOnlyList<ShardOperation> operations) => operations.Sum(operation => operation is UpsertPoints upsert ? upsert.Points.Count : 0L);

    // May fail for want of memory; nothing refers to staged rows, and the next event begins over them.
    private static void Stage(MutableSegment segment, long index, IReadOnlyList<ShardOperation> operations)
    {
        segment.BeginStaging((int)RowsOf(operations));
        foreach (var operation in operations)
        {
            if (operation is not UpsertPoints upsert)
                continue;
            foreach (var point in upsert.Points)
                segment.Stage(point.Id, point.Vector.Span, point.Payload.IsEmpty ? default : point.Payload.Utf8.Span, index);
        }
    }

    private static void Link(MutableSegment segment, long index, IReadOnlyList<ShardOperation> operations)
    {
        foreach (var operation in operations)
        {
            switch (operation)
            {
                case UpsertPoints upsert:
                    for (var i = 0; i < upsert.Points.Count; i++)
                        segment.Link();
                    break;
                case DeletePoints delete:
                    foreach (var id in delete.Ids)
                        segment.Delete(id, index);
                    break;
                default:
                    throw new InvalidOperationException($"{operation.GetType().Name} has no way to be applied.");
            }
        }
    }

    private void Publish(long index, MutableSegment segment) =>
        Volatile.Write(ref _state, new ShardState(index, segment, segment.RowCount, segment.LiveCount));

    private void CompactIfWorthwhile(long index, MutableSegment segment)
    {
        var rowBytes = RowChunk.AllocatedBytes(segment.Layout) / segment.Layout.RowsPerChunk;
        var live = (segment.LiveCount * rowBytes) + segment.LivePayloadBytes;
        var dead = (segment.RowCount * rowBytes) + segment.PayloadBytes - live;
        if (dead < _deadBytesMin || dead <= live)
            return;
        try
        {
            Publish(index, segment.CopyLiveRows());
        }
        catch (OutOfMemoryException)
        {
            // The event is applied and the shard is whole; only the economy has to wait for the next event.
        }
    }
}
