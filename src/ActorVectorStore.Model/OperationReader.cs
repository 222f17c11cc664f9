using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>
/// The reading half of <see cref="OperationFormat"/>. Its twin is <see cref="OperationWriter"/>. Trusts nothing: a count is believed only if the
/// bytes that are left could hold that many, so that memory allocated stays proportional to the bytes given.
/// </summary>
internal ref struct OperationReader
{
    private readonly ReadOnlyMemory<byte> _source;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    public OperationReader(ReadOnlyMemory<byte> source)
    {
        _source = source;
        _bytes = source.Span;
        _position = 0;
    }

    private readonly int Remaining => _bytes.Length - _position;

    public IReadOnlyList<ShardOperation> ReadEvent()
    {
        ReadEventHeader();
        var count = ReadCount("operations", ModelLimits.OperationsPerEventMax, OperationFormat.OperationHeaderBytes);
        var operations = new ShardOperation[count];
        for (var i = 0; i < count; i++)
            operations[i] = ReadOperation();
        return Remaining == 0 ? operations : throw Malformed(_position, "the end of the event", $"{Remaining} more bytes");
    }

    private void ReadEventHeader()
    {
        var magic = ReadUInt32("the magic number");
        if (magic != OperationFormat.Magic)
            throw Malformed(0, $"magic number {OperationFormat.Magic:X8}", $"{magic:X8}");
        var version = ReadUInt16("the format version");
        if (version > OperationFormat.Version)
            throw new UnsupportedOperationException("format version", version, OperationFormat.Version);
        if (version == 0)
            throw Malformed(4, $"format version 1 to {OperationFormat.Version}", "0");
        var reserved = ReadUInt16("the reserve");
        if (reserved != 0)
            throw Malformed(6, "0 in the reserve", $"{reserved}");
        var length = ReadUInt32("the length of the event");
        if (length != _bytes.Length)
            throw Malformed(8, $"length {_bytes.Length}, as many bytes as were given", $"{length}");
        if (length > ModelLimits.EventBytesMax)
            throw Malformed(8, $"a length of at most {ModelLimits.EventBytesMax}", $"{length}");
    }

    private ShardOperation ReadOperation()
    {
        var start = _position;
        var word = ReadUInt32("the kind of an operation");
        var kind = (byte)word;
        if (kind > OperationFormat.NewestKind)
            throw new UnsupportedOperationException("operation kind", kind, OperationFormat.NewestKind);
        if (kind == 0 || word != kind)
            throw Malformed(start, $"an operation kind from 1 to {OperationFormat.NewestKind} and 0 in the reserve", $"{word:X8}");
        var length = ReadUInt32("the length of an operation");
        if (length > Remaining)
            throw Malformed(start + 4, $"a length of at most the {Remaining} bytes that are left", $"{length}");
        var end = _position + (int)length;
        ShardOperation operation = kind == OperationFormat.KindUpsertPoints ? ReadUpsert(end) : ReadDelete();
        return _position == end ? operation : throw Malformed(_position, $"the operation's end at {end}", $"its last part ends at {_position}");
    }

    private UpsertPoints ReadUpsert(int end)
    {
        var count = ReadCount("points", ModelLimits.PointsPerBatchMax, PointIdFormat.BytesMin + OperationFormat.PayloadLengthBytes);
        var dimensionAt = _position;
        var dimension = ReadUInt32("the dimension");
        if (dimension is 0 or > ModelLimits.DimensionMax)
            throw Malformed(dimensionAt, $"a dimension from 1 to {ModelLimits.DimensionMax}", $"{dimension}");
        var components = ReadComponents((long)count * dimension, end);
        var points = new Point[count];
        for (var i = 0; i < count; i++)
        {
            var id = ReadId();
            points[i] = new Point(id, components.AsMemory(i * (int)dimension, (int)dimension), ReadPayload());
        }

        return new UpsertPoints(points);
    }

    private DeletePoints ReadDelete()
    {
        var count = ReadCount("ids", ModelLimits.IdsPerRequestMax, PointIdFormat.BytesMin);
        var ids = new PointId[count];
        for (var i = 0; i < count; i++)
            ids[i] = ReadId();
        return new DeletePoints(ids);
    }

    private float[] ReadComponents(long count, int end)
    {
        var start = _position;
        if (count * sizeof(float) > end - start)
            throw Malformed(start, $"{count} components", $"{end - start} bytes to the operation's end");
        var components = GC.AllocateUninitializedArray<float>((int)count);
        var source = Take(components.Length * sizeof(float), "the components");
        if (BitConverter.IsLittleEndian)
        {
            source.CopyTo(MemoryMarshal.AsBytes(components.AsSpan()));
        }
        else
        {
            for (var i = 0; i < components.Length; i++)
                components[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * sizeof(float))..]);
        }

        var bad = VectorComponents.IndexOfNonFinite(components);
        return bad < 0 ? components : throw Malformed(start + (bad * sizeof(float)), "a finite component", $"{components[bad]}");
    }

    private PointId ReadId()
    {
        var length = PointIdFormat.Read(_bytes[_position..], out var id);
        if (length == 0)
            throw Malformed(_position, "id kind 1 or 2 and its 8 or 16 bytes", Remaining == 0 ? "the end" : $"kind {_bytes[_position]}, {Remaining} bytes left");
        _position += length;
        return id;
    }

    private Payload ReadPayload()
    {
        var start = _position;
        var length = ReadUInt32("the length of a payload");
        if (length == 0)
            return Payload.Empty;
        if (length > Remaining)
            throw Malformed(start, $"a payload of at most the {Remaining} bytes that are left", $"{length}");
        if (!Payload.TryVerify(_source.Slice(_position, (int)length), out var payload) || payload.IsEmpty)
            throw Malformed(start, "a payload that is a JSON object with members", $"{length} other bytes");
        _position += (int)length;
        return payload;
    }

    private int ReadCount(string subject, int maximum, int bytesEach)
    {
        var start = _position;
        var count = ReadUInt32($"the count of {subject}");
        if (count == 0 || count > maximum)
            throw Malformed(start, $"1 to {maximum} {subject}", $"{count}");
        if ((long)count * bytesEach > Remaining)
            throw Malformed(start, $"{subject} that fit the {Remaining} bytes that are left", $"{count}");
        return (int)count;
    }

    private ushort ReadUInt16(string subject) => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort), subject));

    private uint ReadUInt32(string subject) => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint), subject));

    private ReadOnlySpan<byte> Take(int length, string subject)
    {
        if (length > Remaining)
            throw Malformed(_position, $"{length} bytes of {subject}", $"{Remaining} bytes to the event's end");
        var taken = _bytes.Slice(_position, length);
        _position += length;
        return taken;
    }

    private static MalformedOperationException Malformed(int offset, string expected, string found) => new(offset, expected, found);
}
