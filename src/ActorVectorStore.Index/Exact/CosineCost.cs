namespace ActorVectorStore.Index;

/// <summary>
/// The negative cosine of the angle, from the sum of <see cref="Products"/> with the query brought to length one, multiplied with one over the row's length. A vector of length zero
/// costs 0 against everything.
/// </summary>
internal readonly unsafe struct CosineCost : IExactCost
{
    // Between these lengths neither the sum of products nor the inverse leaves the normal range of single precision.
    private const double LengthMin = 1e-30;
    private const double LengthMax = 1e30;

    public static bool UsesInverseLength => true;

    /// <summary>What a row's sum is multiplied with: 0 for a length of zero, NaN where single precision does not do.</summary>
    public static float InverseOf(double length) => length switch
    {
        0 => 0,
        >= LengthMin and <= LengthMax => (float)(1 / length),
        _ => float.NaN,
    };

    public static void Prepare(ReadOnlySpan<float> query, Span<float> target)
    {
        var squares = 0.0;
        foreach (var component in query)
            squares += (double)component * component;
        var length = Math.Sqrt(squares);
        for (var i = 0; i < query.Length; i++)
            target[i] = length == 0 ? 0 : (float)(-query[i] / length);
    }

    // Costs end at 1, sums may go a little beyond.
    public static float Limit(float bound) => bound >= 1 ? float.PositiveInfinity : bound;

    public static float CostOf(float sum) => float.IsFinite(sum) ? Math.Clamp(sum, -1, 1) : float.NaN;

    public static float PreciseCost<TElement>(float* query, byte* row, int dimension)
        where TElement : struct, IRowElement
    {
        var length = PreciseSums.Length<TElement>(row, dimension);
        return length == 0 ? 0 : (float)Math.Clamp(PreciseSums.Products<TElement>(query, row, dimension) / length, -1, 1);
    }
}
