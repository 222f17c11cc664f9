using System.Buffers.Binary;
using System.Text;

namespace ActorVectorStore.Wal;

/// <summary>
/// Meta of an <see cref="FrameKind.EventBatch"/> frame; the payload is the caller's.
/// <code>
/// offset size type  meaning
///      0    8 i64   first sequence number
///      8    4 i32   number of events
///     12    2 u16   length of the stream's name, UTF-8
///     14    1 u8    number of tags
///     15    1       reserved, zero
///     16      bytes name
///             tags, each: u16 length, UTF-8 bytes
/// </code>
/// </summary>
internal static class EventBatchFrame
{
    public const int FixedBytes = 16;
    public const int MetaBytesMax = FixedBytes + EventBatch.StreamNameBytesMax + (EventBatch.TagsMax * (2 + EventBatch.StreamNameBytesMax));

    public static int MetaBytes(in EventBatch batch)
    {
        var bytes = FixedBytes + Encoding.UTF8.GetByteCount(batch.Stream);
        if (batch.Tags is { } tags)
        {
            for (var i = 0; i < tags.Count; i++)
            {
                bytes += 2 + Encoding.UTF8.GetByteCount(tags[i]);
            }
        }

        return bytes;
    }

    public static void WriteMeta(Span<byte> target, in EventBatch batch)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, batch.FirstSequence);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], batch.Count);
        var nameLength = Encoding.UTF8.GetBytes(batch.Stream, target[FixedBytes..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target[12..], (ushort)nameLength);
        var tagCount = batch.Tags?.Count ?? 0;
        target[14] = (byte)tagCount;
        target[15] = 0;
        var rest = target[(FixedBytes + nameLength)..];
        for (var i = 0; i < tagCount; i++)
        {
            var length = Encoding.UTF8.GetBytes(batch.Tags![i], rest[2..]);
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)length);
            rest = rest[(2 + length)..];
        }
    }

    /// <summary>Reads the meta of a frame whose checksum is valid.</summary>
    public readonly ref struct Reader
    {
        private readonly ReadOnlySpan<byte> _meta;
        private readonly int _nameLength;

        public Reader(ReadOnlySpan<byte> meta)
        {
            _meta = meta;
            _nameLength = BinaryPrimitives.ReadUInt16LittleEndian(meta[12..]);
        }

        public long FirstSequence => BinaryPrimitives.ReadInt64LittleEndian(_meta);

        public int Count => BinaryPrimitives.ReadInt32LittleEndian(_meta[8..]);

        public ReadOnlySpan<byte> StreamUtf8 => _meta.Slice(FixedBytes, _nameLength);

        public int TagCount => _meta[14];

        public IReadOnlyList<string> Tags()
        {
            if (TagCount == 0)
            {
                return [];
            }

            var tags = new string[TagCount];
            var rest = _meta[(FixedBytes + _nameLength)..];
            for (var i = 0; i < tags.Length; i++)
            {
                var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
                tags[i] = Encoding.UTF8.GetString(rest.Slice(2, length));
                rest = rest[(2 + length)..];
            }

            return tags;
        }
    }
}
