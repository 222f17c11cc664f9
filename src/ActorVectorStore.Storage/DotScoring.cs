using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>Inner product; higher is better.</summary>
internal readonly struct DotScoring : IScoring
{
    public static bool UsesInverseNorm => false;

    public static float[] Prepare(ReadOnlySpan<float> query, int stride) => PreciseArithmetic.Pad(query, stride);

    public static float Cost(ReadOnlySpan<float> query, ReadOnlySpan<float> row, float inverseNorm)
    {
        var product = VectorSums.OfProducts(query, row);
        return -(float.IsFinite(product) ? product : PreciseArithmetic.Saturate(PreciseArithmetic.Dot(query, row)));
    }

    public static float Turn(float scoreOrCost) => 0 - scoreOrCost;
}
