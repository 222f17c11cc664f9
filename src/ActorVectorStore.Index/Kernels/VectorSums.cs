using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>
/// Sums over the components of two vectors of as many float32, for who scores vectors in another way than by a <see cref="Metric"/>'s cost: the same to the last bit as those that exact searches of this
/// room make of rows that lie in a table. They differ from the exact sum by at most (dimension / 16 + 12) * 2^-24 of the sum of the terms' magnitudes, and 2^-149 for each term too small for a single; where a
/// term or a sum exceeds the largest single they are infinite or NaN. Pure; any thread.
/// </summary>
/// <remarks>Zeros behind both vectors change nothing, and save the tail where they fill them up to a multiple of 16.</remarks>
public static unsafe class VectorSums
{
    /// <summary>The products of components: the inner product.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vectors are not of one length.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float OfProducts(ReadOnlySpan<float> one, ReadOnlySpan<float> other) => Of<Products>(one, other);

    /// <summary>The squares of the differences: the squared Euclidean distance.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vectors are not of one length.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float OfSquaredDifferences(ReadOnlySpan<float> one, ReadOnlySpan<float> other) => Of<SquaredDifferences>(one, other);

    /// <summary>The magnitudes of the differences: the Manhattan distance.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vectors are not of one length.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float OfAbsoluteDifferences(ReadOnlySpan<float> one, ReadOnlySpan<float> other) => Of<AbsoluteDifferences>(one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Of<TComparison>(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
        where TComparison : struct, IComparison
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(one.Length, other.Length);
        fixed (float* first = one, second = other)
            return RowKernel.Sum<TComparison, Float32Element>(first, (byte*)second, one.Length);
    }
}
