using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>Components of <see cref="RowElement.BFloat16"/>: the upper 16 bits of a single.</summary>
internal readonly unsafe struct BFloat16Element : IRowElement
{
    private const int Shift = 16;

    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* source) => BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(source) << Shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(byte* source) =>
        (Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(source)).AsUInt16()) << Shift).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* source) =>
        (Vector256.WidenLower(Vector128.Load((ushort*)source).ToVector256Unsafe()) << Shift).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* source) =>
        (Vector512.WidenLower(Vector256.Load((ushort*)source).ToVector512Unsafe()) << Shift).AsSingle();
}
