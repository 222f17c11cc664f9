using System.Buffers;
using System.Buffers.Binary;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Reads the events of stored batches, one batch after the other, and may stop in the midst of one for as long as the batch is valid. Every length is
/// checked before it is used; a decompressed body never takes more memory than it has bytes. One thread at a time; dispose of it to give back the
/// decompressed body.
/// </summary>
/// <remarks>
/// <see cref="Open"/> and <see cref="MoveNext"/> throw <see cref="CorruptionException"/> where the bytes are not of <see cref="EventBatchFormat"/>, and
/// <see cref="UnsupportedFormatException"/> for a newer version of it.
/// </remarks>
internal sealed class EventBatchReader : IDisposable
{
    private readonly ShapeMemory _memory = new();
    private readonly List<EventShape> _shapes = [];
    private StoredBatch _batch;
    private ReadOnlyMemory<byte> _body;
    private byte[]? _rented;
    private int _offset;
    private int _index = -1;
    private int _payloadOffset;
    private int _payloadLength;

    /// <summary>UTC ticks of the batch's write.</summary>
    public long Timestamp { get; private set; }

    /// <summary>Persistence id of the batch.</summary>
    public string PersistenceId => _batch.Stream;

    /// <summary>Sequence number of the current event.</summary>
    public long SequenceNr => _batch.FirstSequence + _index;

    /// <summary>Ordinal of the current event.</summary>
    public long Ordinal => _batch.FirstOrdinal + _index;

    /// <summary>Shape of the current event.</summary>
    public EventShape Shape { get; private set; } = null!;

    /// <summary>Payload of the current event; valid until the reader moves on.</summary>
    public ReadOnlySpan<byte> Payload => _body.Span.Slice(_payloadOffset, _payloadLength);

    /// <summary>Goes in front of the first event of a batch, whose payload must stay valid until the next one is opened.</summary>
    public void Open(in StoredBatch batch)
    {
        Dispose();
        _batch = batch;
        _shapes.Clear();
        (_offset, _index) = (0, -1);
        var bytes = batch.Payload.Span;
        RequireHeader(bytes);
        Timestamp = BinaryPrimitives.ReadInt64LittleEndian(bytes[2..]);
        _body = batch.Payload[EventBatchFormat.HeaderBytes..];
        if ((bytes[1] & EventBatchFormat.CompressedFlag) != 0)
        {
            Decompress();
        }
    }

    /// <summary>Moves to the next event; false after the last.</summary>
    public bool MoveNext()
    {
        var body = _body.Span;
        if (_index + 1 >= _batch.Count)
        {
            return _offset == body.Length ? false : throw Corrupt("the end after the last event", $"{body.Length - _offset} more bytes");
        }

        _index++;
        var number = ReadVariable(body);
        if (number > _shapes.Count)
        {
            throw Corrupt($"a shape number of at most {_shapes.Count}", $"{number}");
        }

        if (number == _shapes.Count)
        {
            _shapes.Add(ReadShape(body));
        }

        Shape = _shapes[(int)number];
        _payloadLength = Take(body, ReadVariable(body)).Length;
        _payloadOffset = _offset - _payloadLength;
        return true;
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }

        _body = default;
    }

    private void Decompress()
    {
        var body = _body.Span;
        var length = (int)Math.Min(int.MaxValue, ReadVariable(body));
        try
        {
            _rented = ZstdFrames.Decompress(body[_offset..], length);
        }
        catch (InvalidDataException e)
        {
            throw Corrupt("a zstd frame of the body", e.Message);
        }

        _offset = 0;
        _body = _rented.AsMemory(0, length);
    }

    private void RequireHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < EventBatchFormat.HeaderBytes || bytes[0] == 0)
        {
            throw Corrupt("an event batch with a header of 10 bytes", $"{bytes.Length} bytes that begin with {(bytes.IsEmpty ? 0 : bytes[0])}");
        }

        if (bytes[0] > EventBatchFormat.Version)
        {
            throw new UnsupportedFormatException($"The event batch at {_batch.Position}", bytes[0], EventBatchFormat.Version);
        }

        if ((bytes[1] & ~EventBatchFormat.CompressedFlag) != 0)
        {
            throw Corrupt("flags 0 or 1", $"{bytes[1]}");
        }
    }

    private EventShape ReadShape(ReadOnlySpan<byte> body)
    {
        var start = _offset;
        if (_memory.Recall(body[start..]) is { } known)
        {
            _offset += known.Bytes;
            return known.Shape;
        }

        var writer = ReadWriter(body);
        var adapterManifest = ReadText(body);
        var serializerId = BinaryPrimitives.ReadInt32LittleEndian(Take(body, sizeof(int)));
        var shape = new EventShape(writer, adapterManifest, serializerId, ReadText(body), ReadTags(body));
        _memory.Remember(body[start.._offset], shape);
        return shape;
    }

    private string ReadWriter(ReadOnlySpan<byte> body) => Take(body, 1)[0] switch
    {
        0 => ReadText(body),
        1 => new Guid(Take(body, EventBatchFormat.GuidBytes)).ToString("D"),
        var kind => throw Corrupt("a writer of kind 0 or 1", $"{kind}"),
    };

    private string[] ReadTags(ReadOnlySpan<byte> body)
    {
        var count = ReadVariable(body);
        if (count > EventBatchFormat.TagsMax)
        {
            throw Corrupt($"at most {EventBatchFormat.TagsMax} tags", $"{count}");
        }

        var tags = count == 0 ? [] : new string[count];
        for (var i = 0; i < tags.Length; i++)
        {
            tags[i] = ReadText(body);
        }

        return tags;
    }

    private string ReadText(ReadOnlySpan<byte> body)
    {
        var bytes = Take(body, ReadVariable(body));
        try
        {
            return bytes.IsEmpty ? string.Empty : EventBatchFormat.Utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Corrupt("UTF-8 text", Convert.ToHexString(bytes[..Math.Min(bytes.Length, 16)]));
        }
    }

    private uint ReadVariable(ReadOnlySpan<byte> body)
    {
        ulong value = 0;
        for (var i = 0; i < EventBatchFormat.VariableBytesMax; i++)
        {
            var next = Take(body, 1)[0];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value <= uint.MaxValue ? (uint)value : throw Corrupt("a number of 32 bits", $"{value}");
            }
        }

        throw Corrupt("a number of at most five bytes", "a longer one");
    }

    private ReadOnlySpan<byte> Take(ReadOnlySpan<byte> body, uint length)
    {
        if (length > (uint)(body.Length - _offset))
        {
            throw Corrupt($"{length} bytes at {_offset} of the body", $"{body.Length - _offset}");
        }

        var bytes = body.Slice(_offset, (int)length);
        _offset += (int)length;
        return bytes;
    }

    private CorruptionException Corrupt(string expected, string found) => new($"The event batch at {_batch.Position}", _offset, expected, found);
}
