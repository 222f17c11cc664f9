using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>The first 64 bytes of a directory, the same in every version of <see cref="SealedSegmentFormat"/>.</summary>
internal readonly record struct DirectoryPreamble(ushort Major, ushort Minor, int DirectoryBytes, SealedSegmentId Id, long FileBytes, int HeadBytes)
{
    /// <summary>Where the length of the directory is.</summary>
    public const int DirectoryBytesAt = 12;

    private const int ReserveAt = 44;
    private const int HashAt = 56;

    /// <summary>Whether the file may hold more than this program knows of.</summary>
    public bool IsNewerMinor => Minor > SealedSegmentFormat.MinorVersion;

    public void Write(Span<byte> target)
    {
        target[..SealedSegmentFormat.PreambleBytes].Clear();
        SealedSegmentFormat.DirectoryMagic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], Major);
        BinaryPrimitives.WriteUInt16LittleEndian(target[10..], Minor);
        BinaryPrimitives.WriteInt32LittleEndian(target[DirectoryBytesAt..], DirectoryBytes);
        Id.Write(target[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], FileBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[40..], HeadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[HashAt..], XxHash3.HashToUInt64(target[..HashAt]));
    }

    /// <summary>Reads and checks the 64 bytes that were found at an offset of a file of this length.</summary>
    /// <exception cref="CorruptionException">They are not a whole preamble, or not of a file of this length.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    public static DirectoryPreamble Read(string file, long offset, ReadOnlySpan<byte> source, long fileBytes)
    {
        if (!source.StartsWith(SealedSegmentFormat.DirectoryMagic))
        {
            var magic = Convert.ToHexString(SealedSegmentFormat.DirectoryMagic);
            throw new CorruptionException(file, offset, $"the magic bytes {magic} of a sealed segment", Convert.ToHexString(source[..8]));
        }

        var expected = BinaryPrimitives.ReadUInt64LittleEndian(source[HashAt..]);
        var found = XxHash3.HashToUInt64(source[..HashAt]);
        if (expected != found)
            throw new CorruptionException(file, offset, $"a preamble with checksum {expected:x16}", $"{found:x16}");
        var preamble = new DirectoryPreamble(
            BinaryPrimitives.ReadUInt16LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(source[10..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[DirectoryBytesAt..]),
            SealedSegmentId.Read(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[40..]));
        if (preamble.Major > SealedSegmentFormat.MajorVersion)
            throw new UnsupportedFormatException(file, preamble.Major, SealedSegmentFormat.MajorVersion);
        preamble.Require(file, offset, source, fileBytes);
        return preamble;
    }

    private void Require(string file, long offset, ReadOnlySpan<byte> source, long fileBytes)
    {
        if (Major == 0)
            throw new CorruptionException(file, offset + 8, $"a major version of at least 1", "0");
        if (FileBytes != fileBytes)
            throw new CorruptionException(file, offset + 32, Text($"a file of {FileBytes} bytes"), Text($"{fileBytes}"));
        if (DirectoryBytes < SealedSegmentFormat.FixedBytes
            || DirectoryBytes > SealedSegmentFormat.DirectoryBytesMax
            || DirectoryBytes % SealedSegmentFormat.AlignmentBytes != 0)
            throw new CorruptionException(file, offset + DirectoryBytesAt, "a directory's length", Text($"{DirectoryBytes}"));
        // H is a multiple of the alignment in every version: sections begin behind it.
        if (HeadBytes < DirectoryBytes
            || HeadBytes % SealedSegmentFormat.PageBytes != 0
            || fileBytes > SealedSegmentFormat.FileBytesMax
            || fileBytes - SealedSegmentFormat.FooterBytes - DirectoryBytes < HeadBytes)
            throw new CorruptionException(file, offset + 40, Text($"a head that fits {fileBytes} bytes"), Text($"{HeadBytes}"));
        if (!IsNewerMinor && source[ReserveAt..HashAt].ContainsAnyExcept((byte)0))
            throw new CorruptionException(file, offset + ReserveAt, "0 in the reserve", "another value");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
