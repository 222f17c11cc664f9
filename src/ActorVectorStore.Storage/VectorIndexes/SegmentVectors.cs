using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>The vectors of a dense column of a segment on disk, by their ordinals. Whoever makes it keeps the segment open.</summary>
internal sealed class SegmentVectors(DenseColumn column) : IVectorRows
{
    public int Count => column.PresentRows;

    public int Dimension => column.Description.Dimension;

    /// <exception cref="FileSystem.CorruptionException">The vector is damaged.</exception>
    public void Read(int row, Span<float> target) => column.Vectors.Read(row, target);
}
