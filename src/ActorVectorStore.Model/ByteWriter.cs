using System.Buffers.Binary;
using System.Text;

namespace ActorVectorStore.Model;

/// <summary>The fields of an event in their order, for the writers of the formats; <see cref="ByteReader"/> is its twin. The target has room for all.</summary>
internal ref struct ByteWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    /// <summary>Bytes that were written.</summary>
    public int Position { get; private set; }

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    public void WriteCount(int value) => WriteUInt32((uint)value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    // To add 0 makes the negative zero the positive one and changes no other number.
    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value + 0.0);

    public void WriteId(PointId id) => Position += PointIdFormat.Write(id, _target[Position..]);

    public void WriteText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteCount(length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    public Span<byte> Take(int length)
    {
        var taken = _target.Slice(Position, length);
        Position += length;
        return taken;
    }
}
