using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorVectorStore.FileSystem;
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

    private const int VariableBytesMax = 5;
    private const int GuidBytes = 16;

    // Lone surrogates would become replacement characters and come back as another text.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

    /// <summary>
    /// Reads the events of a stored batch one after the other. Every length is checked before it is used; a decompressed body never takes more
    /// memory than it has bytes. Throws <see cref="CorruptionException"/> where the bytes are not of this format and
    /// <see cref="UnsupportedFormatException"/> for a newer one. Dispose of it to give back the decompressed body.
    /// </summary>
    internal ref struct Reader
    {
        private readonly StoredBatch _batch;
        private readonly List<EventShape> _shapes;
        private readonly ShapeMemory _memory;
        private readonly byte[]? _rented;
        private readonly ReadOnlySpan<byte> _body;
        private int _offset;
        private int _index;

        public Reader(in StoredBatch batch, ShapeMemory memory)
        {
            _batch = batch;
            _memory = memory;
            _shapes = memory.Shapes;
            _shapes.Clear();
            _index = -1;
            Shape = null!;
            var bytes = batch.Payload.Span;
            RequireHeader(bytes);
            Timestamp = BinaryPrimitives.ReadInt64LittleEndian(bytes[2..]);
            _body = bytes[HeaderBytes..];
            if ((bytes[1] & CompressedFlag) != 0)
            {
                var length = checked((int)Math.Min(int.MaxValue, ReadVariable()));
                var frame = _body[_offset..];
                _offset = 0;
                try
                {
                    _rented = ZstdFrames.Decompress(frame, length);
                }
                catch (InvalidDataException e)
                {
                    throw Corrupt("a zstd frame of the body", e.Message);
                }

                _body = _rented.AsSpan(0, length);
            }
        }

        /// <summary>UTC ticks of the write.</summary>
        public long Timestamp { get; }

        /// <summary>Sequence number of the current event.</summary>
        public readonly long SequenceNr => _batch.FirstSequence + _index;

        /// <summary>Ordinal of the current event.</summary>
        public readonly long Ordinal => _batch.FirstOrdinal + _index;

        /// <summary>Shape of the current event.</summary>
        public EventShape Shape { get; private set; }

        /// <summary>Payload of the current event; valid until the reader is disposed of.</summary>
        public ReadOnlySpan<byte> Payload { get; private set; }

        /// <summary>Moves to the next event; false after the last.</summary>
        public bool MoveNext()
        {
            if (_index + 1 >= _batch.Count)
            {
                return _offset == _body.Length ? false : throw Corrupt("the end after the last event", $"{_body.Length - _offset} more bytes");
            }

            _index++;
            var number = ReadVariable();
            if (number > _shapes.Count)
            {
                throw Corrupt($"a shape number of at most {_shapes.Count}", $"{number}");
            }

            if (number == _shapes.Count)
            {
                _shapes.Add(ReadShape());
            }

            Shape = _shapes[(int)number];
            Payload = Take(ReadVariable());
            return true;
        }

        public readonly void Dispose()
        {
            if (_rented is not null)
            {
                ArrayPool<byte>.Shared.Return(_rented);
            }
        }

        private readonly void RequireHeader(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < HeaderBytes || bytes[0] == 0)
            {
                throw Corrupt("an event batch with a header of 10 bytes", $"{bytes.Length} bytes that begin with {(bytes.IsEmpty ? 0 : bytes[0])}");
            }

            if (bytes[0] > Version)
            {
                throw new UnsupportedFormatException($"The event batch at {_batch.Position}", bytes[0], Version);
            }

            if ((bytes[1] & ~CompressedFlag) != 0)
            {
                throw Corrupt("flags 0 or 1", $"{bytes[1]}");
            }
        }

        private EventShape ReadShape()
        {
            var start = _offset;
            if (_memory.Recall(_body[start..]) is { } known)
            {
                _offset += known.Bytes;
                return known.Shape;
            }

            var writer = ReadWriter();
            var adapterManifest = ReadText();
            var serializerId = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
            var shape = new EventShape(writer, adapterManifest, serializerId, ReadText(), ReadTags());
            _memory.Remember(_body[start.._offset], shape);
            return shape;
        }

        private string ReadWriter() => Take(1)[0] switch
        {
            0 => ReadText(),
            1 => new Guid(Take(GuidBytes)).ToString("D"),
            var kind => throw Corrupt("a writer of kind 0 or 1", $"{kind}"),
        };

        private string[] ReadTags()
        {
            var count = ReadVariable();
            if (count > TagsMax)
            {
                throw Corrupt($"at most {TagsMax} tags", $"{count}");
            }

            if (count == 0)
            {
                return [];
            }

            var tags = new string[count];
            for (var i = 0; i < tags.Length; i++)
            {
                tags[i] = ReadText();
            }

            return tags;
        }

        private string ReadText()
        {
            var bytes = Take(ReadVariable());
            try
            {
                return bytes.IsEmpty ? string.Empty : Utf8.GetString(bytes);
            }
            catch (ArgumentException)
            {
                throw Corrupt("UTF-8 text", Convert.ToHexString(bytes[..Math.Min(bytes.Length, 16)]));
            }
        }

        private uint ReadVariable()
        {
            ulong value = 0;
            for (var i = 0; i < VariableBytesMax; i++)
            {
                var next = Take(1)[0];
                value |= (ulong)(next & 0x7F) << (7 * i);
                if (next < 0x80)
                {
                    return value <= uint.MaxValue ? (uint)value : throw Corrupt("a number of 32 bits", $"{value}");
                }
            }

            throw Corrupt("a number of at most five bytes", "a longer one");
        }

        private ReadOnlySpan<byte> Take(uint length)
        {
            if (length > (uint)(_body.Length - _offset))
            {
                throw Corrupt($"{length} bytes at {_offset} of the body", $"{_body.Length - _offset}");
            }

            var bytes = _body.Slice(_offset, (int)length);
            _offset += (int)length;
            return bytes;
        }

        private readonly CorruptionException Corrupt(string expected, string found) =>
            new($"The event batch at {_batch.Position}", _offset, expected, found);
    }
}
