namespace ActorVectorStore.Storage;

/// <summary>What a shard holds, for people and metrics; each figure is right for some moment during the call.</summary>
/// <param name="AppliedIndex">Highest log index applied.</param>
/// <param name="LivePoints">Points that a read sees.</param>
/// <param name="DeadRows">Rows of replaced and deleted points whose room is not given back yet.</param>
/// <param name="MemoryBytes">Memory held for rows that are not on disk yet and for finding rows. Open views may hold more that the shard has let go.</param>
/// <param name="OpenViews">Views opened and not disposed of.</param>
/// <param name="SegmentFiles">Sealed segments.</param>
/// <param name="SegmentFileBytes">Length of their files. Files that only open views still read are not counted.</param>
public sealed record ShardStatistics(
    long AppliedIndex, long LivePoints, long DeadRows, long MemoryBytes, int OpenViews, int SegmentFiles, long SegmentFileBytes);
