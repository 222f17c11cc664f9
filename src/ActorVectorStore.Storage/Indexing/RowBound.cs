namespace ActorVectorStore.Storage;

/// <summary>How many rows of a segment a condition holds for: at least and at most. The segment's rows are counted, visible or not.</summary>
/// <param name="Min">At least so many.</param>
/// <param name="Max">At most so many.</param>
internal readonly record struct RowBound(int Min, int Max)
{
    /// <summary>Whether both are the same.</summary>
    public bool IsExact => Min == Max;

    /// <summary>Exactly so many.</summary>
    public static RowBound Exactly(int rows) => new(rows, rows);

    /// <summary>A bound of sums that may be beyond the rows that there are.</summary>
    public static RowBound Of(long min, long max, int rowCount) => new((int)Math.Clamp(min, 0, rowCount), (int)Math.Clamp(max, 0, rowCount));

    /// <summary>Rows for which all hold: too few to miss each other share some.</summary>
    public static RowBound OfAll(IReadOnlyList<RowBound> parts, int rowCount)
    {
        var (min, max) = ((long)rowCount, (long)rowCount);
        foreach (var part in parts)
            (min, max) = (min + part.Min - rowCount, Math.Min(max, part.Max));
        return Of(min, max, rowCount);
    }

    /// <summary>
    /// Rows for which at least <paramref name="count"/> hold, 1 or more. A row of them takes at least that many of all the parts' rows, and at most
    /// one of each part; any other row takes fewer.
    /// </summary>
    public static RowBound OfAtLeast(int count, IReadOnlyList<RowBound> parts, int rowCount)
    {
        if (count > parts.Count)
            return Exactly(0);
        var (min, max) = (parts.Sum(part => (long)part.Min), parts.Sum(part => (long)part.Max));
        var spare = min - ((count - 1L) * rowCount);
        var perRow = parts.Count - count + 1L;
        var least = spare <= 0 ? 0 : (spare + perRow - 1) / perRow;
        return Of(count == 1 ? Math.Max(least, parts.Max(part => part.Min)) : least, max / count, rowCount);
    }

    /// <summary>Rows for which this does not hold.</summary>
    public RowBound Not(int rowCount) => new(rowCount - Max, rowCount - Min);
}
