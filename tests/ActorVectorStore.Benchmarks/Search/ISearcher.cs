namespace ActorVectorStore.Benchmarks.Search;

/// <summary>Something that looks for the neighbours of the queries of a set. One thread, on which it searches where it is asked for one.</summary>
internal interface ISearcher
{
    string Name { get; }

    /// <summary>Looks for the neighbours of every query.</summary>
    /// <param name="ef">Candidates that a walk keeps.</param>
    /// <param name="threads">Threads that ask, each another query.</param>
    SearchPass Search(int ef, int threads);
}
