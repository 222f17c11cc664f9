using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>
/// Cosine: the query is brought to length one, the row's dot product with it is multiplied with the row's stored inverse length. A vector of length
/// zero scores 0 against everything.
/// </summary>
internal readonly struct CosineScoring : IScoring
{
    public static bool UsesInverseNorm => true;

    // Between these lengths neither the dot product nor the inverse leaves the normal range of single precision.
    private const double LengthMin = 1e-30;
    private const double LengthMax = 1e30;

    /// <summary>One over the length; 0 for a vector of length zero; NaN where single precision does not do, so that the scan computes in double.</summary>
    public static float InverseNormOf(ReadOnlySpan<float> vector)
    {
        var length = PreciseArithmetic.Length(vector);
        return length switch
        {
            0 => 0,
            >= LengthMin and <= LengthMax => (float)(1 / length),
            _ => float.NaN,
        };
    }

    public static float[] Prepare(ReadOnlySpan<float> query, int stride)
    {
        var prepared = new float[stride];
        var length = PreciseArithmetic.Length(query);
        for (var i = 0; i < query.Length; i++)
            prepared[i] = length == 0 ? 0 : (float)(query[i] / length);
        return prepared;
    }

    public static float Cost(ReadOnlySpan<float> query, ReadOnlySpan<float> row, float inverseNorm)
    {
        var cosine = VectorSums.OfProducts(query, row) * inverseNorm;
        if (!float.IsFinite(cosine))
            cosine = PreciseArithmetic.Saturate(PreciseArithmetic.Dot(query, row) / PreciseArithmetic.Length(row));
        return -Math.Clamp(cosine, -1, 1);
    }

    public static float Turn(float scoreOrCost) => 0 - scoreOrCost;
}
