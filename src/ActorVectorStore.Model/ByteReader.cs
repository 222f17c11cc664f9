using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace ActorVectorStore.Model;

/// <summary>
/// The fields of an event in their order, for the readers of the formats; <see cref="ByteWriter"/> is its twin. Trusts nothing: a count or length is
/// believed only if the bytes that are left could hold that many. Offsets in errors count from the first byte of the source.
/// </summary>
internal ref struct ByteReader(ReadOnlySpan<byte> source)
{
    private const int Utf8BytesPerCharacterMax = 3;

    private readonly ReadOnlySpan<byte> _source = source;

    /// <summary>Bytes that were read.</summary>
    public int Position { get; private set; }

    public readonly int Remaining => _source.Length - Position;

    /// <summary>A reader at the same place that ends so many bytes further on.</summary>
    public readonly ByteReader Part(int length) => new(_source[..(Position + length)]) { Position = Position };

    public byte ReadByte(string subject) => Take(1, subject)[0];

    public ushort ReadUInt16(string subject) => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort), subject));

    public uint ReadUInt32(string subject) => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint), subject));

    public int ReadInt32(string subject) => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int), subject));

    public long ReadInt64(string subject) => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long), subject));

    /// <summary>A double of any kind but the negative zero, which the writers write as the positive one: both are the same number.</summary>
    public double ReadDouble(string subject)
    {
        var start = Position;
        var value = BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double), subject));
        return value == 0 && double.IsNegative(value) ? throw Malformed(start, $"0 as {subject}", "-0") : value;
    }

    /// <summary>A count of things of at least so many bytes each.</summary>
    public int ReadCount(string subject, int minimum, int maximum, int bytesEach)
    {
        var start = Position;
        var count = ReadUInt32(subject);
        if (count < minimum || count > maximum)
            throw Malformed(start, $"{minimum} to {maximum} {subject}", $"{count}");
        if ((long)count * bytesEach > Remaining)
            throw Malformed(start, $"{subject} that fit the {Remaining} bytes that are left", $"{count}");
        return (int)count;
    }

    /// <summary>A length of something that is still ahead.</summary>
    public int ReadLength(string subject)
    {
        var start = Position;
        var length = ReadUInt32(subject);
        return length <= Remaining ? (int)length : throw Malformed(start, $"{subject} of at most the {Remaining} bytes that are left", $"{length}");
    }

    public PointId ReadId()
    {
        var length = PointIdFormat.Read(_source[Position..], out var id);
        if (length == 0)
            throw Malformed(Position, "id kind 1 or 2 and its 8 or 16 bytes", Remaining == 0 ? "the end" : $"kind {_source[Position]}, {Remaining} bytes left");
        Position += length;
        return id;
    }

    /// <summary>A text of at most so many UTF-16 code units.</summary>
    public string ReadText(string subject, int lengthMax)
    {
        var start = Position;
        var utf8 = Take(ReadLength(subject), subject);
        if (utf8.Length > lengthMax * Utf8BytesPerCharacterMax)
            throw Malformed(start, $"{subject} of at most {lengthMax} characters", $"{utf8.Length} bytes");
        if (!Utf8.IsValid(utf8))
            throw Malformed(start, $"{subject} in well-formed UTF-8", $"{utf8.Length} other bytes");
        var length = Encoding.UTF8.GetCharCount(utf8);
        return length <= lengthMax ? Encoding.UTF8.GetString(utf8) : throw Malformed(start, $"{subject} of at most {lengthMax} characters", $"{length}");
    }

    /// <summary>Whether the next byte is this one; if so, it is read.</summary>
    public bool NextIs(byte value)
    {
        if (Remaining == 0 || _source[Position] != value)
            return false;
        Position++;
        return true;
    }

    public ReadOnlySpan<byte> Take(int length, string subject)
    {
        if (length > Remaining)
            throw Malformed(Position, $"{length} bytes of {subject}", $"{Remaining} bytes to the end");
        var taken = _source.Slice(Position, length);
        Position += length;
        return taken;
    }

    public static MalformedOperationException Malformed(int offset, string expected, string found) => new(offset, expected, found);
}
