using System.Buffers.Binary;
using System.Text;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The payload of a log batch: the events of one or more atomic writes of one persistence id, in the order of their sequence numbers. The log
/// stores the first sequence number and the count, and guards the bytes with its checksums.
/// <code>
/// offset  size  type     meaning
/// 0       1     u8       format version: 1
/// 1       1     u8       flags: bit 0: the body is compressed; the other bits are 0
/// 2       8     i64      when the events were written: UTC ticks of 100 ns since 0001-01-01
/// 10      ..             body; if compressed: uvarint length of the body, then one zstd frame of it
///
/// body := event*         as many as the batch has events
/// event := uvarint       number of the event's shape; equal to the number of shapes so far: a new shape follows
///          [shape]
///          uvarint       payload length in bytes
///          bytes         payload
/// shape := writer        u8 1 and the 16 bytes of a GUID, or u8 0 and text
///          text          manifest of the event adapter
///          i32           serializer id
///          text          manifest of the serializer
///          uvarint       number of tags, at most 64
///          text*         tags, in ordinal order
/// text := uvarint        length in bytes
///         bytes          UTF-8
/// </code>
/// Numbers are little-endian; a uvarint has seven bits per byte, low ones first, at most five bytes.
/// <para>Version history: 1: first.</para>
/// </summary>
internal static class EventBatchFormat
{
    public const byte Version = 1;
    public const byte CompressedFlag = 1;
    public const int HeaderBytes = 10;
    public const int TagsMax = EventBatch.TagsMax;

    public const int VariableBytesMax = 5;
    public const int GuidBytes = 16;

    // Lone surrogates would become replacement characters and come back as another text.
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static int VariableSize(uint value) => value < 1u << 7 ? 1 : value < 1u << 14 ? 2 : value < 1u << 21 ? 3 : value < 1u << 28 ? 4 : 5;

    public static int TextSize(string text)
    {
        var bytes = Utf8.GetByteCount(text);
        return VariableSize((uint)bytes) + bytes;
    }

    public static int ShapeSize(EventShape shape)
    {
        var size = 1 + (IsCanonicalGuid(shape.WriterGuid, out _) ? GuidBytes : TextSize(shape.WriterGuid));
        size += TextSize(shape.AdapterManifest) + sizeof(int) + TextSize(shape.SerializerManifest) + VariableSize((uint)shape.Tags.Length);
        foreach (var tag in shape.Tags)
        {
            size += TextSize(tag);
        }

        return size;
    }

    /// <summary>Writes the header; returns <see cref="HeaderBytes"/>.</summary>
    public static int WriteHeader(Span<byte> target, long timestamp, bool compressed)
    {
        target[0] = Version;
        target[1] = compressed ? CompressedFlag : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(target[2..], timestamp);
        return HeaderBytes;
    }

    public static int WriteVariable(Span<byte> target, uint value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        return length;
    }

    public static int WriteShape(Span<byte> target, EventShape shape)
    {
        var length = WriteWriter(target, shape.WriterGuid);
        length += WriteText(target[length..], shape.AdapterManifest);
        BinaryPrimitives.WriteInt32LittleEndian(target[length..], shape.SerializerId);
        length += sizeof(int);
        length += WriteText(target[length..], shape.SerializerManifest);
        length += WriteVariable(target[length..], (uint)shape.Tags.Length);
        foreach (var tag in shape.Tags)
        {
            length += WriteText(target[length..], tag);
        }

        return length;
    }

    private static int WriteWriter(Span<byte> target, string writerGuid)
    {
        if (IsCanonicalGuid(writerGuid, out var guid))
        {
            target[0] = 1;
            guid.TryWriteBytes(target[1..]);
            return 1 + GuidBytes;
        }

        target[0] = 0;
        return 1 + WriteText(target[1..], writerGuid);
    }

    private static int WriteText(Span<byte> target, string text)
    {
        var bytes = Utf8.GetByteCount(text);
        var length = WriteVariable(target, (uint)bytes);
        return length + Utf8.GetBytes(text, target[length..]);
    }

    // Only the one spelling that comes back from the 16 bytes; a GUID in capitals stays text.
    private static bool IsCanonicalGuid(string text, out Guid guid)
    {
        if (text.Length != 36 || !Guid.TryParseExact(text, "D", out guid))
        {
            guid = default;
            return false;
        }

        Span<char> canonical = stackalloc char[36];
        return guid.TryFormat(canonical, out _, "D") && text.AsSpan().SequenceEqual(canonical);
    }
}
