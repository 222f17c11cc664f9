namespace ActorVectorStore.Index;

/// <summary>
/// A metric's cost of a row, made of a sum over components, as a type parameter. A cost is finite always: the sum is taken in single precision, and what overflows or vanishes there is
/// computed again in double precision.
/// </summary>
internal unsafe interface IExactCost
{
    /// <summary>Whether the sum is multiplied with one over the row's length.</summary>
    static abstract bool UsesInverseLength { get; }

    /// <summary>Writes the query as comparisons use it, such that a lower sum is closer.</summary>
    static abstract void Prepare(ReadOnlySpan<float> query, Span<float> target);

    /// <summary>A (multiplied) sum that is finite and higher than this has a cost higher than the bound; others may or may not.</summary>
    static abstract float Limit(float bound);

    /// <summary>The cost that a (multiplied) sum stands for; NaN where single precision does not do.</summary>
    static abstract float CostOf(float sum);

    /// <summary>The cost in double precision, rounded to a single; the largest finite one of its sign if it is beyond.</summary>
    static abstract float PreciseCost<TElement>(float* query, byte* row, int dimension)
        where TElement : struct, IRowElement;
}
