namespace ActorVectorStore.Storage;

/// <summary>What a writer has to know before the first row.</summary>
/// <param name="Id">Identity of the segment; not used for another one before.</param>
/// <param name="WrittenBy">The program that writes, with its version; at most 255 bytes of UTF-8.</param>
/// <param name="Columns">Vector columns, at most 256.</param>
/// <param name="ExtraSectionsMax">Sections that will be added behind those of the rows, at most; 48 bytes are kept free for each.</param>
internal sealed record SealedSegmentSpec(SealedSegmentId Id, string WrittenBy, IReadOnlyList<SealedColumn> Columns, int ExtraSectionsMax = 0);
