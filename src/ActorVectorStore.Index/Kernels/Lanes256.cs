using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>Eight singles: AVX2.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    public static bool IsAccelerated => Vector256.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load<TElement>(byte* source)
        where TElement : struct, IRowElement => TElement.Load256(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> From(Vector256<float> value, int first) => Vector256.Shuffle(value, Vector256<int>.Indices + Vector256.Create(first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> one, Vector256<float> other) => one + other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> one, Vector256<float> other) => one - other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> one, Vector256<float> other) => one * other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> one, Vector256<float> other, Vector256<float> sum) => Vector256.MultiplyAddEstimate(one, other, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> value) => Vector256.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sqrt(Vector256<float> value) => Vector256.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> value) => Vector256.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Greater(Vector256<float> one, Vector256<float> other) => (uint)Vector256.GreaterThan(one, other).ExtractMostSignificantBits();
}
