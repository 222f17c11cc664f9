using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>How a shard is, for people and metrics.</summary>
/// <param name="Name">The shard and its collection.</param>
/// <param name="Statistics">What it holds; null before it has recovered.</param>
/// <param name="PendingBytes">Memory of the writes that wait.</param>
/// <param name="LastSnapshotFailure">
/// Why the last attempt to save a snapshot, or to let go of what a snapshot covers, failed; null if it succeeded. Nothing is lost by it, but the log
/// grows until an attempt succeeds.
/// </param>
public sealed record ShardHealth(string Name, ShardStatistics? Statistics, long PendingBytes, Exception? LastSnapshotFailure);
