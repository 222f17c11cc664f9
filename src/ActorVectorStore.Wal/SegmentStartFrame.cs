using System.Buffers.Binary;

namespace ActorVectorStore.Wal;

/// <summary>
/// The first frame of each segment. It says which segments the log consists of, so that a missing file is noticed, and where the one before ended.
/// <code>
/// offset size type  meta
///      0    8 i64   ordinal of the next event
///      8    8 u64   position at which the frames of the segment before ended; 0 in the first segment of a log
///            payload: the numbers of the log's earlier segments, u32 each, ascending
/// </code>
/// </summary>
internal static class SegmentStartFrame
{
    public const int MetaBytes = 16;

    public static void WriteMeta(Span<byte> target, long nextOrdinal, WalPosition previousEnd)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, nextOrdinal);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], previousEnd.ToUInt64());
    }

    public static long NextOrdinal(ReadOnlySpan<byte> meta) => BinaryPrimitives.ReadInt64LittleEndian(meta);

    public static WalPosition PreviousEnd(ReadOnlySpan<byte> meta) => WalPosition.FromUInt64(BinaryPrimitives.ReadUInt64LittleEndian(meta[8..]));

    public static byte[] WritePayload(ReadOnlySpan<uint> segments)
    {
        var payload = new byte[segments.Length * sizeof(uint)];
        for (var i = 0; i < segments.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(i * sizeof(uint)), segments[i]);
        }

        return payload;
    }

    public static uint[] ReadPayload(ReadOnlySpan<byte> payload)
    {
        var segments = new uint[payload.Length / sizeof(uint)];
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = BinaryPrimitives.ReadUInt32LittleEndian(payload[(i * sizeof(uint))..]);
        }

        return segments;
    }
}
