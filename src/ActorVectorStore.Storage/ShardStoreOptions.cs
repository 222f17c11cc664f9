namespace ActorVectorStore.Storage;

/// <summary>Limits of one shard's store.</summary>
/// <param name="SegmentMemoryBytes">
/// Memory of the segment that is written to, from which on it is written to a file. A shard holds about twice as much, and two events more, before
/// <see cref="ShardStore.IsStalled"/>.
/// </param>
/// <param name="SegmentFileBytesMax">Segments are not merged beyond this.</param>
/// <param name="HistoryIndexes">Log indexes before the newest that stay readable without a pin.</param>
public sealed record ShardStoreOptions(long SegmentMemoryBytes = 64L << 20, long SegmentFileBytesMax = 4L << 30, long HistoryIndexes = 0)
{
    /// <summary>A part of what operations mean: only tests set it.</summary>
    internal long CopiedBytesMax { get; init; } = EventStage.CopiedBytesMax;
}
