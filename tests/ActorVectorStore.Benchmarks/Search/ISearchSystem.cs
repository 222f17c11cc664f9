using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>An index that is measured over a set of vectors. One thread, on which it searches where it is asked for one.</summary>
internal interface ISearchSystem : IDisposable
{
    string Name { get; }

    /// <summary>Builds a new index of all base vectors, in the place of the one before.</summary>
    BuildTime Build(BuildParameters parameters);

    /// <summary>Lets only rows that pass be found from now on; null: all.</summary>
    void Use(RowFilterKind? filter);

    /// <summary>Looks for the neighbours of every query.</summary>
    /// <param name="ef">Candidates that a walk keeps.</param>
    /// <param name="threads">Threads that ask, each another query.</param>
    SearchPass Search(int ef, int threads);
}
