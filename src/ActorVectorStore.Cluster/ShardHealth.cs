using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>How a shard is, for people and metrics.</summary>
/// <param name="Name">The shard and its collection.</param>
/// <param name="Statistics">What it holds; null while it is not open: not used yet, or put away.</param>
/// <param name="PendingBytes">Memory of the writes that wait.</param>
/// <param name="LastUpkeepFailure">
/// Why the last attempt to write rows to files, to save a checkpoint, to compact, or to let go of the log failed; null if it succeeded. Nothing is lost by it, but
/// memory, log or disk grow until an attempt succeeds.
/// </param>
public sealed record ShardHealth(string Name, ShardStatistics? Statistics, long PendingBytes, Exception? LastUpkeepFailure)
{
    /// <summary>The damage that a read touched last; null if none did since the database was opened. It may have been mended: see <see cref="DamagedSections"/>.</summary>
    public ShardDamage? LastDamage { get; init; }

    /// <summary>Derived sections that are damaged and not written anew yet: filters on them are answered by scanning meanwhile.</summary>
    public int DamagedSections => Statistics?.DamagedSections ?? 0;
}
