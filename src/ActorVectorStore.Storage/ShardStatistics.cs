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
    long AppliedIndex, long LivePoints, long DeadRows, long MemoryBytes, int OpenViews, int SegmentFiles, long SegmentFileBytes)
{
    /// <summary>The part of the memory that holds rows which are in no file yet.</summary>
    public long MutableBytes { get; init; }

    /// <summary>The part of the files that is live rows', taken by their number: what is more than it is paid for rows that are not wanted any more.</summary>
    public long LiveFileBytes { get; init; }

    /// <summary>Memory of vector indexes: their codes and graphs.</summary>
    public long VectorIndexBytes { get; init; }

    /// <summary>
    /// Derived sections (payload indexes, lengths of vectors) that reads have found damaged and that are not written anew yet. Reads do without them.
    /// </summary>
    public int DamagedSections { get; init; }
}
