
namespace ActorVectorStore.Storage;

/// <summary>
/// Which rows of a segment the vectors of a dense column belong to. Safe from any thread.
/// </summary>
/// <param name="segment">The segment.</param>
/// <param name="column">The column.</param>
internal sealed class SearchableRows(DiskSegment segment, DenseColumn column)
{
    private int[]? _rows;

    /// <summary>The row of a vector.</summary>
    public int RowOf(int ordinal) => column.PresentRows == segment.RowCount ? ordinal : (_rows ??= ReadRows())[ordinal];

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
}
