namespace ActorVectorStore.Wal;

/// <summary>The fields of a valid segment header, as laid out by <see cref="SegmentFormat"/>.</summary>
internal readonly record struct SegmentHeader(uint Segment, ulong Salt, long Capacity);
