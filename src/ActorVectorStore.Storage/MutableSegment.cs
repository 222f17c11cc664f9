using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Rows in memory, append-only. One writer at a time; any number of readers, who take no lock and see what a <see cref="ShardState"/> published:
/// rows below its row count, visible iff <c>insertedAt &lt;= index &lt; deletedAt</c>.
/// </summary>
/// <remarks>
/// The writer works in two steps. <see cref="Stage"/> copies new rows behind the published ones and may fail for want of memory; nothing refers to
/// staged rows, so a failure changes nothing. <see cref="Link"/> and <see cref="Delete"/> then connect them and cannot fail.
/// </remarks>
internal sealed class MutableSegment(RowLayout layout)
{
    /// <summary>Rows of one segment at most; the id index holds no more.</summary>
    public const int RowsMax = 1 << 29;

    private readonly PayloadArena _payloads = new();
    private readonly RowIndex _index = new();
    private RowChunk[] _chunks = [];
    private int _chunkCount;
    private int _stagedRows;
    private IdOrder _order = IdOrder.Empty;

    public RowLayout Layout => layout;

    /// <summary>Rows that are linked. Writer only; readers go by their state.</summary>
    public int RowCount { get; private set; }

    /// <summary>Linked rows that no later index deletes. Writer only.</summary>
    public int LiveCount { get; private set; }

    /// <summary>Payload bytes of live rows. Writer only.</summary>
    public long LivePayloadBytes { get; private set; }

    /// <summary>Payload bytes of all linked rows. Writer only.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Memory held.</summary>
    public long AllocatedBytes => (_chunkCount * RowChunk.AllocatedBytes(layout)) + _payloads.AllocatedBytes + _index.AllocatedBytes
        + Volatile.Read(ref _order).AllocatedBytes;

    /// <summary>The rows sorted by id, as far as some reader has sorted them. Any thread may replace it by one that covers more.</summary>
    public IdOrder Order
    {
        get => Volatile.Read(ref _order);
        set => Volatile.Write(ref _order, value);
    }

    public RowChunk ChunkOf(int row) => Volatile.Read(ref _chunks)[layout.ChunkOf(row)];

    public PointId IdOf(int row) => ChunkOf(row).Ids[layout.SlotOf(row)];

    /// <summary>Whether a row below the state's row count is visible at its index.</summary>
    public bool IsVisible(int row, long index) => ChunkOf(row).DeletedAt(layout.SlotOf(row)) > index;

    /// <summary>The row of an id that is visible in a state, or <see cref="RowChunk.None"/>. Any thread.</summary>
    public int Find(PointId id, ShardState state)
    {
        var row = _index.Find(id, this);
        while (row >= state.RowCount)
            row = ChunkOf(row).PreviousRow[layout.SlotOf(row)];
        return row >= 0 && IsVisible(row, state.Index) ? row : RowChunk.None;
    }

    /// <summary>Forgets staged rows that were not linked and makes room for new ones in the id index.</summary>
    public void BeginStaging(int rows)
    {
        _stagedRows = RowCount;
        _index.Reserve(rows, this);
    }

    /// <summary>Copies a row behind those that are there. Nothing refers to it yet. No payload bytes stand for the empty payload.</summary>
    public void Stage(PointId id, ReadOnlySpan<float> vector, ReadOnlySpan<byte> payload, long insertedAt)
    {
        EnsureChunk(layout.ChunkOf(_stagedRows));
        ChunkOf(_stagedRows).Fill(layout.SlotOf(_stagedRows), id, vector, _payloads.Append(payload), insertedAt);
        _stagedRows++;
    }

    /// <summary>Makes the next staged row the newest of its id and deletes the one before it.</summary>
    public void Link()
    {
        var row = RowCount;
        var chunk = ChunkOf(row);
        var slot = layout.SlotOf(row);
        var id = chunk.Ids[slot];
        var previous = _index.Find(id, this);
        if (previous >= 0)
            Bury(previous, chunk.InsertedAt[slot]);
        chunk.PreviousRow[slot] = previous;
        _index.Set(id, row, this);
        RowCount++;
        LiveCount++;
        PayloadBytes += chunk.Payloads[slot].Length;
        LivePayloadBytes += chunk.Payloads[slot].Length;
    }

    /// <summary>Deletes the row of an id, if there is one.</summary>
    public void Delete(PointId id, long index)
    {
        var row = _index.Find(id, this);
        if (row >= 0)
            Bury(row, index);
    }

    /// <summary>A segment of the live rows alone, with the versions that they have. Their order is kept.</summary>
    public MutableSegment CopyLiveRows()
    {
        var copy = new MutableSegment(layout);
        copy.BeginStaging(LiveCount);
        for (var row = 0; row < RowCount; row++)
        {
            var chunk = ChunkOf(row);
            var slot = layout.SlotOf(row);
            if (chunk.DeletedAt(slot) != RowChunk.Never)
                continue;
            copy.Stage(chunk.Ids[slot], chunk.Vector(slot), chunk.Payloads[slot].Span, chunk.InsertedAt[slot]);
            copy.Link();
        }

        return copy;
    }

    private void Bury(int row, long index)
    {
        var chunk = ChunkOf(row);
        var slot = layout.SlotOf(row);
        if (chunk.DeletedAt(slot) != RowChunk.Never)
            return;
        chunk.Delete(slot, index);
        LiveCount--;
        LivePayloadBytes -= chunk.Payloads[slot].Length;
    }

    private void EnsureChunk(int chunk)
    {
        if (chunk < _chunkCount)
            return;
        if (_chunkCount == _chunks.Length)
        {
            var longer = new RowChunk[Math.Max(4, _chunks.Length * 2)];
            _chunks.CopyTo(longer, 0);
            Volatile.Write(ref _chunks, longer);
        }

        // A reader reaches the element only through a row number, which it can know only after this write.
        Volatile.Write(ref _chunks[_chunkCount], new RowChunk(layout));
        _chunkCount++;
    }
}
