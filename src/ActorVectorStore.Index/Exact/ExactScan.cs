namespace ActorVectorStore.Index;

/// <summary>The loops of an exact search, compiled for one metric and one element. Stateless; any thread.</summary>
internal abstract unsafe class ExactScan
{
    /// <summary>The scan for a metric and an element.</summary>
    public static ExactScan For(Metric metric, RowElement element) => metric switch
    {
        Metric.Cosine => For<CosineCost, Products>(element),
        Metric.Dot => For<DotCost, Products>(element),
        Metric.Euclid => For<EuclidCost, SquaredDifferences>(element),
        Metric.Manhattan => For<ManhattanCost, AbsoluteDifferences>(element),
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };

    /// <summary>The cost of one row.</summary>
    public abstract float Cost(float* query, in RowTable rows, int row);

    /// <summary>The costs of some rows, in their order.</summary>
    public abstract void Costs(float* query, in RowTable rows, ReadOnlySpan<int> chosen, Span<float> costs);

    /// <summary>Offers the rows of <c>[first, end)</c> that are close enough to one query.</summary>
    public abstract void One(float* query, in RowTable rows, int first, int end, IRowSink sink);

    /// <summary>Offers those of some rows that are close enough to one query.</summary>
    public abstract void One(float* query, in RowTable rows, ReadOnlySpan<int> chosen, IRowSink sink);

    /// <summary>Offers to the sink of each query the rows that are close enough to it.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="first">The first query; a multiple of <see cref="RowTile.Queries"/>.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="chosen">Numbers of the rows that are compared.</param>
    /// <param name="sinks">The sinks of the queries from the first one on, at most <see cref="TileScratch.QueriesMax"/>.</param>
    public abstract void Many(ExactQueries queries, int first, in RowTable rows, in ChosenRows chosen, ReadOnlySpan<IRowSink> sinks);

    private static ExactScan For<TCost, TComparison>(RowElement element)
        where TCost : struct, IExactCost
        where TComparison : struct, IComparison => element switch
        {
            RowElement.Float32 => ExactScan<TCost, TComparison, Float32Element>.Instance,
            RowElement.BFloat16 => ExactScan<TCost, TComparison, BFloat16Element>.Instance,
            RowElement.Float16 => ExactScan<TCost, TComparison, Float16Element>.Instance,
            RowElement.UInt8 => ExactScan<TCost, TComparison, UInt8Element>.Instance,
            _ => throw new ArgumentOutOfRangeException(nameof(element), element, null),
        };
}
