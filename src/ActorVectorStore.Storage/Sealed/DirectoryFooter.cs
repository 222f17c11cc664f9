using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>The last 64 bytes of a file, by which the directory's second copy is found.</summary>
internal readonly record struct DirectoryFooter(int DirectoryBytes, SealedSegmentId Id, long FileBytes)
{
    private const int HashAt = 56;

    /// <summary>Offset of the directory's second copy.</summary>
    public long DirectoryOffset => FileBytes - SealedSegmentFormat.FooterBytes - DirectoryBytes;

    public void Write(Span<byte> target)
    {
        target[..SealedSegmentFormat.FooterBytes].Clear();
        SealedSegmentFormat.FooterMagic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], DirectoryBytes);
        Id.Write(target[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], FileBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[HashAt..], XxHash3.HashToUInt64(target[..HashAt]));
    }

    /// <summary>Reads and checks the last bytes of a file of this length.</summary>
    /// <exception cref="CorruptionException">They are not a whole footer, or not of a file of this length.</exception>
    public static DirectoryFooter Read(string file, ReadOnlySpan<byte> source, long fileBytes)
    {
        var offset = fileBytes - SealedSegmentFormat.FooterBytes;
        var expected = BinaryPrimitives.ReadUInt64LittleEndian(source[HashAt..]);
        var found = XxHash3.HashToUInt64(source[..HashAt]);
        if (!source.StartsWith(SealedSegmentFormat.FooterMagic) || expected != found)
            throw new CorruptionException(file, offset, $"a footer with checksum {expected:x16}", $"{found:x16}");
        var footer = new DirectoryFooter(
            BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            SealedSegmentId.Read(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]));
        var isRight = footer.FileBytes == fileBytes
            && footer.DirectoryBytes is >= SealedSegmentFormat.FixedBytes and <= SealedSegmentFormat.DirectoryBytesMax
            && footer.DirectoryOffset >= footer.DirectoryBytes;
        return isRight
            ? footer
            : throw new CorruptionException(
                file, offset, FormattableString.Invariant($"a footer of {fileBytes} bytes"), $"one of {footer.FileBytes} with a directory of {footer.DirectoryBytes}");
    }
}
