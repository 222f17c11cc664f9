using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>
/// Rows of four bits for each component. A block of 64 bytes has 128 components: the first 64 in the low halves of its bytes, the others in the high ones, so that they come apart by shifts without changing
/// places. Half codes stand for the lower end of their eight codes; queries are shifted by half of that.
/// </summary>
internal static unsafe class Nibbles
{
    /// <summary>By how much a half code is less than the codes that it stands for, on average.</summary>
    public const byte Middle = 4;

    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 64;

    private const byte Bits = 0x78;

    /// <summary>Bytes of a row for so many bytes of codes.</summary>
    public static int RowBytes(int codeBytes) => (codeBytes + (2 * BlockBytes) - 1) / (2 * BlockBytes) * BlockBytes;

    /// <summary>Makes a row.</summary>
    public static void Pack(ReadOnlySpan<byte> codes, Span<byte> row)
    {
        row.Clear();
        for (var i = 0; i < codes.Length; i++)
        {
            var (block, place) = Math.DivRem(i, 2 * BlockBytes);
            ref var target = ref row[(block * BlockBytes) + (place % BlockBytes)];
            target |= (byte)(place < BlockBytes ? codes[i] >> 3 : codes[i] >> 3 << 4);
        }
    }

    /// <summary>Shifts a query's codes, so that they are compared with the middle of what half codes stand for.</summary>
    public static void Shift(Span<byte> query)
    {
        foreach (ref var code in query)
            code = (byte)Math.Max(code - Middle, 0);
    }

    /// <summary>Where the query has what the low halves from this place of a row on are compared with; what the high halves are compared with is a block behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int QueryOffset(int at) => (2 * (at & -BlockBytes)) + (at & (BlockBytes - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Low(Vector512<byte> row) => (row.AsUInt16() << 3).AsByte() & Vector512.Create(Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> High(Vector512<byte> row) => (row.AsUInt16() >>> 1).AsByte() & Vector512.Create(Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Low(Vector256<byte> row) => (row.AsUInt16() << 3).AsByte() & Vector256.Create(Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> High(Vector256<byte> row) => (row.AsUInt16() >>> 1).AsByte() & Vector256.Create(Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Low(Vector128<byte> row) => (row.AsUInt16() << 3).AsByte() & Vector128.Create(Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> High(Vector128<byte> row) => (row.AsUInt16() >>> 1).AsByte() & Vector128.Create(Bits);
}
