using System.Buffers.Binary;
using System.Text;

namespace ActorVectorStore.Wal;

/// <summary>
/// Meta of a <see cref="FrameKind.StreamState"/> frame: a deletion, or the floor that keeps a stream's numbers when its last frame is freed. The
/// highest of all statements about a stream holds, in whatever order they are read. No payload.
/// <code>
/// offset size type  meaning
///      0    8 i64   highest sequence number ever stored
///      8    8 i64   events up to here are deleted
///     16    2 u16   length of the stream's name, UTF-8
///     18      bytes name
/// </code>
/// </summary>
internal static class StreamStateFrame
{
    public const int FixedBytes = 18;
    public const int MetaBytesMax = FixedBytes + EventBatch.StreamNameBytesMax;

    public static int MetaBytes(string stream) => FixedBytes + Encoding.UTF8.GetByteCount(stream);

    public static void WriteMeta(Span<byte> target, string stream, StreamState state)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, state.HighestSequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], state.DeletedTo);
        var nameLength = Encoding.UTF8.GetBytes(stream, target[FixedBytes..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target[16..], (ushort)nameLength);
    }

    public static StreamState ReadState(ReadOnlySpan<byte> meta) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(meta), BinaryPrimitives.ReadInt64LittleEndian(meta[8..]));

    public static ReadOnlySpan<byte> StreamUtf8(ReadOnlySpan<byte> meta) =>
        meta.Slice(FixedBytes, BinaryPrimitives.ReadUInt16LittleEndian(meta[16..]));
}
