using System.Buffers.Binary;
using System.Text;

namespace ActorVectorStore.Model;

/// <summary>
/// The stored form of a <see cref="PayloadIndex"/>, in events, manifests and index sections. Little-endian. There is exactly one encoding of an
/// index.
/// </summary>
/// <remarks>
/// <code>
/// offset  size  type  meaning
/// 0       1     u8    version; 0 is reserved
/// 1       1     u8    kind (<see cref="PayloadIndexKind"/>)
/// 2       2     u16   B: bytes of the path, at least 1
/// 4       1     u8    tokenizer (<see cref="TokenizerKind"/>); 0 for all kinds but text
/// 5       1     u8    1: tokens in lower case; otherwise 0, and 0 for all kinds but text
/// 6       2           reserved, 0
/// 8       4     u32   characters of the shortest token; 0 for none, and for all kinds but text
/// 12      4     u32   characters of the longest token; 0 for none, and for all kinds but text
/// 16      B           UTF-8: the path as <see cref="PayloadPath.ToString"/> writes it
/// </code>
/// <para>History: version 1, the first.</para>
/// </remarks>
public static class PayloadIndexFormat
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    /// <summary>Bytes of the longest form.</summary>
    public const int BytesMax = FixedBytes + (ModelLimits.PathLengthMax * Utf8BytesPerCharMax);

    internal const int FixedBytes = 16;

    private const int Utf8BytesPerCharMax = 3;
    private const int KindAt = 1;
    private const int PathBytesAt = 2;
    private const int TokenizerAt = 4;
    private const int LowercaseAt = 5;
    private const int ReserveAt = 6;
    private const int LengthMinAt = 8;
    private const int LengthMaxAt = 12;

    /// <summary>Bytes of this index.</summary>
    public static int Size(PayloadIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return FixedBytes + Encoding.UTF8.GetByteCount(index.Path.ToString());
    }

    /// <summary>Writes the index; returns its bytes. The target must have room for them.</summary>
    public static int Write(PayloadIndex index, Span<byte> target)
    {
        ArgumentNullException.ThrowIfNull(index);
        var pathBytes = Encoding.UTF8.GetBytes(index.Path.ToString(), target[FixedBytes..]);
        target[..FixedBytes].Clear();
        target[0] = Version;
        target[KindAt] = (byte)index.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(target[PathBytesAt..], (ushort)pathBytes);
        if (index.TextOptions is { } text)
            WriteOptions(text, target);
        return FixedBytes + pathBytes;
    }

    /// <summary>Reads the index at the start of the bytes, which may go on behind it.</summary>
    /// <param name="source">The bytes; none are believed.</param>
    /// <param name="bytesRead">Bytes of the index.</param>
    /// <exception cref="MalformedOperationException">They are no index; offsets count from the start of <paramref name="source"/>.</exception>
    /// <exception cref="UnsupportedOperationException">A newer program wrote them.</exception>
    public static PayloadIndex Read(ReadOnlySpan<byte> source, out int bytesRead)
    {
        if (source.Length < FixedBytes)
            throw new MalformedOperationException(0, $"a payload index of at least {FixedBytes} bytes", $"{source.Length}");
        if (source[0] > Version)
            throw new UnsupportedOperationException("payload index version", source[0], Version);
        if (source[0] == 0)
            throw new MalformedOperationException(0, $"payload index version 1 to {Version}", "0");
        if (BinaryPrimitives.ReadUInt16LittleEndian(source[ReserveAt..]) != 0)
            throw new MalformedOperationException(ReserveAt, "0 in the reserve", "another value");
        bytesRead = FixedBytes + BinaryPrimitives.ReadUInt16LittleEndian(source[PathBytesAt..]);
        if (bytesRead > source.Length)
            throw new MalformedOperationException(PathBytesAt, $"a path of at most {source.Length - FixedBytes} bytes", $"{bytesRead - FixedBytes}");
        try
        {
            return new PayloadIndex(ReadPath(source[FixedBytes..bytesRead]), (PayloadIndexKind)source[KindAt], ReadOptions(source));
        }
        catch (InvalidRequestException error)
        {
            throw new MalformedOperationException(KindAt, $"a payload index with {error.Subject} of {error.Expected}", error.Found);
        }
    }

    private static void WriteOptions(TextIndexOptions options, Span<byte> target)
    {
        target[TokenizerAt] = (byte)options.Tokenizer;
        target[LowercaseAt] = options.IsLowercase ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(target[LengthMinAt..], options.TokenLengthMin ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(target[LengthMaxAt..], options.TokenLengthMax ?? 0);
    }

    private static PayloadPath ReadPath(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        var path = PayloadPath.Parse(text);
        // Bytes that are not UTF-8 became another character, and differ here too.
        return Encoding.UTF8.GetBytes(path.ToString()).AsSpan().SequenceEqual(utf8)
            ? path
            : throw new MalformedOperationException(FixedBytes, "a path in its shortest form", Quotation.Of(text));
    }

    private static TextIndexOptions? ReadOptions(ReadOnlySpan<byte> source)
    {
        var options = source[TokenizerAt..FixedBytes];
        if (source[KindAt] != (byte)PayloadIndexKind.Text)
            return options.ContainsAnyExcept((byte)0) ? throw new MalformedOperationException(TokenizerAt, "no options of texts", "some") : null;
        return source[LowercaseAt] > 1
            ? throw new MalformedOperationException(LowercaseAt, "0 or 1", $"{source[LowercaseAt]}")
            : new TextIndexOptions(
                (TokenizerKind)source[TokenizerAt], source[LowercaseAt] == 1, ReadLength(source[LengthMinAt..]), ReadLength(source[LengthMaxAt..]));
    }

    private static int? ReadLength(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt32LittleEndian(source) is var length && length == 0 ? null : length;
}
