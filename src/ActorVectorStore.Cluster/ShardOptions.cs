namespace ActorVectorStore.Cluster;

/// <summary>Limits of the shards of one database.</summary>
/// <param name="QueueBytesMax">Most memory of writes that wait in front of a shard; more are refused. Minimum 1 MiB.</param>
/// <param name="CheckpointEventBytes">A checkpoint is made when the events since the last one have this many bytes. Minimum 1 KiB.</param>
/// <param name="MemoryBytesMax">Most memory of all shards' rows that are not on disk yet and of the writes on their way; upserts beyond it have to wait.</param>
/// <param name="SegmentMemoryBytes">Memory of the rows of one shard from which on they are written to a file. Minimum 1 MiB.</param>
/// <param name="HistoryIndexes">Log indexes before the newest that stay readable without a pin.</param>
/// <param name="CompactionBytesPerSecond">Bytes that compaction in the background writes in a second, over all shards, at most.</param>
/// <param name="PassivateAfter">A shard that nobody used for this time is put away, within three times it; null: never.</param>
public sealed record ShardOptions(
    long QueueBytesMax = 128L << 20,
    long CheckpointEventBytes = 64L << 20,
    long MemoryBytesMax = long.MaxValue,
    long SegmentMemoryBytes = 64L << 20,
    long HistoryIndexes = 0,
    long CompactionBytesPerSecond = 128L << 20,
    TimeSpan? PassivateAfter = null);
