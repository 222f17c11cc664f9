using System.Numerics;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>
/// A pseudo-random rotation that spreads what is in a few dimensions over all of them, so that one scale fits all. Lengths and inner products stay. Rounds of random signs and of
/// fast Hadamard transforms, each over the largest power of two that fits, in turn at the start and at the end of the vector: O(d log d) without padding.
/// </summary>
/// <remarks>Ailon and Chazelle, "The fast Johnson-Lindenstrauss transform" (2009), for the signs and the transform. Every step works component by component in a fixed order: equal bits on every machine.</remarks>
internal sealed class RandomRotation
{
    private const int Rounds = 4;

    private readonly float[][] _signs;
    private readonly int _block;

    /// <summary>The rotation of a seed.</summary>
    public RandomRotation(int dimension, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        _block = 1 << BitOperations.Log2((uint)dimension);
        _signs = new float[Rounds][];
        var random = new SplitMix64(seed);
        for (var round = 0; round < Rounds; round++)
        {
            _signs[round] = new float[dimension];
            foreach (ref var sign in _signs[round].AsSpan())
                sign = (random.Next() & 1) == 0 ? 1 : -1;
        }
    }

    /// <summary>Rotates a vector in its place.</summary>
    public void Apply(Span<float> vector)
    {
        for (var round = 0; round < Rounds; round++)
        {
            Multiply(vector, _signs[round]);
            Transform(round % 2 == 0 ? vector[.._block] : vector[^_block..]);
        }
    }

    private static void Multiply(Span<float> vector, ReadOnlySpan<float> signs)
    {
        for (var i = 0; i < vector.Length; i++)
            vector[i] *= signs[i];
    }

    private static void Transform(Span<float> block)
    {
        for (var half = 1; half < block.Length; half *= 2)
        {
            for (var first = 0; first < block.Length; first += 2 * half)
                Butterflies(block.Slice(first, half), block.Slice(first + half, half));
        }

        var scale = 1 / MathF.Sqrt(block.Length);
        foreach (ref var component in block)
            component *= scale;
    }

    private static void Butterflies(Span<float> low, Span<float> high)
    {
        var i = 0;
        for (; i <= low.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (a, b) = (Vector256.Create<float>(low[i..]), Vector256.Create<float>(high[i..]));
            (a + b).CopyTo(low[i..]);
            (a - b).CopyTo(high[i..]);
        }

        for (; i < low.Length; i++)
            (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]);
    }
}
