using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>Components of <see cref="RowElement.UInt8"/>.</summary>
internal readonly unsafe struct UInt8Element : IRowElement
{
    public static int Bytes => sizeof(byte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(byte* source)
    {
        var narrow = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(source)).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(narrow)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* source)
    {
        var narrow = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(source)).AsByte();
        var wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(narrow)
            : Vector256.WidenLower(Vector128.WidenLower(narrow).ToVector256Unsafe()).AsInt32();
        return Vector256.ConvertToSingle(wide);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* source)
    {
        var narrow = Vector128.Load(source);
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(narrow)
            : Vector512.WidenLower(Vector256.WidenLower(narrow.ToVector256Unsafe()).ToVector512Unsafe()).AsInt32();
        return Vector512.ConvertToSingle(wide);
    }
}
