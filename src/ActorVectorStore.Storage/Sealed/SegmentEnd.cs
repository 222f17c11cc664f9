using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// The end of a segment's file: the checksums of all its blocks, the directory and the footer (<see cref="SealedSegmentFormat"/>). Files that agree there are of the same
/// rows, and differ only by what rotted since they were written.
/// </summary>
internal static class SegmentEnd
{
    private const int PieceBytes = 64 << 10;

    /// <summary>Whether two files have the same end. Reads 8 bytes of each 64 KiB of the files, and the directory.</summary>
    /// <param name="segment">The file of a segment, whose directory says where the end begins.</param>
    /// <param name="other">A file with any bytes.</param>
    /// <exception cref="CorruptionException">Both copies of the segment's directory are damaged.</exception>
    public static bool IsSame(IFile segment, IFile other)
    {
        if (other.Length != segment.Length)
            return false;
        var (directory, _) = SegmentOpening.Read(segment);
        var (one, two) = (new byte[PieceBytes], new byte[PieceBytes]);
        for (var at = directory.Checksums.Offset; at < segment.Length; at += PieceBytes)
        {
            var length = (int)Math.Min(PieceBytes, segment.Length - at);
            if (segment.Read(one.AsSpan(0, length), at) != length
                || other.Read(two.AsSpan(0, length), at) != length
                || !one.AsSpan(0, length).SequenceEqual(two.AsSpan(0, length)))
                return false;
        }

        return true;
    }
}
