using System.Numerics;

namespace ActorVectorStore.Storage;

/// <summary>Sum of absolute differences; lower is better.</summary>
internal readonly struct ManhattanScoring : IScoring
{
    public static bool UsesInverseNorm => false;

    public static float[] Prepare(ReadOnlySpan<float> query, int stride) => PreciseArithmetic.Pad(query, stride);

    public static float Cost(ReadOnlySpan<float> query, ReadOnlySpan<float> row, float inverseNorm)
    {
        // The stride is a multiple of sixteen floats, hence of every vector width: no tail. Two sums, so that one addition need not await the other.
        var even = Vector<float>.Zero;
        var odd = Vector<float>.Zero;
        var i = 0;
        for (; i <= row.Length - (2 * Vector<float>.Count); i += 2 * Vector<float>.Count)
        {
            even += Vector.Abs(new Vector<float>(query[i..]) - new Vector<float>(row[i..]));
            odd += Vector.Abs(new Vector<float>(query[(i + Vector<float>.Count)..]) - new Vector<float>(row[(i + Vector<float>.Count)..]));
        }

        for (; i < row.Length; i += Vector<float>.Count)
            even += Vector.Abs(new Vector<float>(query[i..]) - new Vector<float>(row[i..]));
        var distance = Vector.Sum(even + odd);
        return float.IsFinite(distance) ? distance : PreciseArithmetic.Saturate(PreciseArithmetic.AbsoluteDifference(query, row));
    }

    public static float Turn(float scoreOrCost) => scoreOrCost;
}
