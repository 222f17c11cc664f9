using System.IO.Hashing;

namespace ActorVectorStore.Storage;

/// <summary>
/// The checksum of a block. It depends on the segment and on the block's place, so that a block of another segment or of another place is not taken
/// for the right one.
/// </summary>
internal readonly struct BlockChecksum
{
    private readonly long _seed;

    public BlockChecksum(SealedSegmentId segment)
    {
        Span<byte> id = stackalloc byte[SealedSegmentId.Bytes];
        segment.Write(id);
        _seed = unchecked((long)XxHash3.HashToUInt64(id));
    }

    /// <summary>The checksum of the bytes at this offset of the file.</summary>
    public ulong Of(ReadOnlySpan<byte> block, long offset) => XxHash3.HashToUInt64(block, unchecked(_seed + offset));
}
