using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>Reads the directory of a segment file from its head or, if that is damaged, from its end.</summary>
internal static class SegmentOpening
{
    private const int FileBytesMin = SealedSegmentFormat.PageBytes + SealedSegmentFormat.FixedBytes + SealedSegmentFormat.FooterBytes;

    /// <summary>The directory, and the damage of the head if it was read from the end.</summary>
    /// <exception cref="CorruptionException">Neither copy is whole; the exception is about the first.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote the file.</exception>
    public static (SegmentDirectory Directory, CorruptionException? HeadDamage) Read(IFile file)
    {
        try
        {
            return (ReadHead(file), null);
        }
        catch (CorruptionException damage)
        {
            try
            {
                return (ReadEnd(file), damage);
            }
            catch (CorruptionException)
            {
                throw damage;
            }
        }
    }

    /// <summary>The directory at the start of the file.</summary>
    /// <exception cref="CorruptionException">It is not whole.</exception>
    public static SegmentDirectory ReadHead(IFile file) => ReadDirectory(file, 0, file.Length);

    /// <summary>The directory at the end of the file.</summary>
    /// <exception cref="CorruptionException">It is not whole.</exception>
    public static SegmentDirectory ReadEnd(IFile file)
    {
        var length = RequireLength(file);
        Span<byte> bytes = stackalloc byte[SealedSegmentFormat.FooterBytes];
        Fill(file, bytes, length - bytes.Length);
        var footer = DirectoryFooter.Read(file.Path, bytes, length);
        var directory = ReadDirectory(file, footer.DirectoryOffset, length);
        return directory.Id == footer.Id
            ? directory
            : throw new CorruptionException(file.Path, footer.DirectoryOffset, $"the directory of segment {footer.Id}", $"{directory.Id}");
    }

    private static SegmentDirectory ReadDirectory(IFile file, long offset, long fileBytes)
    {
        RequireLength(file);
        Span<byte> preambleBytes = stackalloc byte[SealedSegmentFormat.PreambleBytes];
        Fill(file, preambleBytes, offset);
        var preamble = DirectoryPreamble.Read(file.Path, offset, preambleBytes, fileBytes);
        var bytes = new byte[preamble.DirectoryBytes];
        Fill(file, bytes, offset);
        return new DirectoryReader(file.Path, offset, bytes).Read(preamble);
    }

    private static long RequireLength(IFile file)
    {
        var length = file.Length;
        return length >= FileBytesMin
            ? length
            : throw new CorruptionException(
                file.Path, 0, $"a sealed segment of at least {FileBytesMin} bytes", FormattableString.Invariant($"{length} bytes"));
    }

    private static void Fill(IFile file, Span<byte> bytes, long offset)
    {
        var read = file.Read(bytes, offset);
        if (read < bytes.Length)
            throw new CorruptionException(file.Path, offset, $"{bytes.Length} bytes", $"the end of the file after {read}");
    }
}
