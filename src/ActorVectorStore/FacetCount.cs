using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore;

/// <summary>
/// Facets over all shards. The values that most points of a shard have need not be those of the collection: so each shard gives all of its values, in their order, and they are
/// merged as they come. Filters are asked side by side, the merge is one thread's.
/// </summary>
internal static class FacetCount
{
    /// <summary>The values that most points have.</summary>
    public static async Task<IReadOnlyList<FacetHit>> ReadAsync(ShardViews shards, FacetRequest request, PayloadIndex index, CancellationToken cancellation)
    {
        var walks = await shards.ReadAsync(.., view => view.WalkFacets(request, index, cancellation), cancellation).ConfigureAwait(false);
        return await shards.RunAsync(() => FacetWalk.Top(walks, index, request.Limit, cancellation), cancellation).ConfigureAwait(false);
    }
}
