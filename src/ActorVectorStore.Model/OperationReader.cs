using System.Buffers.Binary;

namespace ActorVectorStore.Model;

/// <summary>
/// The reading half of <see cref="OperationFormat"/>. Its twin is <see cref="OperationWriter"/>. Trusts nothing: a count is believed only if the
/// bytes that are left could hold that many, so that memory allocated stays proportional to the bytes given.
/// </summary>
internal ref struct OperationReader
{
    private const int VersionAt = 4;

    private readonly ReadOnlyMemory<byte> _event;
    private ByteReader _source;
    private int _version;

    public OperationReader(ReadOnlyMemory<byte> source)
    {
        _event = source;
        _source = new ByteReader(source.Span);
    }

    public IReadOnlyList<ShardOperation> ReadEvent()
    {
        ReadEventHeader();
        var operations = new ShardOperation[_source.ReadCount("operations", 1, ModelLimits.OperationsPerEventMax, OperationFormat.OperationHeaderBytes)];
        for (var i = 0; i < operations.Length; i++)
            operations[i] = ReadOperation();
        if (_source.Remaining != 0)
            throw Malformed(_source.Position, "the end of the event", $"{_source.Remaining} more bytes");
        RequireLowestVersion(operations);
        return operations;
    }

    private void ReadEventHeader()
    {
        var magic = _source.ReadUInt32("the magic number");
        if (magic != OperationFormat.Magic)
            throw Malformed(0, $"magic number {OperationFormat.Magic:X8}", $"{magic:X8}");
        _version = _source.ReadUInt16("the format version");
        if (_version > OperationFormat.Version)
            throw new UnsupportedOperationException("format version", _version, OperationFormat.Version);
        if (_version == 0)
            throw Malformed(VersionAt, $"format version 1 to {OperationFormat.Version}", "0");
        RequireReserve(_source.Position, _source.ReadUInt16("the reserve"));
        var length = _source.ReadUInt32("the length of the event");
        if (length != _event.Length)
            throw Malformed(8, $"length {_event.Length}, as many bytes as were given", $"{length}");
        if (length > ModelLimits.EventBytesMax)
            throw Malformed(8, $"a length of at most {ModelLimits.EventBytesMax}", $"{length}");
    }

    // A higher version than the operations need would be a second encoding of the same list.
    private readonly void RequireLowestVersion(ShardOperation[] operations)
    {
        var lowest = operations.Max(operation => OperationFormat.VersionOf(operation.Kind));
        if (lowest != _version)
            throw Malformed(VersionAt, $"format version {lowest}, the lowest that knows the operations", $"{_version}");
    }

    private ShardOperation ReadOperation()
    {
        var kind = ReadKind();
        var lengthAt = _source.Position;
        var length = _source.ReadUInt32("the length of an operation");
        if (length > _source.Remaining)
            throw Malformed(lengthAt, $"a length of at most the {_source.Remaining} bytes that are left", $"{length}");
        var end = _source.Position + (int)length;
        var operation = ReadBody(kind, end);
        return _source.Position == end ? operation : throw Malformed(_source.Position, $"the operation's end at {end}", $"its last part ends at {_source.Position}");
    }

    private byte ReadKind()
    {
        var start = _source.Position;
        var newest = OperationFormat.NewestKindOf(_version);
        var word = _source.ReadUInt32("the kind of an operation");
        var kind = (byte)word;
        if (kind > OperationFormat.NewestKind)
            throw new UnsupportedOperationException("operation kind", kind, OperationFormat.NewestKind);
        if (kind == 0 || kind > newest || word != kind)
            throw Malformed(start, $"an operation kind from 1 to {newest} and 0 in the reserve, in an event of version {_version}", $"{word:X8}");
        return kind;
    }

    private ShardOperation ReadBody(byte kind, int end) => kind switch
    {
        OperationFormat.KindUpsertPoints => ReadUpsert(end),
        OperationFormat.KindDeletePoints => new DeletePoints(ReadIds()),
        OperationFormat.KindConditionalUpsert => ReadConditional(ReadUpsert(end)),
        OperationFormat.KindUpsertNamed => ReadUpsertNamed(),
        OperationFormat.KindConditionalUpsertNamed => ReadConditional(ReadUpsertNamed()),
        OperationFormat.KindUpdateVectors => ReadUpdates(),
        OperationFormat.KindDeleteVectors => ReadDeleteVectors(),
        OperationFormat.KindDeleteMatching => new DeleteMatching(FilterReader.Read(ref _source)),
        OperationFormat.KindSetPayload => ReadSetPayload(),
        OperationFormat.KindOverwritePayload => ReadOverwritePayload(),
        OperationFormat.KindDeletePayloadKeys => ReadDeletePayloadKeys(),
        OperationFormat.KindClearPayload => new ClearPayload(ReadSelection()),
        OperationFormat.KindPinIndex => new PinIndex(ReadPinName()),
        OperationFormat.KindReleasePin => new ReleasePin(ReadPinName()),
        OperationFormat.KindCreatePayloadIndex => new CreatePayloadIndex(ReadPayloadIndex(end)),
        OperationFormat.KindDropPayloadIndex => new DropPayloadIndex(ReadPayloadIndex(end)),
        _ => throw new InvalidOperationException($"Operation kind {kind} was taken for a known one."),
    };

    private PayloadIndex ReadPayloadIndex(int end)
    {
        var start = _source.Position;
        var bytes = _source.Take(end - start, "the payload index");
        try
        {
            var index = PayloadIndexFormat.Read(bytes, out var length);
            return length == bytes.Length ? index : throw Malformed(length, "the operation's end", $"{bytes.Length - length} more bytes");
        }
        catch (MalformedOperationException e)
        {
            throw Malformed(start + e.Offset, e.Expected, e.Found);
        }
    }

    private UpsertPoints ReadUpsert(int end)
    {
        var count = _source.ReadCount("points", 1, ModelLimits.PointsPerBatchMax, PointIdFormat.BytesMin + OperationFormat.PayloadLengthBytes);
        var dimensionAt = _source.Position;
        var dimension = _source.ReadUInt32("the dimension");
        if (dimension is 0 or > ModelLimits.DimensionMax)
            throw Malformed(dimensionAt, $"a dimension from 1 to {ModelLimits.DimensionMax}", $"{dimension}");
        var components = ReadComponents((long)count * dimension, end);
        var points = new Point[count];
        for (var i = 0; i < count; i++)
        {
            var id = _source.ReadId();
            points[i] = new Point(id, components.Slice(i * (int)dimension, (int)dimension), ReadPayload());
        }

        return new UpsertPoints(points);
    }

    private ReadOnlyMemory<float> ReadComponents(long count, int end)
    {
        var start = _source.Position;
        if (count * sizeof(float) > end - start)
            throw Malformed(start, $"{count} components", $"{end - start} bytes to the operation's end");
        var source = _source.Take((int)count * sizeof(float), "the components");
        var components = BitConverter.IsLittleEndian ? new ComponentMemory(_event.Slice(start, source.Length)).Memory : Reversed(source);
        var bad = VectorComponents.IndexOfNonFinite(components.Span);
        return bad < 0 ? components : throw Malformed(start + (bad * sizeof(float)), "a finite component", $"{components.Span[bad]}");
    }

    private static float[] Reversed(ReadOnlySpan<byte> source)
    {
        var components = new float[source.Length / sizeof(float)];
        for (var i = 0; i < components.Length; i++)
            components[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * sizeof(float))..]);
        return components;
    }

    private PointId[] ReadIds()
    {
        var ids = new PointId[_source.ReadCount("ids", 1, ModelLimits.IdsPerRequestMax, PointIdFormat.BytesMin)];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = _source.ReadId();
        return ids;
    }

    private ConditionalUpsert ReadConditional(UpsertPoints upsert) => new(upsert, ReadCondition(upsert.Points.Count));

    private UpsertPoints ReadUpsertNamed()
    {
        var start = _source.Position;
        var points = new Point[_source.ReadCount("points", 1, ModelLimits.PointsPerBatchMax, PointIdFormat.BytesMin + OperationFormat.PayloadLengthBytes + OperationFormat.CountBytes)];
        for (var i = 0; i < points.Length; i++)
        {
            var id = _source.ReadId();
            var payload = ReadPayload();
            points[i] = new Point(id, ReadVectors(), payload);
        }

        var upsert = new UpsertPoints(points);
        return upsert.IsSimple ? throw Malformed(start, "points that need this form", "points that have one vector without name") : upsert;
    }

    private UpdateVectors ReadUpdates()
    {
        var updates = new VectorUpdate[_source.ReadCount("updates", 1, ModelLimits.PointsPerBatchMax, PointIdFormat.BytesMin + OperationFormat.CountBytes)];
        for (var i = 0; i < updates.Length; i++)
        {
            var id = _source.ReadId();
            var start = _source.Position;
            updates[i] = new VectorUpdate(id, ReadVectors());
            if (updates[i].Vectors.Count == 0)
                throw Malformed(start, "at least one vector", "none");
        }

        return new UpdateVectors(updates);
    }

    private DeleteVectors ReadDeleteVectors()
    {
        var names = new string[_source.ReadCount("names", 1, ModelLimits.VectorsMax, OperationFormat.CountBytes)];
        for (var i = 0; i < names.Length; i++)
            names[i] = ReadVectorName(i == 0 ? null : names[i - 1]);
        return new DeleteVectors(ReadSelection(), names);
    }

    private NamedVectors ReadVectors()
    {
        var count = _source.ReadCount("vectors", 0, ModelLimits.VectorsMax, OperationFormat.CountBytes + OperationFormat.VectorHeaderBytes);
        if (count == 0)
            return NamedVectors.Empty;
        var vectors = new NamedVector[count];
        for (var i = 0; i < count; i++)
        {
            var name = ReadVectorName(i == 0 ? null : vectors[i - 1].Name);
            vectors[i] = new NamedVector(name, ReadVector(isNamed: name.Length > 0));
        }

        return new NamedVectors(vectors);
    }

    private string ReadVectorName(string? before)
    {
        var start = _source.Position;
        var name = _source.ReadText("the name of a vector", ModelLimits.VectorNameBytesMax);
        var isRight = _source.Position - start - OperationFormat.CountBytes <= ModelLimits.VectorNameBytesMax && (before is null || string.CompareOrdinal(before, name) < 0);
        return isRight ? name : throw Malformed(start, $"a name of at most {ModelLimits.VectorNameBytesMax} bytes, behind the one before", Quotation.Of(name));
    }

    private VectorValue ReadVector(bool isNamed)
    {
        var start = _source.Position;
        var word = _source.ReadUInt32("the kind of a vector");
        var kind = (VectorKind)Math.Min(word, byte.MaxValue);
        var (dimension, count) = (_source.ReadUInt32("the dimension"), _source.ReadUInt32("the count"));
        var isRight = kind switch
        {
            VectorKind.Dense => dimension is >= 1 and <= ModelLimits.DimensionMax && count == 1,
            VectorKind.Multi => isNamed && dimension is >= 1 and <= ModelLimits.DimensionMax,
            VectorKind.Sparse => isNamed && dimension == 0,
            _ => false,
        };
        if (!isRight)
            throw Malformed(start, "a kind, and a dimension and count that it can have", $"{word}, {dimension} and {count}");
        if (kind == VectorKind.Sparse)
            return ReadSparse(count);
        var components = ReadFloats((long)dimension * count);
        return kind == VectorKind.Dense ? new DenseVector(components) : new MultiVector(components, (int)dimension);
    }

    private SparseVector ReadSparse(uint count)
    {
        var start = _source.Position;
        if ((long)count * (sizeof(uint) + sizeof(float)) > _source.Remaining)
            throw Malformed(start, $"{count} entries", $"{_source.Remaining} bytes to the end");
        var indices = new uint[count];
        for (var i = 0; i < indices.Length; i++)
            indices[i] = _source.ReadUInt32("an index");
        var bad = SparseVector.FirstNotAscending(indices);
        return bad < 0
            ? new SparseVector(indices, ReadFloats(count))
            : throw Malformed(start + (bad * sizeof(uint)), "an index above the one before", $"{indices[bad]}");
    }

    private ReadOnlyMemory<float> ReadFloats(long count) => ReadComponents(count, _source.Position + _source.Remaining);

    private WriteCondition ReadCondition(int points)
    {
        var start = _source.Position;
        var kind = _source.ReadByte("the kind of a condition");
        var insertsAbsent = _source.ReadByte("what becomes of points that do not exist");
        if (insertsAbsent > (kind == OperationFormat.ConditionIfMatches ? 1 : 0))
            throw Malformed(start + 1, "0, or 1 if the condition is a filter", $"{insertsAbsent}");
        RequireReserve(_source.Position, _source.ReadUInt16("the reserve"));
        return kind switch
        {
            OperationFormat.ConditionIfAbsent => new IfAbsent(),
            OperationFormat.ConditionIfPresent => new IfPresent(),
            OperationFormat.ConditionIfVersion => new IfVersion(ReadVersions(points)),
            OperationFormat.ConditionIfMatches => new IfMatches(FilterReader.Read(ref _source)) { InsertsAbsent = insertsAbsent == 1 },
            _ => throw Malformed(start, $"a condition from 1 to {OperationFormat.ConditionIfMatches}", $"{kind}"),
        };
    }

    private long[] ReadVersions(int count)
    {
        if ((long)count * sizeof(long) > _source.Remaining)
            throw Malformed(_source.Position, $"{count} versions", $"{_source.Remaining} bytes to the end");
        var versions = new long[count];
        for (var i = 0; i < count; i++)
        {
            versions[i] = _source.ReadInt64("a version");
            if (versions[i] < 0)
                throw Malformed(_source.Position - sizeof(long), "a version of at least 0", $"{versions[i]}");
        }

        return versions;
    }

    // The parts of an operation are read in the order in which they are stored, which is not that of its constructor.
    private SetPayload ReadSetPayload()
    {
        var payload = ReadPayload();
        var path = _source.NextIs(0) ? null : FilterReader.ReadPath(ref _source);
        return new SetPayload(ReadSelection(), payload, path);
    }

    private OverwritePayload ReadOverwritePayload()
    {
        var payload = ReadPayload();
        return new OverwritePayload(ReadSelection(), payload);
    }

    private DeletePayloadKeys ReadDeletePayloadKeys()
    {
        var paths = new PayloadPath[_source.ReadCount("paths", 1, ModelLimits.PathsPerRequestMax, FilterFormat.PathBytesMin)];
        for (var i = 0; i < paths.Length; i++)
            paths[i] = FilterReader.ReadPath(ref _source);
        return new DeletePayloadKeys(ReadSelection(), paths);
    }

    private PointSelection ReadSelection()
    {
        var start = _source.Position;
        var kind = _source.ReadByte("the kind of a selection");
        return kind switch
        {
            OperationFormat.SelectionById => new PointsById(ReadIds()),
            OperationFormat.SelectionMatching => new PointsMatching(FilterReader.Read(ref _source)),
            _ => throw Malformed(start, "a selection 1 or 2", $"{kind}"),
        };
    }

    private PinName ReadPinName()
    {
        var start = _source.Position;
        var text = _source.ReadText("the name of a pin", ModelLimits.PinNameLengthMax);
        return PinName.TryParse(text, null, out var name)
            ? name
            : throw Malformed(start, $"a name of 1 to {ModelLimits.PinNameLengthMax} characters and no control characters", Quotation.Of(text));
    }

    private Payload ReadPayload()
    {
        var start = _source.Position;
        var length = _source.ReadLength("a payload");
        if (length == 0)
            return Payload.Empty;
        if (!Payload.TryVerify(_event.Slice(_source.Position, length), out var payload) || payload.IsEmpty)
            throw Malformed(start, "a payload that is a JSON object with members", $"{length} other bytes");
        _source.Take(length, "a payload");
        return payload;
    }

    private static void RequireReserve(int offset, ushort reserve)
    {
        if (reserve != 0)
            throw Malformed(offset, "0 in the reserve", $"{reserve}");
    }

    private static MalformedOperationException Malformed(int offset, string expected, string found) => ByteReader.Malformed(offset, expected, found);
}
