using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>Sum of absolute differences; lower is better.</summary>
internal readonly struct ManhattanScoring : IScoring
{
    public static bool UsesInverseNorm => false;

    public static float[] Prepare(ReadOnlySpan<float> query, int stride) => PreciseArithmetic.Pad(query, stride);

    public static float Cost(ReadOnlySpan<float> query, ReadOnlySpan<float> row, float inverseNorm)
    {
        var distance = VectorSums.OfAbsoluteDifferences(query, row);
        return float.IsFinite(distance) ? distance : PreciseArithmetic.Saturate(PreciseArithmetic.AbsoluteDifference(query, row));
    }

    public static float Turn(float scoreOrCost) => scoreOrCost;
}
