using System.Buffers.Binary;
using System.IO.Hashing;

namespace ActorVectorStore.Wal;

/// <summary>
/// A frame: the unit that is there as a whole after a crash, or not at all. Numbers are little-endian; a frame begins at a multiple of 8 and is
/// padded with zeros to one.
/// <code>
/// offset size type  meaning
///      0    8 u64   checksum: XXH3-64 of the bytes [8, 48 + meta length), seeded with the salt and the frame's position
///      8    1 u8    kind (<see cref="FrameKind"/>)
///      9    1 u8    flags: bit 0 = the batch was moved here from a segment that was freed
///     10    2       reserved, zero
///     12    4 u32   meta length in bytes, at most <see cref="MetaBytesMax"/>
///     16    4 u32   payload length in bytes, at most <see cref="PayloadBytesMax"/>
///     20    4 u32   commit offset: where in this segment the commit that wrote this frame began. The commits before it were synced before
///                   this one was written, so a frame proves that everything before its commit offset, and every earlier segment, was durable.
///     24    8 u64   payload checksum: XXH3-64 of the payload
///     32    8 i64   ordinal of the first event (event batches), else 0
///     40    8 u64   chain: the checksum of the frame before; 0 for a frame inside another frame's payload
///     48      bytes meta, by kind
///             bytes payload, by kind
///             bytes zeros up to a multiple of 8
/// </code>
/// The seed makes a frame valid at one position of one log only: what a recycled file still holds of its former life is never a frame. The chain
/// makes it valid only behind the frame behind which it was written.
/// </summary>
internal static class FrameFormat
{
    public const int HeadBytes = 48;
    public const int Alignment = 8;

    /// <summary>Longest meta: that of a batch with the longest names of the stream and of all its tags.</summary>
    public const int MetaBytesMax = EventBatchFrame.MetaBytesMax;

    public const int PayloadBytesMax = EventBatch.PayloadBytesMax;
    public const byte RelocatedFlag = 1;

    /// <summary>Bytes [8, 12) of a head, as a number less one, are at most this: kind, flags and the reserved zeros.</summary>
    public const uint KindAndFlagsMax = ((RelocatedFlag << 8) | (uint)FrameKind.SegmentIndex) - 1;

    /// <summary>Bytes of a whole frame, padding included.</summary>
    public static long FrameBytes(int metaLength, int payloadLength) =>
        (HeadBytes + (long)metaLength + payloadLength + Alignment - 1) & ~(long)(Alignment - 1);

    public static ulong PayloadChecksum(ReadOnlySpan<byte> payload) => XxHash3.HashToUInt64(payload);

    /// <summary>
    /// Completes the head in place: <paramref name="head"/> holds 48 bytes to be filled and then the meta bytes. Returns the checksum, which is
    /// the chain of the next frame.
    /// </summary>
    public static ulong WriteHead(Span<byte> head, in FrameHeader header, FrameSeal seal, WalPosition position)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)header.Kind | ((uint)header.Flags << 8));
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], header.MetaLength);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], header.PayloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(head[20..], header.CommitOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(head[24..], header.PayloadChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(head[32..], header.FirstOrdinal);
        BinaryPrimitives.WriteUInt64LittleEndian(head[40..], header.Chain);
        var checksum = HeadChecksum(head[..(HeadBytes + header.MetaLength)], seal, position);
        BinaryPrimitives.WriteUInt64LittleEndian(head, checksum);
        return checksum;
    }

    /// <summary>Reads the fields of a head whose lengths could be those of a frame at this offset; says nothing about its checksum.</summary>
    public static bool TryParse(ReadOnlySpan<byte> head, uint offset, out FrameHeader header)
    {
        var kindAndFlags = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        header = new FrameHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(head),
            (FrameKind)(byte)kindAndFlags,
            (byte)(kindAndFlags >> 8),
            BinaryPrimitives.ReadInt32LittleEndian(head[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(head[20..]),
            BinaryPrimitives.ReadUInt64LittleEndian(head[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(head[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(head[40..]));
        return kindAndFlags >> 9 == 0
            && header.Kind is > FrameKind.Reserved and <= FrameKind.SegmentIndex
            && IsMetaLength(header.Kind, header.MetaLength)
            && (uint)header.PayloadLength <= PayloadBytesMax
            && header.CommitOffset >= SegmentFormat.HeaderBytes
            && header.CommitOffset <= offset;
    }

    /// <summary>Most bytes that are no head fail here, before anything is read or computed to check them.</summary>
    private static bool IsMetaLength(FrameKind kind, int length) => kind switch
    {
        FrameKind.SegmentStart => length == SegmentStartFrame.MetaBytes,
        FrameKind.EventBatch => length is >= EventBatchFrame.FixedBytes and <= EventBatchFrame.MetaBytesMax,
        FrameKind.StreamState => length is >= StreamStateFrame.FixedBytes and <= StreamStateFrame.MetaBytesMax,
        FrameKind.SegmentFreed => length == SegmentFreedFrame.MetaBytes,
        _ => length == 0,
    };

    /// <summary>Checksum of a head with its meta, as it must stand in the head's first 8 bytes.</summary>
    public static ulong HeadChecksum(ReadOnlySpan<byte> headAndMeta, FrameSeal seal, WalPosition position) =>
        XxHash3.HashToUInt64(headAndMeta[8..], seal.Seed(position));
}
