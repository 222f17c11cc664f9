using System.Collections.Immutable;
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
    private long _vectorBytes;

    // What staging began with: rows that were linked, and where their payloads end.
    private (int Rows, PayloadArena.Place Payloads) _staging;
    private IdOrder _order = IdOrder.Empty;

    /// <summary>Rows that are linked.</summary>
    public override int RowCount => _rowCount;

    /// <inheritdoc/>
    public override ImmutableArray<VectorSchema> Vectors => layout.Vectors;

    /// <inheritdoc/>
    public override long MemoryBytes => (_chunkCount * RowChunk.FixedBytes(layout)) + _vectorBytes + _payloads.AllocatedBytes + _index.AllocatedBytes
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
    public override bool HasVector(int column, int row) => layout.Vectors[column].Kind == VectorKind.Dense
        ? ChunkOf(row).Dense(column)?.Has(layout.SlotOf(row)) == true
        : ChunkOf(row).List(column, layout.SlotOf(row)) is not null;

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Components(int column, int row, ref float[]? scratch) => layout.Vectors[column].Kind == VectorKind.Dense
        ? ChunkOf(row).Dense(column)!.Vector(layout.SlotOf(row))
        : ((MultiVector)ChunkOf(row).List(column, layout.SlotOf(row))!).Components.Span;

    /// <inheritdoc/>
    public override SparseEntries Sparse(int column, int row)
    {
        var vector = (SparseVector)ChunkOf(row).List(column, layout.SlotOf(row))!;
        return new SparseEntries(vector.Indices.Span, vector.Values.Span);
    }

    /// <inheritdoc/>
    public override int ListLength(int column, int row) => ChunkOf(row).List(column, layout.SlotOf(row)) switch
    {
        SparseVector sparse => sparse.Indices.Length,
        MultiVector multi => multi.Count,
        _ => 0,
    };

    /// <inheritdoc/>
    public override VectorBlock VectorsFrom(int column, ref int row, int end, ref float[]? scratch)
    {
        while (row < end && !HasVector(column, row))
            row++;
        if (row == end)
            return default;
        var (first, dense) = (layout.SlotOf(row), ChunkOf(row).Dense(column)!);
        var (slot, slotEnd) = (first + 1, first + Math.Min(end - row, layout.RowsPerChunk - first));
        while (slot < slotEnd && dense.Has(slot))
            slot++;
        return dense.Block(first, slot - first);
    }

    /// <inheritdoc/>
    public override VectorBlock ListBlock(int column, int row, ref float[]? scratch)
    {
        var list = (MultiVector)ChunkOf(row).List(column, layout.SlotOf(row))!;
        return VectorBlock.Of(list.Components.Span, list.Dimension, ref scratch);
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

    /// <summary>The column of a vector; -1 if there is none of this name.</summary>
    public int ColumnOf(string name) => layout.ColumnOf(name);

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
    public void Freeze(long index)
    {
        BeginStaging();
        FrozenAt = index;
    }

    /// <summary>Forgets staged rows that were not linked, and the memory of their own that they took.</summary>
    public void BeginStaging()
    {
        for (; StagedRows > _rowCount; StagedRows--)
            _vectorBytes -= ChunkOf(StagedRows - 1).Clear(layout.SlotOf(StagedRows - 1));

        // If some of the rows were linked, payloads of theirs lie among the others.
        if (_staging.Rows == _rowCount)
            _payloads.Return(_staging.Payloads);
        _staging = (_rowCount, _payloads.End);
    }

    /// <summary>Makes room in the id index, so that <see cref="Link"/> of the staged rows cannot fail.</summary>
    public void ReserveIndex() => _index.Reserve(StagedRows - _rowCount, this);

    /// <summary>
    /// Copies a row behind those that are there, without vectors, which come next. Nothing refers to it yet. No payload bytes stand for the empty payload.
    /// </summary>
    /// <returns>The row.</returns>
    public int Stage(PointId id, ReadOnlySpan<byte> payload, long insertedAt)
    {
        EnsureChunk(layout.ChunkOf(StagedRows));
        ChunkOf(StagedRows).Fill(layout.SlotOf(StagedRows), id, _payloads.Append(payload), insertedAt);
        return StagedRows++;
    }

    /// <summary>Copies a vector to a staged row, rounded to what its type can hold.</summary>
    public void StageDense(int row, int column, ReadOnlySpan<float> components) =>
        _vectorBytes += ChunkOf(row).SetDense(column, layout.SlotOf(row), components);

    /// <summary>Copies a list of vectors to a staged row, rounded to what their type can hold.</summary>
    public void StageMulti(int row, int column, ReadOnlySpan<float> components)
    {
        var copy = components.ToArray();
        VectorElements.Round(layout.Vectors[column].Elements, copy);
        _vectorBytes += ChunkOf(row).SetList(column, layout.SlotOf(row), new MultiVector(copy, layout.Vectors[column].Dimension));
    }

    /// <summary>Copies a sparse vector to a staged row.</summary>
    public void StageSparse(int row, int column, SparseEntries entries) =>
        _vectorBytes += ChunkOf(row).SetList(column, layout.SlotOf(row), new SparseVector(entries.Indices.ToArray(), entries.Values.ToArray()));

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
