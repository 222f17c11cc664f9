using System.Buffers.Binary;

namespace ActorVectorStore.Wal;

/// <summary>
/// A segment leaves the log. In one frame, so that a crash keeps all of it or none: the meta names the segment, the payload holds whole frames
/// (<see cref="FrameKind.EventBatch"/> with the relocated flag, <see cref="FrameKind.StreamState"/>), each valid at its own position, with what was
/// still live in the segment and the numbers of streams that only it knew.
/// <code>
/// offset size type  meta
///      0    4 u32   number of the freed segment
///      4    4       reserved, zero: keeps the frames inside at multiples of 8
/// </code>
/// </summary>
internal static class SegmentFreedFrame
{
    public const int MetaBytes = 8;

    public static void WriteMeta(Span<byte> target, uint segment) => BinaryPrimitives.WriteUInt64LittleEndian(target, segment);

    public static uint Segment(ReadOnlySpan<byte> meta) => BinaryPrimitives.ReadUInt32LittleEndian(meta);
}
