namespace ActorVectorStore.Index;

/// <summary>The negative inner product, from the sum of <see cref="Products"/>.</summary>
internal readonly unsafe struct DotCost : IExactCost
{
    public static bool UsesInverseLength => false;

    public static void Prepare(ReadOnlySpan<float> query, Span<float> target)
    {
        for (var i = 0; i < query.Length; i++)
            target[i] = -query[i];
    }

    public static float Limit(float bound) => bound;

    public static float CostOf(float sum) => float.IsFinite(sum) ? sum : float.NaN;

    public static float PreciseCost<TElement>(float* query, byte* row, int dimension)
        where TElement : struct, IRowElement => PreciseSums.Saturate(PreciseSums.Products<TElement>(query, row, dimension));
}
