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

    private readonly long _deadBytesMin;
    private ShardState _state;
    private bool _isApplying;
    private int _openViews;
    private int _isDisposed;

    /// <summary>An empty shard at index 0.</summary>
    public ShardStore(CollectionSchema schema)
        : this(schema, DeadBytesMinDefault)
    {
    }

    internal ShardStore(CollectionSchema schema, long deadBytesMin)
        : this(schema, NewState(schema), deadBytesMin)
    {
    }

    private ShardStore(CollectionSchema schema, ShardState state, long deadBytesMin)
    {
        Schema = schema;
        _state = state;
        _deadBytesMin = deadBytesMin;
    }

    /// <summary>The collection that the shard is a part of.</summary>
    public CollectionSchema Schema { get; }

    /// <summary>Highest log index applied; 0 if none was.</summary>
    public long AppliedIndex => State.Index;

    /// <summary>Points in the shard.</summary>
    public long Count => State.LiveCount;

    /// <summary>Memory held for rows, payloads and indexes: what a budget counts. It grows by about the bytes of each event.</summary>
    public long MemoryBytes => State.Segment.AllocatedBytes;

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
    /// <exception cref="InvalidRequestException">A vector does not fit the collection.</exception>
    /// <exception cref="OverloadedException">The shard cannot hold so many rows.</exception>
    public void Check(IReadOnlyList<ShardOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var rows = (long)State.RowCount;
        foreach (var operation in operations)
        {
            if (operation is not UpsertPoints upsert)
                continue;
            RequestRules.CheckVectors(Schema, upsert.Points);
            rows += upsert.Points.Count;
        }

        if (rows > MutableSegment.RowsMax)
            throw new OverloadedException("rows of a shard", MutableSegment.RowsMax.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Applies the operations of an event; see the other overload.</summary>
    /// <exception cref="MalformedOperationException">The bytes are not an event; nothing was applied.</exception>
    /// <exception cref="UnsupportedOperationException">A newer program wrote the event; nothing was applied.</exception>
    public void Apply(long index, ReadOnlyMemory<byte> eventBytes) => Apply(index, OperationCodec.Decode(eventBytes));

    /// <summary>
    /// Applies operations, in their order, as one step: a read sees all of them or none. When it returns, every later read sees them.
    /// </summary>
    /// <param name="index">Their log index; higher than <see cref="AppliedIndex"/>, for each index is applied once.</param>
    /// <param name="operations">May be empty, to move the applied index over an entry that holds no operations.</param>
    /// <exception cref="InvalidRequestException">An operation does not fit the collection; nothing was applied.</exception>
    /// <exception cref="OverloadedException">The shard cannot hold so many rows; nothing was applied.</exception>
    public void Apply(long index, IReadOnlyList<ShardOperation> operations)
    {
        var state = State;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(index, state.Index);
        Check(operations);
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

    // May fail for want of memory; nothing refers to staged rows, and the next event begins over them.
    private static void Stage(MutableSegment segment, long index, IReadOnlyList<ShardOperation> operations)
    {
        segment.BeginStaging(operations.Sum(operation => operation is UpsertPoints upsert ? upsert.Points.Count : 0));
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
