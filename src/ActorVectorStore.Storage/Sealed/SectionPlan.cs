using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The sections that a segment with these rows and columns must have.</summary>
internal static class SectionPlan
{
    /// <summary>For a section whose length does not follow from the counts.</summary>
    public const long AnyLength = -1;

    /// <summary>Sections that there are whatever the columns, the checksums included.</summary>
    public const int FixedSections = 9;

    /// <summary>Sections that a column has, at most.</summary>
    public const int SectionsPerColumnMax = 4;

    /// <summary>Each section with its length; without the block checksums, whose length follows from the others.</summary>
    public static IEnumerable<(SectionKey Key, long Length)> Of(int rows, IReadOnlyList<ColumnEntry> columns) =>
    [
        (new(SealedSectionKind.NumberIds), AnyLength),
        (new(SealedSectionKind.UuidIds), AnyLength),
        (new(SealedSectionKind.RowsByPosition), (long)rows * sizeof(uint)),
        (new(SealedSectionKind.PositionsByRow), (long)rows * sizeof(uint)),
        (new(SealedSectionKind.InsertedAt), (long)rows * sizeof(long)),
        (new(SealedSectionKind.PayloadOffsets), (rows + 1L) * sizeof(ulong)),
        (new(SealedSectionKind.PayloadBlockIndex), AnyLength),
        (new(SealedSectionKind.PayloadBlocks), AnyLength),
        .. columns.SelectMany((entry, number) => OfColumn(rows, entry, (uint)number)),
    ];

    /// <summary>Bytes of a presence section.</summary>
    public static long PresenceBytes(int rows) =>
        ((rows + SealedSegmentFormat.PresenceRowsPerLine - 1L) / SealedSegmentFormat.PresenceRowsPerLine) * SealedSegmentFormat.PresenceLineBytes;

    private static IEnumerable<(SectionKey Key, long Length)> OfColumn(int rows, ColumnEntry entry, uint number)
    {
        var column = entry.Column;
        var isDense = column.Kind == VectorKind.Dense;
        if (entry.PresentRows < rows)
            yield return (new(SealedSectionKind.Presence, number), PresenceBytes(rows));
        if (!isDense)
            yield return (new(SealedSectionKind.ListOffsets, number), (entry.PresentRows + 1L) * sizeof(ulong));
        if (column.Kind == VectorKind.Sparse)
        {
            yield return (new(SealedSectionKind.SparseIndices, number), AnyLength);
            yield return (new(SealedSectionKind.SparseValues, number), AnyLength);
            yield break;
        }

        yield return (new(SealedSectionKind.Vectors, number), isDense ? (long)entry.PresentRows * column.StrideBytes : AnyLength);
        if (column.HasLengths)
            yield return (new(SealedSectionKind.Lengths, number), isDense ? (long)entry.PresentRows * sizeof(float) : AnyLength);
    }
}
