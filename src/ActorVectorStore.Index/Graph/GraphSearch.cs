namespace ActorVectorStore.Index;

/// <summary>Searches of one index, whatever its codes are compared by. Safe from any thread.</summary>
internal abstract class GraphSearch : IDisposable
{
    /// <summary>See <see cref="GraphIndex.Search"/>.</summary>
    public abstract int Run(ReadOnlySpan<float> query, int ef, PassingVectors passing, int wanted, Span<int> found, out SearchWay way, uint bound);

    /// <summary>Measures what the ways to search cost here, and corrects the planner by it. Takes some milliseconds, in which the code of all of them is compiled.</summary>
    public abstract void Calibrate();

    public abstract void Dispose();
}
