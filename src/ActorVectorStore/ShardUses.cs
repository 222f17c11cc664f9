using ActorVectorStore.Cluster;
using ActorVectorStore.Storage;

namespace ActorVectorStore;

/// <summary>All shards of a collection, in use by one request: none is put away before this is disposed of, when the request's reads have ended.</summary>
internal sealed class ShardUses : IDisposable
{
    private readonly List<ShardUse> _uses = [];

    private ShardUses()
    {
    }

    /// <summary>Their stores, by the number of the shard.</summary>
    public ShardStore[] Stores => [.. _uses.Select(use => use.Store)];

    /// <summary>Opens all shards that are not open.</summary>
    public static async Task<ShardUses> OfAsync(CollectionHandle collection, CancellationToken cancellation)
    {
        var uses = new ShardUses();
        try
        {
            foreach (var shard in collection.Shards)
            {
                uses._uses.Add(await shard.UseAsync(cancellation).ConfigureAwait(false));
            }

            return uses;
        }
        catch
        {
            uses.Dispose();
            throw;
        }
    }

    public void Dispose() => _uses.ForEach(use => use.Dispose());
}
