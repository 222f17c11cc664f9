using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>Sum of the magnitudes of the differences of codes.</summary>
internal readonly unsafe struct ManhattanKernel : ICodeKernel
{
    public static int QueryBytes(int rowBytes) => rowBytes;

    public static byte* AsQuery(byte* row, byte* buffer, int rowBytes) => row;

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
            sum += Avx512BW.SumAbsoluteDifferences(Vector512.LoadAligned(query + at), Vector512.LoadAligned(row + at)).AsUInt64();
        return (uint)Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost256(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector256<ulong>.Zero;
        for (var at = 0; at < rowBytes; at += 32)
            sum += Avx2.SumAbsoluteDifferences(Vector256.LoadAligned(query + at), Vector256.LoadAligned(row + at)).AsUInt64();
        return (uint)Vector256.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost128(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector128<uint>.Zero;
        for (var at = 0; at < rowBytes; at += 16)
        {
            var (a, b) = (Vector128.LoadAligned(query + at), Vector128.LoadAligned(row + at));
            var (low, high) = Vector128.Widen(Vector128.Max(a, b) - Vector128.Min(a, b));
            var (first, second) = Vector128.Widen(low + high);
            sum += first + second;
        }

        return Vector128.Sum(sum);
    }
}
