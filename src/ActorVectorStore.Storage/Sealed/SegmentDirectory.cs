namespace ActorVectorStore.Storage;

/// <summary>What a segment file says of itself. Read from a file only after its checksums and rules were right.</summary>
/// <param name="Id">Identity of the segment.</param>
/// <param name="WrittenBy">The program that wrote the file; at most 255 bytes of UTF-8.</param>
/// <param name="RowCount">Rows.</param>
/// <param name="Columns">Vector columns in the order of their numbers.</param>
/// <param name="Sections">Sections by ascending offset.</param>
/// <param name="HeadBytes">Bytes before the first section.</param>
/// <param name="FileBytes">Length of the file.</param>
internal sealed record SegmentDirectory(
    SealedSegmentId Id,
    string WrittenBy,
    int RowCount,
    IReadOnlyList<ColumnEntry> Columns,
    IReadOnlyList<SectionEntry> Sections,
    int HeadBytes,
    long FileBytes)
{
    /// <summary>The section with the block checksums.</summary>
    public SectionEntry Checksums { get; } = Sections.First(section => section.Key.Kind == SealedSectionKind.BlockChecksums);
}
