namespace ActorVectorStore.Index;

/// <summary>
/// A graph over the codes of vectors, which finds those that are close to a query. What it finds is close by codes: the caller compares the vectors themselves to order it. The memory is
/// somebody else's and stays as long as the index is used. Immutable; safe from any thread.
/// </summary>
public sealed unsafe class GraphIndex : IDisposable
{
    private readonly GraphSearch _search;

    /// <summary>An index of these parts.</summary>
    public GraphIndex(GraphParts parts, WalkCosts? costs = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Parts = parts;
        var planner = new SearchPlanner(parts, costs ?? WalkCosts.Default);
        _search = (parts.Kind, parts.Codec.Metric) switch
        {
            (CodeKind.FourBits, Metric.Dot) => new KernelSearch<HalfCodes<CodeProducts>>(parts, planner),
            (CodeKind.FourBits, Metric.Manhattan) => new KernelSearch<HalfCodes<CodeDifferences>>(parts, planner),
            (CodeKind.FourBits, _) => new KernelSearch<HalfCodes<CodeSquares>>(parts, planner),
            (_, Metric.Dot) => new KernelSearch<WholeCodes<CodeProducts>>(parts, planner),
            (_, Metric.Manhattan) => new KernelSearch<WholeCodes<CodeDifferences>>(parts, planner),
            _ => new KernelSearch<WholeCodes<CodeSquares>>(parts, planner),
        };
    }

    /// <summary>What the index is made of.</summary>
    public GraphParts Parts { get; }

    /// <summary>Vectors.</summary>
    public int Count => Parts.VectorCount;

    /// <summary>
    /// Finds the numbers of vectors that are close to the query, closest by codes first. As many as are wanted, if so many pass. Where directions are compared, vectors that have none come last, in addition to
    /// those that are wanted, of which there may be as many.
    /// </summary>
    /// <param name="query">The query, with as many finite components as the vectors.</param>
    /// <param name="ef">Candidates that a walk keeps, at least 1: more find more in more time, beyond ten thousand in the square of it. Those beyond the number of vectors do not count.</param>
    /// <param name="passing">The vectors that may be found: a bit for each of <see cref="Count"/>, no fewer and no more.</param>
    /// <param name="wanted">Vectors wanted.</param>
    /// <param name="found">Room for twice as many. Returns how many there are.</param>
    /// <param name="way">How they were looked for.</param>
    /// <param name="bound">
    /// What a vector that is of use may cost at most: the distance for Euclid and Manhattan, the negative cosine for cosine; for dot nothing. Those whose codes cost more than that, with what codes err nearly
    /// always, are not found, so that there may be fewer than are wanted. A walk goes on beyond it: what is close is often reached by what is not.
    /// </param>
    public int Search(
        ReadOnlySpan<float> query, int ef, PassingVectors passing, int wanted, Span<int> found, out SearchWay way, float bound = float.PositiveInfinity)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, Parts.Codec.Dimension);
        ArgumentOutOfRangeException.ThrowIfLessThan(ef, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(found.Length, 2 * wanted);
        if (!passing.FitTo(Count))
            throw new ArgumentException($"Bits are wanted for {Count} vectors, and none behind the last.", nameof(passing));
        return _search.Run(query, ef, passing, wanted, found, out way, Parts.Codec.CostBound(bound, Parts.Kind));
    }

    /// <summary>
    /// Searches some dozens of times in each way, for nobody: so that the first searches of others do not wait for their code to be compiled, the next ones do not run in code that is not optimised yet, and the
    /// cheapest way is chosen by what each costs on this machine. Once, before anybody searches.
    /// </summary>
    public void WarmUp()
    {
        if (Parts.Links.Count > 0)
            _search.Calibrate();
    }

    /// <summary>Frees what searches use. Nobody searches any more.</summary>
    public void Dispose() => _search.Dispose();
}
