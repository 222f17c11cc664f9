namespace ActorVectorStore.Index;

/// <summary>
/// Exact costs of a few rows against one query, in memory of the caller: what puts the candidates of an index in order. The same costs as those of <see cref="ExactQueries"/>, to the last bit.
/// Pure; any thread.
/// </summary>
public static unsafe class ExactCosts
{
    /// <summary>Writes a query as it is compared.</summary>
    /// <param name="metric">How it will be compared.</param>
    /// <param name="query">The query; all components are finite.</param>
    /// <param name="target">Room for at least as many components; those behind stay as they are, and are zeros if more than the query's are compared.</param>
    public static void Prepare(Metric metric, ReadOnlySpan<float> query, Span<float> target)
    {
        switch (metric)
        {
            case Metric.Cosine:
                CosineCost.Prepare(query, target);
                break;
            case Metric.Dot:
                DotCost.Prepare(query, target);
                break;
            case Metric.Euclid:
                EuclidCost.Prepare(query, target);
                break;
            case Metric.Manhattan:
                ManhattanCost.Prepare(query, target);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(metric), metric, null);
        }
    }

    /// <summary>The costs of some rows, in their order; rows that lie apart are fetched ahead.</summary>
    /// <param name="metric">How they are compared.</param>
    /// <param name="prepared">What <see cref="Prepare"/> wrote, with as many components as rows have. Fastest where it starts at a multiple of 64 bytes.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="chosen">Numbers of those that are compared.</param>
    /// <param name="costs">Room for as many costs.</param>
    public static void Compute(Metric metric, ReadOnlySpan<float> prepared, in RowTable rows, ReadOnlySpan<int> chosen, Span<float> costs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prepared.Length, rows.Dimension);
        ArgumentOutOfRangeException.ThrowIfLessThan(costs.Length, chosen.Length);
        fixed (float* query = prepared)
            ExactScan.For(metric, rows.Element).Costs(query, rows, chosen, costs);
    }
}
