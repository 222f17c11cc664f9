using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>
/// Inner product of a query's signed codes with a row's codes of 7 bits; the cost is 2^31 less it. Products have at most 14 bits and a sign, two of them fit into 16 bits: the byte
/// multiplication is exact. An inner product has at most 31 bits with its sign at the largest dimension.
/// </summary>
internal readonly unsafe struct DotKernel : ICodeKernel
{
    /// <summary>The cost of an inner product of 0.</summary>
    public const uint Zero = 1u << 31;

    // Behind the codes the query says what its costs are too low by, for all rows alike.
    public static int QueryBytes(int rowBytes) => rowBytes + AlignedMemory.Alignment;

    public static byte* AsQuery(byte* row, byte* buffer, int rowBytes)
    {
        var sum = 0;
        for (var i = 0; i < rowBytes; i++)
        {
            var signed = row[i] - ScalarCodec.DotZero;
            buffer[i] = (byte)(sbyte)signed;
            sum += signed;
        }

        *(int*)(buffer + rowBytes) = ScalarCodec.DotZero * sum;
        return buffer;
    }

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
        return unchecked(Zero - (uint)(Vector512.Sum(sum) - Excess(query, rowBytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost256(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector256<int>.Zero;
        for (var at = 0; at < rowBytes; at += 32)
            sum = Add(sum, Vector256.LoadAligned(query + at), Vector256.LoadAligned(row + at));
        return unchecked(Zero - (uint)(Vector256.Sum(sum) - Excess(query, rowBytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost128(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector128<int>.Zero;
        for (var at = 0; at < rowBytes; at += 16)
            sum = Add(sum, Vector128.LoadAligned(query + at), Vector128.LoadAligned(row + at));
        return unchecked(Zero - (uint)(Vector128.Sum(sum) - Excess(query, rowBytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sum, Vector512<byte> query, Vector512<byte> row)
    {
        return sum + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(row, query.AsSByte()), Vector512.Create((short)1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> query, Vector256<byte> row)
    {
        return AvxVnni.IsSupported
            ? AvxVnni.MultiplyWideningAndAdd(sum, row, query.AsSByte())
            : sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(row, query.AsSByte()), Vector256.Create((short)1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<byte> query, Vector128<byte> row)
    {
        var (lowQuery, highQuery) = Vector128.Widen(query.AsSByte());
        var (lowRow, highRow) = Vector128.Widen(row);
        var (first, second) = Vector128.Widen((lowQuery * lowRow.AsInt16()) + (highQuery * highRow.AsInt16()));
        return sum + first + second;
    }

    // Rows are codes from 0 to 127 for what is from -64 to 63: each inner product has 64 times the query's sum too much.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Excess(byte* query, int rowBytes) => *(int*)(query + rowBytes);
}
