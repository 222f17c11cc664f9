using System.Buffers.Binary;

namespace ActorVectorStore.Wal;

/// <summary>
/// The first frame of each segment. It says which segments the log consists of and where each of them ends, so that a missing file or frame is noticed.
/// <code>
/// offset size type  meta
///      0    8 i64   ordinal of the next event
///      8    8 u64   position at which the frames of the segment before ended; 0 in the first segment of a log
///            payload: the log's earlier segments, ascending, each: u32 number, u32 offset at which its frames end
/// </code>
/// </summary>
internal static class SegmentStartFrame
{
    public const int MetaBytes = 16;
    private const int EntryBytes = 8;

    public static void WriteMeta(Span<byte> target, long nextOrdinal, WalPosition previousEnd)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, nextOrdinal);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], previousEnd.ToUInt64());
    }

    public static long NextOrdinal(ReadOnlySpan<byte> meta) => BinaryPrimitives.ReadInt64LittleEndian(meta);

    public static WalPosition PreviousEnd(ReadOnlySpan<byte> meta) => WalPosition.FromUInt64(BinaryPrimitives.ReadUInt64LittleEndian(meta[8..]));

    public static int PayloadBytes(int segments) => segments * EntryBytes;

    public static byte[] WritePayload(IReadOnlyCollection<Segment> segments)
    {
        var payload = new byte[PayloadBytes(segments.Count)];
        var rest = payload.AsSpan();
        foreach (var segment in segments)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, segment.Number);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], segment.End);
            rest = rest[EntryBytes..];
        }

        return payload;
    }

    /// <summary>Adds the earlier segments, each with its end.</summary>
    public static void ReadPayload(ReadOnlySpan<byte> payload, IDictionary<uint, uint> ends)
    {
        for (; !payload.IsEmpty; payload = payload[EntryBytes..])
        {
            ends[BinaryPrimitives.ReadUInt32LittleEndian(payload)] = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        }
    }
}
