using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>
/// Sum of the squared differences of codes of 7 bits. Differences fit into 7 bits, their squares in pairs into 15: the byte multiplication with 16-bit sums is exact.
/// </summary>
internal readonly unsafe struct SquaredEuclidKernel : ICodeKernel
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
        var sum = Vector512<int>.Zero;
        for (var at = 0; at < rowBytes; at += 64)
            sum = Add(sum, Vector512.LoadAligned(query + at), Vector512.LoadAligned(row + at));
        return (uint)Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost256(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector256<int>.Zero;
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
    public static Vector512<int> Add(Vector512<int> sum, Vector512<byte> query, Vector512<byte> row)
    {
        var difference = Avx512BW.SubtractSaturate(query, row) | Avx512BW.SubtractSaturate(row, query);
        return sum + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(difference, difference.AsSByte()), Vector512.Create((short)1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> query, Vector256<byte> row)
    {
        var difference = Avx2.SubtractSaturate(query, row) | Avx2.SubtractSaturate(row, query);
        return AvxVnni.IsSupported
            ? AvxVnni.MultiplyWideningAndAdd(sum, difference, difference.AsSByte())
            : sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(difference, difference.AsSByte()), Vector256.Create((short)1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add(Vector128<uint> sum, Vector128<byte> query, Vector128<byte> row)
    {
        var (low, high) = Vector128.Widen(Vector128.Max(query, row) - Vector128.Min(query, row));

        // A square has at most 14 bits: two of them fit into 16.
        var (first, second) = Vector128.Widen((low * low) + (high * high));
        return sum + first + second;
    }
}
