using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Rows in memory, append-only: the segment that a shard writes to, and, once it is full, one that waits to be written to a file. Readers see what a
/// <see cref="ShardState"/> published: rows below its row count.
/// </summary>
/// <remarks>
/// The writer works in two steps. <see cref="Stage"/> copies new rows behind the published ones and may fail for want of memory; nothing refers to
/// staged rows, so a failure changes nothing. <see cref="Link"/> and <see cref="Bury"/> then connect them and cannot fail.
/// </remarks>
internal sealed class MutableSegment(RowLayout layout) : Segment
{
    /// <summary>Rows of one segment at most; the id index holds no more.</summary>
    public const int RowsMax = 1 << 29;

    private readonly PayloadArena _payloads = new();
    private readonly RowIndex _index = new();
    private RowChunk[] _chunks = [];
    private int _chunkCount;
    private int _rowCount;
    private IdOrder _order = IdOrder.Empty;

    public RowLayout Layout => layout;

    /// <summary>Rows that are linked.</summary>
    public override int RowCount => _rowCount;

    /// <inheritdoc/>
    public override long MemoryBytes => (_chunkCount * RowChunk.AllocatedBytes(layout)) + _payloads.AllocatedBytes + _index.AllocatedBytes
        + Volatile.Read(ref _order).AllocatedBytes;

    /// <summary>The rows sorted by id, as far as some reader has sorted them. Any thread may replace it by one that covers more.</summary>
    public IdOrder Order
    {
        get => Volatile.Read(ref _order);
        set => Volatile.Write(ref _order, value);
    }

    public RowChunk ChunkOf(int row) => Volatile.Read(ref _chunks)[layout.ChunkOf(row)];

    /// <inheritdoc/>
    public override PointId IdOf(int row) => ChunkOf(row).Ids[layout.SlotOf(row)];

    /// <inheritdoc/>
    public override long InsertedAt(int row) => ChunkOf(row).InsertedAt[layout.SlotOf(row)];

    /// <inheritdoc/>
    public override long DeletedAt(int row) => ChunkOf(row).DeletedAt(layout.SlotOf(row));

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PayloadUtf8(int row) => ChunkOf(row).Payloads[layout.SlotOf(row)].Span;

    /// <inheritdoc/>
    public override Payload ReadPayload(int row) => ChunkOf(row).Payloads[layout.SlotOf(row)].ToPayload();

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Vector(int row) => ChunkOf(row).Vector(layout.SlotOf(row));

    /// <inheritdoc/>
    public override VectorBlock VectorsFrom(int row, int end)
    {
        var slot = layout.SlotOf(row);
        return ChunkOf(row).Block(slot, Math.Min(end - row, layout.RowsPerChunk - slot));
    }

    /// <inheritdoc/>
    public override int Find(PointId id, long index, int rowCount)
    {
        var row = _index.Find(id, this);
        while (row >= rowCount || (row >= 0 && InsertedAt(row) > index))
            row = ChunkOf(row).PreviousRow[layout.SlotOf(row)];
        return row >= 0 && DeletedAt(row) > index ? row : None;
    }

    /// <inheritdoc/>
    public override int FindLive(PointId id)
    {
        var row = _index.Find(id, this);
        return row >= 0 && DeletedAt(row) == Never ? row : None;
    }

    /// <summary>Whether the id ever had a row here: then older segments have none of it that lives. Owner only.</summary>
    public bool Knows(PointId id) => _index.Find(id, this) >= 0;

    /// <inheritdoc/>
    public override IEnumerable<int> RowsFrom(PointId id, int rowCount) => IdOrder.RowsFrom(this, id, rowCount);

    /// <inheritdoc/>
    public override bool AreAllVisible(int first, int count, long index) => false;

    /// <summary>Log index up to which the segment was written to, once it is not any more. Owner only.</summary>
    public long FrozenAt { get; private set; }

    /// <summary>Rows that are linked or staged. Owner only.</summary>
    public int StagedRows { get; private set; }

    /// <summary>Ends the writing; rows may still be deleted.</summary>
    public void Freeze(long index) => FrozenAt = index;

    /// <summary>Forgets staged rows that were not linked.</summary>
    public void BeginStaging() => StagedRows = _rowCount;

    /// <summary>Makes room in the id index, so that <see cref="Link"/> of the staged rows cannot fail.</summary>
    public void ReserveIndex() => _index.Reserve(StagedRows - _rowCount, this);

    /// <summary>Copies a row behind those that are there. Nothing refers to it yet. No payload bytes stand for the empty payload.</summary>
    public void Stage(PointId id, ReadOnlySpan<float> vector, ReadOnlySpan<byte> payload, long insertedAt)
    {
        EnsureChunk(layout.ChunkOf(StagedRows));
        ChunkOf(StagedRows).Fill(layout.SlotOf(StagedRows), id, vector, _payloads.Append(payload), insertedAt);
        StagedRows++;
    }

    /// <summary>Makes the next staged row the newest of its id and deletes the one before it here, if there is one that lives; whether there was.</summary>
    public bool Link()
    {
        var row = _rowCount;
        var chunk = ChunkOf(row);
        var slot = layout.SlotOf(row);
        var id = chunk.Ids[slot];
        var previous = _index.Find(id, this);
        var replaces = previous >= 0 && Bury(previous, chunk.InsertedAt[slot]);
        chunk.PreviousRow[slot] = previous;
        _index.Set(id, row, this);
        _rowCount++;
        return replaces;
    }

    /// <inheritdoc/>
    public override void ReserveBurial(int row)
    {
    }

    /// <inheritdoc/>
    public override bool Bury(int row, long index)
    {
        var chunk = ChunkOf(row);
        var slot = layout.SlotOf(row);
        if (chunk.DeletedAt(slot) != Never)
            return false;
        chunk.Delete(slot, index);
        return true;
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
