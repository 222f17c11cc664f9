using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>Length of the difference; lower is better.</summary>
internal readonly struct EuclidScoring : IScoring
{
    public static bool UsesInverseNorm => false;

    // Below this the squares of the differences may have left the normal range of single precision.
    private const float SumMin = 1e-30f;

    public static float[] Prepare(ReadOnlySpan<float> query, int stride) => PreciseArithmetic.Pad(query, stride);

    public static float Cost(ReadOnlySpan<float> query, ReadOnlySpan<float> row, float inverseNorm)
    {
        var sum = VectorSums.OfSquaredDifferences(query, row);
        return sum is >= SumMin and <= float.MaxValue ? MathF.Sqrt(sum) : PreciseArithmetic.Saturate(PreciseArithmetic.Distance(query, row));
    }

    public static float Turn(float scoreOrCost) => scoreOrCost;
}
