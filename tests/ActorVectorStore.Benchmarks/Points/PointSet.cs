namespace ActorVectorStore.Benchmarks.Points;

/// <summary>The points of a run: their vectors are in a file, their payloads follow from their numbers.</summary>
/// <param name="File">Vectors one after the other, float32, little-endian, without header.</param>
/// <param name="Dimension">Components of each.</param>
/// <param name="Count">Vectors in the file, and points.</param>
internal sealed record PointSet(string File, int Dimension, int Count)
{
    /// <summary>Bytes of one vector.</summary>
    public int VectorBytes => Dimension * sizeof(float);

    /// <summary>The first points of the set, over the same file.</summary>
    public PointSet First(int count) => this with { Count = Math.Min(count, Count) };
}

/// <summary>How far a store's life has come: every store of a run lives the same one.</summary>
internal enum PointStage
{
    /// <summary>All points were written once.</summary>
    Loaded,

    /// <summary>After that, a fifth was overwritten with other vectors and payloads, and a fifth deleted.</summary>
    Changed,
}
