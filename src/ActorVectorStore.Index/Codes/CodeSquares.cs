using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>
/// Squared differences. Differences fit into 7 bits, their squares in pairs into 15: the byte multiplication with 16-bit sums is exact.
/// </summary>
internal readonly struct CodeSquares : ICodeComparison
{
    public static bool ComparesCodes => true;

    public static uint CostOf(int sum) => (uint)sum;

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
    public static Vector128<int> Add(Vector128<int> sum, Vector128<byte> query, Vector128<byte> row)
    {
        var (low, high) = Vector128.Widen(Vector128.Max(query, row) - Vector128.Min(query, row));

        // A square has at most 14 bits: two of them fit into 16.
        var (first, second) = Vector128.Widen((low * low) + (high * high));
        return sum + (first + second).AsInt32();
    }
}
