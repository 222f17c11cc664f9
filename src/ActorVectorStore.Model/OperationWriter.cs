using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>The writing half of <see cref="OperationFormat"/>. Its twin is <see cref="OperationReader"/>.</summary>
internal ref struct OperationWriter
{
    private const int VersionAt = 4;
    private const int CountAt = 12;

    private ByteWriter _target;
    private readonly int _length;

    private OperationWriter(Span<byte> target)
    {
        _target = new ByteWriter(target);
        _length = target.Length;
    }

    /// <summary>Writes an event that fills the target exactly.</summary>
    public static void Write(IReadOnlyList<ShardOperation> operations, Span<byte> target)
    {
        var writer = new OperationWriter(target);
        writer.WriteEventHeader(operations.Max(operation => OperationFormat.VersionOf(operation.Kind)), operations.Count);
        for (var i = 0; i < operations.Count; i++)
            writer.WriteOperation(operations[i]);
        writer.RequireEnd();
    }

    /// <summary>Writes an event of the operations of others, that fills the target exactly.</summary>
    public static void Join(IReadOnlyList<ReadOnlyMemory<byte>> events, int count, Span<byte> target)
    {
        var writer = new OperationWriter(target);
        writer.WriteEventHeader(events.Max(part => VersionOf(part.Span)), count);
        for (var i = 0; i < events.Count; i++)
        {
            var operations = events[i].Span[OperationFormat.EventHeaderBytes..];
            operations.CopyTo(writer._target.Take(operations.Length));
        }

        writer.RequireEnd();
    }

    /// <summary>The count of operations in the header of an event that was written here.</summary>
    public static int CountOf(ReadOnlySpan<byte> writtenEvent) => (int)BinaryPrimitives.ReadUInt32LittleEndian(writtenEvent[CountAt..]);

    private static int VersionOf(ReadOnlySpan<byte> writtenEvent) => BinaryPrimitives.ReadUInt16LittleEndian(writtenEvent[VersionAt..]);

    // The version is the low half of a word whose other half is the reserve.
    private void WriteEventHeader(int version, int count)
    {
        _target.WriteUInt32(OperationFormat.Magic);
        _target.WriteUInt32((uint)version);
        _target.WriteCount(_length);
        _target.WriteCount(count);
    }

    private readonly void RequireEnd()
    {
        if (_target.Position != _length)
            throw new InvalidOperationException($"An event of {_length} bytes was written with {_target.Position}.");
    }

    // The kind is the low byte of a word whose other three bytes are the reserve.
    private void WriteOperation(ShardOperation operation)
    {
        _target.WriteUInt32(operation.Kind);
        _target.WriteUInt32((uint)operation.BodyBytes);
        switch (operation)
        {
            case UpsertPoints upsert:
                WriteUpsert(upsert);
                break;
            case DeletePoints delete:
                WriteIds(delete.Ids);
                break;
            case ConditionalUpsert upsert:
                WriteUpsert(upsert.Upsert);
                WriteCondition(upsert.Condition);
                break;
            case UpdateVectors update:
                WriteUpdates(update.Updates);
                break;
            case DeleteVectors delete:
                _target.WriteCount(delete.Names.Count);
                foreach (var name in delete.Names)
                    _target.WriteText(name);
                WriteSelection(delete.Selection);
                break;
            case DeleteMatching delete:
                FilterWriter.Write(delete.Filter, ref _target);
                break;
            case PayloadOperation change:
                WriteChange(change);
                WriteSelection(change.Selection);
                break;
            case PinIndex pin:
                _target.WriteText(pin.Name.Value);
                break;
            case ReleasePin release:
                _target.WriteText(release.Name.Value);
                break;
            case CreatePayloadIndex create:
                PayloadIndexFormat.Write(create.Index, _target.Take((int)create.BodyBytes));
                break;
            case DropPayloadIndex drop:
                PayloadIndexFormat.Write(drop.Index, _target.Take((int)drop.BodyBytes));
                break;
            default:
                throw Unknown(operation);
        }
    }

    private void WriteChange(PayloadOperation operation)
    {
        switch (operation)
        {
            case SetPayload set:
                WritePayload(set.Payload);
                WritePath(set.Key);
                break;
            case OverwritePayload overwrite:
                WritePayload(overwrite.Payload);
                break;
            case DeletePayloadKeys delete:
                _target.WriteCount(delete.Paths.Count);
                foreach (var path in delete.Paths)
                    WritePath(path);
                break;
            case ClearPayload:
                break;
            default:
                throw Unknown(operation);
        }
    }

    private void WriteUpsert(UpsertPoints upsert)
    {
        if (!upsert.IsSimple)
        {
            WriteNamed(upsert.Points);
            return;
        }

        _target.WriteCount(upsert.Points.Count);
        _target.WriteCount(upsert.Dimension);
        for (var i = 0; i < upsert.Points.Count; i++)
            WriteVector(upsert.Points[i].Vector.Span);
        for (var i = 0; i < upsert.Points.Count; i++)
        {
            _target.WriteId(upsert.Points[i].Id);
            WritePayload(upsert.Points[i].Payload);
        }
    }

    private void WriteNamed(IReadOnlyList<Point> points)
    {
        _target.WriteCount(points.Count);
        foreach (var point in points)
        {
            _target.WriteId(point.Id);
            WritePayload(point.Payload);
            _target.WriteCount(point.Named.Count + (point.Vector.IsEmpty ? 0 : 1));
            if (!point.Vector.IsEmpty)
                WriteVector("", new DenseVector(point.Vector));
            WriteVectors(point.Named);
        }
    }

    private void WriteUpdates(IReadOnlyList<VectorUpdate> updates)
    {
        _target.WriteCount(updates.Count);
        foreach (var update in updates)
        {
            _target.WriteId(update.Id);
            _target.WriteCount(update.Vectors.Count);
            WriteVectors(update.Vectors);
        }
    }

    private void WriteVectors(NamedVectors vectors)
    {
        foreach (var (name, value) in vectors)
            WriteVector(name, value);
    }

    // The kind is the low byte of a word whose other three bytes are the reserve.
    private void WriteVector(string name, VectorValue value)
    {
        _target.WriteText(name);
        _target.WriteUInt32((uint)value.Kind);
        switch (value)
        {
            case DenseVector dense:
                WriteComponents(dense.Components.Length, 1, dense.Components.Span);
                break;
            case MultiVector multi:
                WriteComponents(multi.Dimension, multi.Count, multi.Components.Span);
                break;
            case SparseVector sparse:
                _target.WriteCount(0);
                _target.WriteCount(sparse.Indices.Length);
                foreach (var index in sparse.Indices.Span)
                    _target.WriteUInt32(index);
                WriteVector(sparse.Values.Span);
                break;
            default:
                throw Unknown(value);
        }
    }

    private void WriteComponents(int dimension, int count, ReadOnlySpan<float> components)
    {
        _target.WriteCount(dimension);
        _target.WriteCount(count);
        WriteVector(components);
    }

    private void WriteCondition(WriteCondition condition)
    {
        switch (condition)
        {
            case IfAbsent:
                WriteConditionHeader(OperationFormat.ConditionIfAbsent);
                break;
            case IfPresent:
                WriteConditionHeader(OperationFormat.ConditionIfPresent);
                break;
            case IfVersion ifVersion:
                WriteConditionHeader(OperationFormat.ConditionIfVersion);
                foreach (var version in ifVersion.Versions)
                    _target.WriteInt64(version);
                break;
            case IfMatches ifMatches:
                WriteConditionHeader(OperationFormat.ConditionIfMatches, ifMatches.InsertsAbsent ? (byte)1 : (byte)0);
                FilterWriter.Write(ifMatches.Filter, ref _target);
                break;
            default:
                throw Unknown(condition);
        }
    }

    private void WriteConditionHeader(byte kind, byte insertsAbsent = 0)
    {
        _target.WriteByte(kind);
        _target.WriteByte(insertsAbsent);
        _target.WriteUInt16(0);
    }

    private void WriteSelection(PointSelection selection)
    {
        switch (selection)
        {
            case PointsById byId:
                _target.WriteByte(OperationFormat.SelectionById);
                WriteIds(byId.Ids);
                break;
            case PointsMatching matching:
                _target.WriteByte(OperationFormat.SelectionMatching);
                FilterWriter.Write(matching.Filter, ref _target);
                break;
            default:
                throw Unknown(selection);
        }
    }

    private void WriteIds(IReadOnlyList<PointId> ids)
    {
        _target.WriteCount(ids.Count);
        for (var i = 0; i < ids.Count; i++)
            _target.WriteId(ids[i]);
    }

    private void WriteVector(ReadOnlySpan<float> vector)
    {
        var target = _target.Take(vector.Length * sizeof(float));
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(vector).CopyTo(target);
            return;
        }

        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(target[(i * sizeof(float))..], vector[i]);
    }

    private void WritePayload(Payload payload)
    {
        var length = OperationFormat.PayloadBytes(payload);
        _target.WriteCount(length);
        payload.Utf8.Span[..length].CopyTo(_target.Take(length));
    }

    private void WritePath(PayloadPath? path)
    {
        if (path is null)
            _target.WriteByte(0);
        else
            FilterWriter.Write(path, ref _target);
    }

    private static InvalidOperationException Unknown(object part) => new($"{part.GetType().Name} has no kind in the format.");
}
