using System.Buffers.Binary;

namespace ActorVectorStore.Storage;

/// <summary>Numbers as eight bytes that are ordered as the numbers are: big-endian, the sign turned round.</summary>
internal static class OrderedKey
{
    public const int Bytes = sizeof(ulong);

    private const ulong Sign = 1UL << 63;

    public static void Write(long value, Span<byte> target) => BinaryPrimitives.WriteUInt64BigEndian(target, (ulong)value ^ Sign);

    public static long ReadInt64(ReadOnlySpan<byte> source) => (long)(BinaryPrimitives.ReadUInt64BigEndian(source) ^ Sign);

    /// <summary>Writes a double; of negative ones all bits are turned round, and both zeros are the same.</summary>
    public static void Write(double value, Span<byte> target)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value == 0 ? 0 : value);
        BinaryPrimitives.WriteUInt64BigEndian(target, (bits & Sign) != 0 ? ~bits : bits ^ Sign);
    }

    public static double ReadDouble(ReadOnlySpan<byte> source)
    {
        var bits = BinaryPrimitives.ReadUInt64BigEndian(source);
        return BitConverter.UInt64BitsToDouble((bits & Sign) != 0 ? bits ^ Sign : ~bits);
    }
}
