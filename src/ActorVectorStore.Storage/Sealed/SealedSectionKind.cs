namespace ActorVectorStore.Storage;

/// <summary>What a section holds, as <see cref="SealedSegmentFormat"/> lays it out. The values are stored and never change; 0 is reserved.</summary>
internal enum SealedSectionKind : uint
{
    BlockChecksums = 1,
    NumberIds = 2,
    UuidIds = 3,
    RowsByPosition = 4,
    PositionsByRow = 5,
    InsertedAt = 6,
    PayloadOffsets = 7,
    PayloadBlockIndex = 8,
    PayloadBlocks = 9,
    Presence = 16,
    Vectors = 17,
    Lengths = 18,
    ListOffsets = 19,
    SparseIndices = 20,
    SparseValues = 21,

    /// <summary>From here on sections that others lay out: graphs, quantized vectors, payload indexes.</summary>
    FirstExtra = 256,

    /// <summary>For a dense column of float32: one over the length of each vector, as <see cref="CosineScoring.InverseNormOf"/> gives it. f32 by ordinal; optional, derived.</summary>
    InverseNorms = 257,

    /// <summary>A payload index; see <see cref="PayloadIndexSectionFormat"/>.</summary>
    PayloadIndex = 272,

    /// <summary>The inverted index of a sparse column; see <see cref="SparseIndexFormat"/>.</summary>
    SparseIndex = 288,
}
