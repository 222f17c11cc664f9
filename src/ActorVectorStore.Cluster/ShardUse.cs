using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>A shard's store, which stays open as long as this is not disposed of: the shard is not put away. Dispose of it when all that was begun with the store has ended.</summary>
public sealed class ShardUse : IDisposable
{
    private RestGate? _gate;

    internal ShardUse(ShardStore store, RestGate gate) => (Store, _gate) = (store, gate);

    /// <summary>The store.</summary>
    public ShardStore Store { get; }

    /// <summary>Ends the use.</summary>
    public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave();
}
