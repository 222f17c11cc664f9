using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>What a vector index says of itself.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Column">Number of the column in it.</param>
/// <param name="VectorCount">Vectors of the column.</param>
/// <param name="Count">Nodes: vectors that are linked.</param>
/// <param name="Entries">Entry nodes.</param>
/// <param name="Options">How it was built.</param>
/// <param name="FreshShare">Part of a neighbour list that a walk has not met before.</param>
/// <param name="Codec">How vectors became codes.</param>
/// <param name="Kind">What rows have of the codes.</param>
/// <param name="WantedKind">What they were to have, if it did.</param>
internal sealed record VectorIndexHeader(
    SealedSegmentId Segment, int Column, int VectorCount, int Count, int Entries, GraphOptions Options, double FreshShare, ScalarCodec Codec, CodeKind Kind, CodeKind WantedKind)
{
    /// <summary>Bytes of the vectors' numbers.</summary>
    public long VectorsBytes => (long)VectorCount * sizeof(uint);

    /// <summary>Bytes of a row of codes.</summary>
    public int RowBytes => CodeRows.BytesOf(Kind, Codec.CodeBytes);

    /// <summary>Bytes of the codes.</summary>
    public long CodesBytes => (long)Count * RowBytes;

    /// <summary>Bytes of the neighbours.</summary>
    public long LinksBytes => GraphLinks.BytesOf(Count, Options.Degree);
}
