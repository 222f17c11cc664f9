namespace ActorVectorStore.Index;

/// <summary>How a graph is built.</summary>
/// <param name="M">Neighbours that a new node chooses, 2 to <see cref="MMax"/>; a node has at most twice as many. More find more, and take more memory and time.</param>
/// <param name="EfConstruct">Candidates that are kept while a new node looks for its neighbours, at least M; at most <see cref="EfConstructMax"/>. More make a better graph in more time.</param>
/// <param name="Seed">Decides the order of insertion and the entry points.</param>
public sealed record GraphOptions(int M = 16, int EfConstruct = 200, ulong Seed = 0)
{
    /// <summary>The largest M.</summary>
    public const int MMax = 64;

    /// <summary>The largest EfConstruct.</summary>
    public const int EfConstructMax = 4096;

    /// <summary>Neighbours of a node at most: a multiple of 16, so that a list fills whole cache lines.</summary>
    public int Degree => ((2 * M) + 15) / 16 * 16;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(M, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(M, MMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(EfConstruct, M);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(EfConstruct, EfConstructMax);
    }
}
