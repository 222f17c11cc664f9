using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>Sixteen singles: AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    public static bool IsAccelerated => Vector512.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<TElement>(byte* source)
        where TElement : struct, IRowElement => TElement.Load512(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> From(Vector512<float> value, int first) => Vector512.Shuffle(value, Vector512<int>.Indices + Vector512.Create(first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> one, Vector512<float> other) => one + other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> one, Vector512<float> other) => one - other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> one, Vector512<float> other) => one * other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> one, Vector512<float> other, Vector512<float> sum) => Vector512.MultiplyAddEstimate(one, other, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sqrt(Vector512<float> value) => Vector512.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value) => Vector512.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Greater(Vector512<float> one, Vector512<float> other) => (uint)Vector512.GreaterThan(one, other).ExtractMostSignificantBits();
}
