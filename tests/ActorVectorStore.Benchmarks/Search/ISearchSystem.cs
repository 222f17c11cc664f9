using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>An index that is measured over a set of vectors.</summary>
internal interface ISearchSystem : ISearcher, IDisposable
{
    /// <summary>Builds a new index of all base vectors, in the place of the one before.</summary>
    BuildTime Build(BuildParameters parameters);

    /// <summary>Lets only rows that pass be found from now on; null: all.</summary>
    void Use(RowFilterKind? filter);
}
