using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>The writing half of <see cref="OperationFormat"/>. Its twin is <see cref="OperationReader"/>.</summary>
internal ref struct OperationWriter
{
    private const int CountAt = 12;

    private readonly Span<byte> _target;
    private int _position;

    private OperationWriter(Span<byte> target) => _target = target;

    /// <summary>Writes an event that fills the target exactly.</summary>
    public static void Write(IReadOnlyList<ShardOperation> operations, Span<byte> target)
    {
        var writer = new OperationWriter(target);
        writer.WriteEventHeader(operations.Count);
        for (var i = 0; i < operations.Count; i++)
            writer.WriteOperation(operations[i]);
        writer.RequireEnd();
    }

    /// <summary>Writes an event of the operations of others, that fills the target exactly.</summary>
    public static void Join(IReadOnlyList<ReadOnlyMemory<byte>> events, int count, Span<byte> target)
    {
        var writer = new OperationWriter(target);
        writer.WriteEventHeader(count);
        for (var i = 0; i < events.Count; i++)
        {
            var operations = events[i].Span[OperationFormat.EventHeaderBytes..];
            operations.CopyTo(writer.Take(operations.Length));
        }

        writer.RequireEnd();
    }

    /// <summary>The count of operations in the header of an event that was written here.</summary>
    public static int CountOf(ReadOnlySpan<byte> writtenEvent) => (int)BinaryPrimitives.ReadUInt32LittleEndian(writtenEvent[CountAt..]);

    private void WriteEventHeader(int count)
    {
        WriteUInt32(OperationFormat.Magic);
        WriteUInt32(OperationFormat.Version);
        WriteUInt32((uint)_target.Length);
        WriteUInt32((uint)count);
    }

    private readonly void RequireEnd()
    {
        if (_position != _target.Length)
            throw new InvalidOperationException($"An event of {_target.Length} bytes was written with {_position}.");
    }

    private void WriteOperation(ShardOperation operation)
    {
        switch (operation)
        {
            case UpsertPoints upsert:
                WriteHeader(OperationFormat.KindUpsertPoints, upsert.BodyBytes);
                WriteUpsert(upsert);
                break;
            case DeletePoints delete:
                WriteHeader(OperationFormat.KindDeletePoints, delete.BodyBytes);
                WriteDelete(delete);
                break;
            default:
                throw new InvalidOperationException($"{operation.GetType().Name} has no kind in the format.");
        }
    }

    // The kind is the low byte of a word whose other three bytes are the reserve.
    private void WriteHeader(byte kind, long bodyBytes)
    {
        WriteUInt32(kind);
        WriteUInt32((uint)bodyBytes);
    }

    private void WriteUpsert(UpsertPoints upsert)
    {
        WriteUInt32((uint)upsert.Points.Count);
        WriteUInt32((uint)upsert.Dimension);
        for (var i = 0; i < upsert.Points.Count; i++)
            WriteVector(upsert.Points[i].Vector.Span);
        for (var i = 0; i < upsert.Points.Count; i++)
        {
            WriteId(upsert.Points[i].Id);
            WritePayload(upsert.Points[i].Payload);
        }
    }

    private void WriteDelete(DeletePoints delete)
    {
        WriteUInt32((uint)delete.Ids.Count);
        for (var i = 0; i < delete.Ids.Count; i++)
            WriteId(delete.Ids[i]);
    }

    private void WriteVector(ReadOnlySpan<float> vector)
    {
        var target = Take(vector.Length * sizeof(float));
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(vector).CopyTo(target);
            return;
        }

        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(target[(i * sizeof(float))..], vector[i]);
    }

    private void WriteId(PointId id) => _position += PointIdFormat.Write(id, _target[_position..]);

    private void WritePayload(Payload payload)
    {
        var length = OperationFormat.PayloadBytes(payload);
        WriteUInt32((uint)length);
        payload.Utf8.Span[..length].CopyTo(Take(length));
    }

    private void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    private Span<byte> Take(int length)
    {
        var taken = _target.Slice(_position, length);
        _position += length;
        return taken;
    }
}
