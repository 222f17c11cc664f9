namespace ActorVectorStore.Index;

/// <summary>The length of the difference, from the sum of <see cref="SquaredDifferences"/>.</summary>
internal readonly unsafe struct EuclidCost : IExactCost
{
    // Below this the squares of differences may have left the normal range of single precision.
    private const float SumMin = 1e-30f;

    // More than what squaring a bound and taking the root of a sum round away.
    private const float Allowance = 1 + 1e-6f;

    public static bool UsesInverseLength => false;

    public static void Prepare(ReadOnlySpan<float> query, Span<float> target) => query.CopyTo(target);

    public static float Limit(float bound) => MathF.Max(SumMin, bound * bound * Allowance);

    public static float CostOf(float sum) => sum is >= SumMin and <= float.MaxValue ? MathF.Sqrt(sum) : float.NaN;

    public static float PreciseCost<TElement>(float* query, byte* row, int dimension)
        where TElement : struct, IRowElement
    {
        // Equal vectors come here, and a set of duplicates must not make every search slow. No difference of two singles vanishes.
        if (RowKernel.Sum<AbsoluteDifferences, TElement>(query, row, dimension) == 0)
            return 0;
        var sum = 0.0;
        for (var i = 0; i < dimension; i++)
        {
            var difference = (double)query[i] - TElement.Load(row + ((nint)i * TElement.Bytes));
            sum += difference * difference;
        }

        return PreciseSums.Saturate(Math.Sqrt(sum));
    }
}
