namespace ActorVectorStore.Index;

/// <summary>The sum of <see cref="AbsoluteDifferences"/> itself.</summary>
internal readonly unsafe struct ManhattanCost : IExactCost
{
    public static bool UsesInverseLength => false;

    public static void Prepare(ReadOnlySpan<float> query, Span<float> target) => query.CopyTo(target);

    public static float Limit(float bound) => bound;

    public static float CostOf(float sum) => sum <= float.MaxValue ? sum : float.NaN;

    public static float PreciseCost<TElement>(float* query, byte* row, int dimension)
        where TElement : struct, IRowElement
    {
        var sum = 0.0;
        for (var i = 0; i < dimension; i++)
            sum += Math.Abs((double)query[i] - TElement.Load(row + ((nint)i * TElement.Bytes)));
        return PreciseSums.Saturate(sum);
    }
}
