namespace ActorVectorStore.Cluster;

/// <summary>Limits of a shard.</summary>
/// <param name="QueueBytesMax">Most bytes of operations that wait in front of a shard; more are refused. Minimum 1 MiB.</param>
/// <param name="SnapshotEventBytes">A snapshot is taken when the events since the last one have this many bytes. Minimum 1 KiB.</param>
public sealed record ShardOptions(long QueueBytesMax = 128L << 20, long SnapshotEventBytes = 64L << 20);
