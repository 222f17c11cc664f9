
namespace ActorVectorStore.Storage;

/// <summary>
/// Which rows of a segment the vectors of a dense column belong to, and which of them a search may find. Keeps what does not change from one search to the next. Safe from any thread.
/// </summary>
/// <param name="segment">The segment.</param>
/// <param name="column">The column.</param>
internal sealed class SearchableRows(DiskSegment segment, DenseColumn column)
{
    private int[]? _rows;
    private Visible? _visible;

    /// <summary>The row of a vector.</summary>
    public int RowOf(int ordinal) => column.PresentRows == segment.RowCount ? ordinal : (_rows ??= ReadRows())[ordinal];

    /// <summary>The vectors of rows that are visible at an index; null if all are.</summary>
    public FindableVectors? VisibleAt(long index)
    {
        if (segment.AreAllVisible(0, segment.RowCount, index))
            return null;
        var count = segment.Deletions.Count;
        if (Volatile.Read(ref _visible) is { } known && known.Holds(index, count, segment.Entry.LastInsertedAt))
            return known.Vectors;
        var rows = segment.VisibleAt(index);
        var vectors = VectorsOf(rows);
        if (segment.Entry.LastInsertedAt <= index && segment.RowCount - rows.Count() == count)
            Volatile.Write(ref _visible, new Visible(vectors, count, index));
        return vectors;
    }

    /// <summary>The vectors of these rows.</summary>
    public FindableVectors VectorsOf(RowBitmap rows)
    {
        if (column.PresentRows == segment.RowCount)
            return new FindableVectors(rows.WordMemory);
        var words = new ulong[(column.PresentRows + 63) / 64];
        foreach (var row in rows)
        {
            if (column.OrdinalOf(row) is var ordinal && ordinal != Presence.Absent)
                words[ordinal / 64] |= 1UL << (ordinal % 64);
        }

        return new FindableVectors(words);
    }

    private int[] ReadRows()
    {
        var rows = new int[column.PresentRows];
        for (var row = 0; row < segment.RowCount; row++)
        {
            if (column.OrdinalOf(row) is var ordinal && ordinal != Presence.Absent)
                rows[ordinal] = row;
        }

        return rows;
    }

    // All deletions that there were had been seen, and were at this index or before.
    private sealed record Visible(FindableVectors Vectors, int Deletions, long Index)
    {
        public bool Holds(long index, int deletions, long lastInsertedAt) => deletions == Deletions && index >= Index && lastInsertedAt <= index;
    }
}
