using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>Compares rows that have a byte for each code.</summary>
/// <typeparam name="TComparison">What is summed.</typeparam>
internal readonly unsafe struct WholeCodes<TComparison> : ICodeKernel
    where TComparison : struct, ICodeComparison
{
    public static int QueryBytes(int rowBytes) => rowBytes + (TComparison.ComparesCodes ? 0 : AlignedMemory.Alignment);

    public static void Prepare(Span<byte> query)
    {
        // It is as the codec writes it: nothing is too high.
    }

    public static byte* AsQuery(byte* row, byte* buffer, int rowBytes)
    {
        if (TComparison.ComparesCodes)
            return row;

        // Rows have codes from 0 to 127 for what is from -64 to 63: each sum is too high by 64 times the query's.
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
        for (var at = 0; at < rowBytes; at += Vector512<byte>.Count)
            sum = TComparison.Add(sum, Vector512.LoadAligned(query + at), Vector512.LoadAligned(row + at));
        return CostOf(Vector512.Sum(sum), query, rowBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost256(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector256<int>.Zero;
        for (var at = 0; at < rowBytes; at += Vector256<byte>.Count)
            sum = TComparison.Add(sum, Vector256.LoadAligned(query + at), Vector256.LoadAligned(row + at));
        return CostOf(Vector256.Sum(sum), query, rowBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost128(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector128<int>.Zero;
        for (var at = 0; at < rowBytes; at += Vector128<byte>.Count)
            sum = TComparison.Add(sum, Vector128.LoadAligned(query + at), Vector128.LoadAligned(row + at));
        return CostOf(Vector128.Sum(sum), query, rowBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CostOf(int sum, byte* query, int rowBytes) =>
        TComparison.CostOf(TComparison.ComparesCodes ? sum : sum - *(int*)(query + rowBytes));
}
