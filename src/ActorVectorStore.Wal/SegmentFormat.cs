using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// A segment file, format version 1. Its name is the position of its first byte: 16 hexadecimal digits (segment number, then zero) and
/// <c>.wal</c>. Numbers are little-endian.
/// <code>
/// offset size type  header
///      0    8       magic "AVSWAL\r\n"
///      8    4 u32   format version
///     12    4 u32   segment number
///     16    8 u64   salt of the log, the same in all its segments
///     24    8 i64   capacity: bytes for the header and the frames
///     32   24       reserved, zero
///     56    8 u64   checksum: XXH3-64 of the bytes [0, 56)
///     64            frames (<see cref="FrameFormat"/>) up to the end of the log or of the segment; behind them zeros, or what a former life left
///
/// A sealed segment ends its frames with a <see cref="FrameKind.SegmentIndex"/> frame, which may reach beyond the capacity, and its file with
/// offset from the end
///    -24    8       magic "AVSWEND\n"
///    -16    4 u32   offset of the index frame
///    -12    4 u32   segment number
///     -8    8 u64   checksum: XXH3-64 of the 16 bytes before, seeded with the salt
/// </code>
/// History: version 1 is the first.
/// </summary>
internal static class SegmentFormat
{
    public const int Version = 1;
    public const int HeaderBytes = 64;

    /// <summary>What a disk writes whole or not at all.</summary>
    public const int SectorBytes = 512;
    public const int TrailerBytes = 24;
    public const string FileEnding = ".wal";
    public const string SpareEnding = ".spare";

    private const int HeaderChecksumOffset = 56;

    private static ReadOnlySpan<byte> HeaderMagic => "AVSWAL\r\n"u8;

    private static ReadOnlySpan<byte> TrailerMagic => "AVSWEND\n"u8;

    public static string FileName(uint segment) =>
        string.Create(CultureInfo.InvariantCulture, $"{new WalPosition(segment, 0).ToUInt64():x16}{FileEnding}");

    public static string SpareName(uint formerSegment) => string.Create(CultureInfo.InvariantCulture, $"{formerSegment:x8}{SpareEnding}");

    /// <summary>The former segment number in the name of a spare file as <see cref="SpareName"/> makes it; false for every other name.</summary>
    public static bool TryParseSpareName(string name, out uint formerSegment)
    {
        formerSegment = 0;
        return name.Length == 8 + SpareEnding.Length
            && uint.TryParse(name.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out formerSegment)
            && SpareName(formerSegment) == name;
    }

    /// <summary>
    /// Whether the first sector of a file shows that no commit in it was ever synced: each begins behind the header, in the same sector, which is
    /// zeroed there when the file is prepared.
    /// </summary>
    public static bool IsUntouched(IFile file, uint segment)
    {
        Span<byte> sector = stackalloc byte[SectorBytes];
        var header = ReadHeader(file);
        return header.Damage is null
            && (header.Segment != segment || (file.Read(sector, 0) == SectorBytes && !sector[HeaderBytes..].ContainsAnyExcept((byte)0)));
    }

    /// <summary>The segment number in a file name of ours; false for every other name.</summary>
    public static bool TryParseFileName(string name, out uint segment)
    {
        segment = 0;
        if (name.Length != 16 + FileEnding.Length
            || !name.EndsWith(FileEnding, StringComparison.Ordinal)
            || !ulong.TryParse(name.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var position = WalPosition.FromUInt64(value);
        segment = position.Segment;
        return position.Offset == 0 && segment > 0 && FileName(segment) == name;
    }

    public static void WriteHeader(Span<byte> target, uint segment, ulong salt, long capacity)
    {
        target[..HeaderBytes].Clear();
        HeaderMagic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], segment);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], salt);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], capacity);
        BinaryPrimitives.WriteUInt64LittleEndian(target[HeaderChecksumOffset..], XxHash3.HashToUInt64(target[..HeaderChecksumOffset]));
    }

    /// <summary>Reads a header, whichever segment it belongs to; damage behind the magic is told by the result.</summary>
    /// <exception cref="CorruptionException">Not a header of ours.</exception>
    /// <exception cref="UnsupportedFormatException">Written by a newer program.</exception>
    public static SegmentHeader ReadHeader(IFile file)
    {
        Span<byte> bytes = stackalloc byte[HeaderBytes];
        var length = file.Read(bytes, 0);
        if (length < HeaderBytes)
        {
            throw new CorruptionException(file.Path, length, $"a segment header of {HeaderBytes} bytes", $"a file of {length} bytes");
        }

        if (!bytes[..8].SequenceEqual(HeaderMagic))
        {
            throw new CorruptionException(
                file.Path, 0, $"the magic bytes {Convert.ToHexString(HeaderMagic)} of a log segment", Convert.ToHexString(bytes[..8]));
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var expected = XxHash3.HashToUInt64(bytes[..HeaderChecksumOffset]);
        var found = BinaryPrimitives.ReadUInt64LittleEndian(bytes[HeaderChecksumOffset..]);
        if (version > Version && expected == found)
        {
            throw new UnsupportedFormatException(file.Path, version, Version);
        }

        return new SegmentHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            expected == found && version == Version
                ? null
                : new CorruptionException(file.Path, 0, $"a version {Version} header with checksum {expected:x16}", $"version {version} and {found:x16}"));
    }

    public static void WriteTrailer(Span<byte> target, uint segment, ulong salt, uint indexOffset)
    {
        TrailerMagic.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], indexOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], segment);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], XxHash3.HashToUInt64(target[..16], unchecked((long)salt)));
    }

    /// <summary>Where the index frame begins according to a valid trailer of this segment; false if there is none.</summary>
    public static bool TryReadTrailer(ReadOnlySpan<byte> trailer, uint segment, ulong salt, out uint indexOffset)
    {
        indexOffset = BinaryPrimitives.ReadUInt32LittleEndian(trailer[8..]);
        return trailer[..8].SequenceEqual(TrailerMagic)
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer[12..]) == segment
            && BinaryPrimitives.ReadUInt64LittleEndian(trailer[16..]) == XxHash3.HashToUInt64(trailer[..16], unchecked((long)salt));
    }
}
