using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>Magnitudes of differences. The instruction gives 16-bit sums in lanes of 64 bits, so every other lane stays 0.</summary>
internal readonly struct CodeDifferences : ICodeComparison
{
    public static bool ComparesCodes => true;

    public static uint CostOf(int sum) => (uint)sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sum, Vector512<byte> query, Vector512<byte> row) =>
        sum + Avx512BW.SumAbsoluteDifferences(query, row).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> query, Vector256<byte> row) =>
        sum + Avx2.SumAbsoluteDifferences(query, row).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<byte> query, Vector128<byte> row)
    {
        var (low, high) = Vector128.Widen(Vector128.Max(query, row) - Vector128.Min(query, row));
        var (first, second) = Vector128.Widen(low + high);
        return sum + (first + second).AsInt32();
    }
}
