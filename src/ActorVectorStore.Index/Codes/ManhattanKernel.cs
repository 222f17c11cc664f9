using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>Sum of the magnitudes of the differences of codes.</summary>
internal readonly unsafe struct ManhattanKernel : ICodeKernel
{
    public static int QueryBytes(int rowBytes) => rowBytes;

    public static byte* AsQuery(byte* row, byte* buffer, int rowBytes) => row;

    public static void Prepare(Span<byte> query)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost(byte* query, byte* row, int rowBytes)
    {
        if (Avx512BW.IsSupported)
            return Cost512(query, row, rowBytes);
        if (Avx2.IsSupported)
            return Cost256(query, row, rowBytes);
        return Cost128(query, row, rowBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost512(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector512<ulong>.Zero;
        for (var at = 0; at < rowBytes; at += 64)
            sum = Add(sum, Vector512.LoadAligned(query + at), Vector512.LoadAligned(row + at));
        return (uint)Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost256(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector256<ulong>.Zero;
        for (var at = 0; at < rowBytes; at += 32)
            sum = Add(sum, Vector256.LoadAligned(query + at), Vector256.LoadAligned(row + at));
        return (uint)Vector256.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost128(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector128<uint>.Zero;
        for (var at = 0; at < rowBytes; at += 16)
            sum = Add(sum, Vector128.LoadAligned(query + at), Vector128.LoadAligned(row + at));
        return Vector128.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Add(Vector512<ulong> sum, Vector512<byte> query, Vector512<byte> row)
    {
        return sum + Avx512BW.SumAbsoluteDifferences(query, row).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Add(Vector256<ulong> sum, Vector256<byte> query, Vector256<byte> row)
    {
        return sum + Avx2.SumAbsoluteDifferences(query, row).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add(Vector128<uint> sum, Vector128<byte> query, Vector128<byte> row)
    {
        var (low, high) = Vector128.Widen(Vector128.Max(query, row) - Vector128.Min(query, row));
        var (first, second) = Vector128.Widen(low + high);
        return sum + first + second;
    }
}
