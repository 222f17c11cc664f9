using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>What all shards of one database share.</summary>
/// <param name="Options">Their limits.</param>
/// <param name="Disk">Where their files are.</param>
/// <param name="Lanes">Where their background work runs.</param>
/// <param name="Memory">What they may hold in memory.</param>
/// <param name="Observer">Told what happens; null: nobody.</param>
internal sealed record ShardEnvironment(ShardOptions Options, ShardDisk Disk, UpkeepLanes Lanes, MemoryBudget Memory, IShardObserver? Observer = null)
{
    /// <summary>Whether a shard that is put away now could be opened again.</summary>
    public Func<bool> CanReopen { get; init; } = () => true;

    /// <summary>Limits of one store.</summary>
    public ShardStoreOptions StoreOptions { get; } = new(Options.SegmentMemoryBytes, HistoryIndexes: Options.HistoryIndexes);
}
