using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>The vectors of a dense column of a segment on disk, by their ordinals. Whoever makes it keeps the segment open.</summary>
/// <param name="column">The column.</param>
/// <param name="cancellation">Ends the reading: what reads all of them takes as long as the disk.</param>
internal sealed class SegmentVectors(DenseColumn column, CancellationToken cancellation) : IVectorRows
{
    public int Count => column.PresentRows;

    public int Dimension => column.Description.Dimension;

    /// <exception cref="FileSystem.CorruptionException">The vector is damaged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Read(int row, Span<float> target)
    {
        cancellation.ThrowIfCancellationRequested();
        column.Vectors.Read(row, target);
    }
}
