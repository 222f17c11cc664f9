using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>
/// A set of vectors on disk, in a folder of its own: <c>base.fvecs</c>, queries that are not among them in <c>query.fvecs</c>, the numbers of the true neighbours of each query in
/// <c>truth.ivecs</c>, and for each filter <c>NAME.bits</c> and <c>truth-NAME.ivecs</c>.
/// </summary>
/// <param name="Name">What the folder is called.</param>
/// <param name="Metric">How vectors are compared. For cosine all of them have length one, so that it is the dot product.</param>
/// <param name="Directory">The folder.</param>
internal sealed record VectorSet(string Name, Metric Metric, string Directory)
{
    /// <summary>Queries held out of each set.</summary>
    public const int Queries = 2_000;

    /// <summary>True neighbours known of each query.</summary>
    public const int Neighbours = 10;

    public string BaseFile => Path.Combine(Directory, "base.fvecs");

    public string QueryFile => Path.Combine(Directory, "query.fvecs");

    public string TruthFile => Path.Combine(Directory, "truth.ivecs");

    /// <summary>One bit a base vector, lowest first: whether it passes.</summary>
    public string FilterFile(RowFilterKind filter) => Path.Combine(Directory, $"{filter.Name}.bits");

    /// <summary>True neighbours among the base vectors that pass; -1 where fewer pass.</summary>
    public string TruthFileOf(RowFilterKind filter) => Path.Combine(Directory, $"truth-{filter.Name}.ivecs");
}
