namespace ActorVectorStore.Benchmarks.Search;

/// <summary>How an index is built: the parameters that both systems have.</summary>
/// <param name="M">Half the neighbours of a node in the lowest level.</param>
/// <param name="EfConstruct">Candidates kept while a node is inserted.</param>
/// <param name="Threads">Threads that build.</param>
internal readonly record struct BuildParameters(int M, int EfConstruct, int Threads = 1)
{
    /// <summary>What both systems have where nothing else is said.</summary>
    public static BuildParameters Default { get; } = new(16, 200);

    public override string ToString() => $"M {M}, ef_construct {EfConstruct}";
}

/// <summary>How long a build took.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="ProcessorSeconds">Of all threads.</param>
internal readonly record struct BuildTime(double Seconds, double ProcessorSeconds);
