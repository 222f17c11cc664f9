using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>The fields of a segment header, as laid out by <see cref="SegmentFormat"/>.</summary>
/// <param name="Segment">Number of the segment.</param>
/// <param name="Salt">Salt of the log.</param>
/// <param name="Capacity">Bytes for header and frames.</param>
/// <param name="Damage">
/// What is wrong if the checksum does not fit. A power failure can leave a mix of two headers in a file that was about to be recycled: such a
/// segment has no frames yet. In any other the damage counts.
/// </param>
internal readonly record struct SegmentHeader(uint Segment, ulong Salt, long Capacity, CorruptionException? Damage);
