using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>
/// Components of <see cref="RowElement.Float16"/>. The runtime exposes no conversion instruction. Widened with its sign and shifted to where a single has its exponent, a half is the
/// single of the same sign and of a magnitude 2^112 too small, the difference of the two exponents' biases: a mask and a multiplication do the rest, for subnormal halves too.
/// </summary>
/// <remarks>
/// A subnormal half (below 6.1e-5, not zero) is a subnormal single before the multiplication. Some processors take longer for those; it would cost twice the instructions for all others to
/// avoid them. Where the process flushes subnormals to zero they are read as zero.
/// </remarks>
internal readonly unsafe struct Float16Element : IRowElement
{
    // 10 bits of mantissa in a half, 23 in a single.
    private const int Shift = 13;

    // What stays: the sign, and the magnitude at its new place. The bits between are copies of the sign.
    private const int Kept = unchecked((int)0x8FFF_E000);

    // 2^112.
    private const float Scale = 5.192296858534828e33f;

    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* source) => BitConverter.Int32BitsToSingle((Unsafe.ReadUnaligned<short>(source) << Shift) & Kept) * Scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(byte* source)
    {
        var wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(source)).AsInt16());
        return ((wide << Shift) & Vector128.Create(Kept)).AsSingle() * Vector128.Create(Scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* source)
    {
        var wide = Vector256.WidenLower(Vector128.Load((short*)source).ToVector256Unsafe());
        return ((wide << Shift) & Vector256.Create(Kept)).AsSingle() * Vector256.Create(Scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* source)
    {
        var wide = Vector512.WidenLower(Vector256.Load((short*)source).ToVector512Unsafe());
        return ((wide << Shift) & Vector512.Create(Kept)).AsSingle() * Vector512.Create(Scale);
    }
}
