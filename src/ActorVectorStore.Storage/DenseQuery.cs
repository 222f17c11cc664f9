namespace ActorVectorStore.Storage;

/// <summary>A query for dense vectors while it is searched. One thread.</summary>
/// <param name="Vector">As the scan uses it.</param>
/// <param name="Components">As it was asked.</param>
/// <param name="Top">The best rows so far.</param>
/// <param name="Filter">Which rows qualify; null: all.</param>
/// <param name="Wanted">Results wanted, those that are skipped included.</param>
/// <param name="IsExact">Whether all vectors are to be compared.</param>
/// <param name="Ef">Candidates that a walk keeps.</param>
/// <param name="Compared">Candidates whose vectors are compared, at least as many as results are wanted.</param>
internal sealed record DenseQuery(
    float[] Vector, float[] Components, TopRows Top, RowFilter? Filter, int Wanted, bool IsExact, int Ef, int Compared)
{
    /// <summary>
    /// The query as a segment is asked that is thought to have this share of the closest rows: for as many as its own, by the root of the share. Measured over eight random parts of the word vectors and of a clustered set, a
    /// third of the candidates finds as many as all do in one (the root is 0.35). Whoever says himself how many are compared is not second-guessed.
    /// </summary>
    public DenseQuery For(double share)
    {
        var ef = Math.Max(Wanted, (int)Math.Ceiling(Ef * Math.Sqrt(share)));
        return ef >= Ef || Compared > (Wanted + Ef) / 2 ? this : this with { Ef = ef, Compared = Math.Min(Compared, (Wanted + ef) / 2) };
    }
}
