using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>Compares rows that have half of each code, as <see cref="Nibbles"/> lays them out, with queries that have all of it.</summary>
/// <typeparam name="TComparison">What is summed.</typeparam>
internal readonly unsafe struct HalfCodes<TComparison> : IRowKernel
    where TComparison : struct, ICodeComparison
{
    public static int QueryBytes(int rowBytes) => 2 * rowBytes;

    public static void Prepare(Span<byte> query)
    {
        if (TComparison.ComparesCodes)
            Nibbles.Shift(query);
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
        {
            var (codes, ofQuery) = (Vector512.LoadAligned(row + at), Nibbles.QueryOffset(at));
            sum = TComparison.Add(sum, Vector512.LoadAligned(query + ofQuery), Nibbles.Low(codes));
            sum = TComparison.Add(sum, Vector512.LoadAligned(query + ofQuery + Nibbles.BlockBytes), Nibbles.High(codes));
        }

        return TComparison.CostOf(Vector512.Sum(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost256(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector256<int>.Zero;
        for (var at = 0; at < rowBytes; at += Vector256<byte>.Count)
        {
            var (codes, ofQuery) = (Vector256.LoadAligned(row + at), Nibbles.QueryOffset(at));
            sum = TComparison.Add(sum, Vector256.LoadAligned(query + ofQuery), Nibbles.Low(codes));
            sum = TComparison.Add(sum, Vector256.LoadAligned(query + ofQuery + Nibbles.BlockBytes), Nibbles.High(codes));
        }

        return TComparison.CostOf(Vector256.Sum(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost128(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector128<int>.Zero;
        for (var at = 0; at < rowBytes; at += Vector128<byte>.Count)
        {
            var (codes, ofQuery) = (Vector128.LoadAligned(row + at), Nibbles.QueryOffset(at));
            sum = TComparison.Add(sum, Vector128.LoadAligned(query + ofQuery), Nibbles.Low(codes));
            sum = TComparison.Add(sum, Vector128.LoadAligned(query + ofQuery + Nibbles.BlockBytes), Nibbles.High(codes));
        }

        return TComparison.CostOf(Vector128.Sum(sum));
    }
}
