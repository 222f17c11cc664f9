using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>Sum of the magnitudes of the differences between a query's codes and half codes.</summary>
internal readonly unsafe struct HalfManhattanKernel : IRowKernel
{
    public static int QueryBytes(int rowBytes) => 2 * rowBytes;

    public static void Prepare(Span<byte> query) => Nibbles.Shift(query);

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
        {
            var codes = Vector512.LoadAligned(row + at);
            sum = ManhattanKernel.Add(sum, Vector512.LoadAligned(query + (2 * at)), Nibbles.Low(codes));
            sum = ManhattanKernel.Add(sum, Vector512.LoadAligned(query + (2 * at) + 64), Nibbles.High(codes));
        }

        return (uint)Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost256(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector256<ulong>.Zero;
        for (var at = 0; at < rowBytes; at += 32)
        {
            // The block's first component, and this register's place in the block.
            var ofQuery = query + (2 * (at & ~63)) + (at & 63);
            var codes = Vector256.LoadAligned(row + at);
            sum = ManhattanKernel.Add(sum, Vector256.LoadAligned(ofQuery), Nibbles.Low(codes));
            sum = ManhattanKernel.Add(sum, Vector256.LoadAligned(ofQuery + 64), Nibbles.High(codes));
        }

        return (uint)Vector256.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Cost128(byte* query, byte* row, int rowBytes)
    {
        var sum = Vector128<uint>.Zero;
        for (var at = 0; at < rowBytes; at += 16)
        {
            // The block's first component, and this register's place in the block.
            var ofQuery = query + (2 * (at & ~63)) + (at & 63);
            var codes = Vector128.LoadAligned(row + at);
            sum = ManhattanKernel.Add(sum, Vector128.LoadAligned(ofQuery), Nibbles.Low(codes));
            sum = ManhattanKernel.Add(sum, Vector128.LoadAligned(ofQuery + 64), Nibbles.High(codes));
        }

        return Vector128.Sum(sum);
    }
}
