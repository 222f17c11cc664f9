using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>
/// Products of a query's signed codes with a row's; the cost is 2^31 less their sum. Products have at most 14 bits and a sign, two of them fit into 16 bits: the byte multiplication is exact. A sum has at
/// most 31 bits with its sign.
/// </summary>
internal readonly struct CodeProducts : ICodeComparison
{
    private const uint CostOfZero = 1u << 31;

    public static bool ComparesCodes => false;

    public static uint CostOf(int sum) => unchecked(CostOfZero - (uint)sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sum, Vector512<byte> query, Vector512<byte> row) =>
        sum + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(row, query.AsSByte()), Vector512.Create((short)1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> query, Vector256<byte> row) => AvxVnni.IsSupported
        ? AvxVnni.MultiplyWideningAndAdd(sum, row, query.AsSByte())
        : sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(row, query.AsSByte()), Vector256.Create((short)1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<byte> query, Vector128<byte> row)
    {
        var (lowQuery, highQuery) = Vector128.Widen(query.AsSByte());
        var (lowRow, highRow) = Vector128.Widen(row);
        var (first, second) = Vector128.Widen((lowQuery * lowRow.AsInt16()) + (highQuery * highRow.AsInt16()));
        return sum + first + second;
    }
}
