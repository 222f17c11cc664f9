using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Told what happens in the shards of a database, for metrics and logs. Called on the thread that it happens on, often an actor's: each member must be quick, must
/// not throw, and may run on several threads at once. Shards are named as in errors.
/// </summary>
public interface IShardObserver
{
    /// <summary>A piece of upkeep ended well, and its result is in use.</summary>
    void UpkeepEnded(UpkeepReport report);

    /// <summary>A piece of upkeep failed; nothing is lost by it.</summary>
    void UpkeepFailed(string shard, UpkeepKind kind, Exception cause);

    /// <summary>Bytes of operations that are durable and applied now: what was written for somebody, before everything that storing them takes.</summary>
    void OperationsApplied(long bytes);

    /// <summary>A write was refused because too much waits or is in memory.</summary>
    void WriteRefused(string shard, WriteBound bound);

    /// <summary>Writes wait from now on until rows are on disk.</summary>
    void WritesStalled(string shard);

    /// <summary>Writes wait no longer, or were failed.</summary>
    void WritesResumed(string shard, TimeSpan stalled);

    /// <summary>A read touched damage: of a derived section it is told once, of any other block each time.</summary>
    void DamageFound(string shard, ShardDamage damage);
}
