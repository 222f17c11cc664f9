namespace ActorVectorStore.Storage;

/// <summary>A query for dense vectors while it is searched. One thread.</summary>
/// <param name="Vector">As the scan uses it.</param>
/// <param name="Components">As it was asked.</param>
/// <param name="Top">The best rows so far.</param>
/// <param name="Filter">Which rows qualify; null: all.</param>
/// <param name="IsExact">Whether all vectors are to be compared.</param>
/// <param name="Ef">Candidates that a walk keeps.</param>
/// <param name="Compared">Candidates whose vectors are compared, at least as many as results are wanted.</param>
internal sealed record DenseQuery(
    float[] Vector, float[] Components, TopRows Top, RowFilter? Filter, bool IsExact, int Ef, int Compared);
