namespace ActorVectorStore.Cluster;

/// <summary>Limits of the shards of one database.</summary>
/// <param name="QueueBytesMax">Most memory of writes that wait in front of a shard; more are refused. Minimum 1 MiB.</param>
/// <param name="SnapshotEventBytes">
/// A snapshot is taken when the events since the last one have this many bytes, and at least as many as the shard has live ones. Minimum 1 KiB.
/// </param>
/// <param name="MemoryBytesMax">Most memory of all shards' rows and of the writes on their way; upserts beyond it are refused.</param>
public sealed record ShardOptions(long QueueBytesMax = 128L << 20, long SnapshotEventBytes = 64L << 20, long MemoryBytesMax = long.MaxValue);
