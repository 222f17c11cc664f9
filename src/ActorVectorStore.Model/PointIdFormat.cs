using System.Buffers.Binary;

namespace ActorVectorStore.Model;

/// <summary>
/// The stored form of a <see cref="PointId"/>: one byte that says its kind, then the id. It is part of every format that holds ids and never
/// changes.
/// </summary>
/// <remarks>
/// <code>
/// offset  size  meaning
/// 0       1     1: number, 2: UUID; 0 is reserved
/// 1       8     number: unsigned, little-endian
/// 1       16    UUID: its bytes in the order in which they are written
/// </code>
/// </remarks>
public static class PointIdFormat
{
    /// <summary>Bytes of a number.</summary>
    public const int BytesMin = 9;

    /// <summary>Bytes of a UUID.</summary>
    public const int BytesMax = 17;

    private const byte Number = 1;
    private const byte Uuid = 2;

    /// <summary>Bytes of this id.</summary>
    public static int Size(PointId id) => id.IsUuid ? BytesMax : BytesMin;

    /// <summary>Writes the id; returns its bytes. The target must have room for them.</summary>
    public static int Write(PointId id, Span<byte> target)
    {
        if (!id.IsUuid)
        {
            target[0] = Number;
            BinaryPrimitives.WriteUInt64LittleEndian(target[1..], id.Low);
            return BytesMin;
        }

        target[0] = Uuid;
        BinaryPrimitives.WriteUInt64BigEndian(target[1..], id.High);
        BinaryPrimitives.WriteUInt64BigEndian(target[9..], id.Low);
        return BytesMax;
    }

    /// <summary>Reads the id at the start of the source; returns its bytes, or 0 if there is no whole id.</summary>
    public static int Read(ReadOnlySpan<byte> source, out PointId id)
    {
        if (source.Length >= BytesMin && source[0] == Number)
        {
            id = PointId.FromNumber(BinaryPrimitives.ReadUInt64LittleEndian(source[1..]));
            return BytesMin;
        }

        if (source.Length >= BytesMax && source[0] == Uuid)
        {
            id = PointId.FromUuidHalves(BinaryPrimitives.ReadUInt64BigEndian(source[1..]), BinaryPrimitives.ReadUInt64BigEndian(source[9..]));
            return BytesMax;
        }

        id = default;
        return 0;
    }
}
