using System.Collections.Immutable;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster;

/// <summary>From callers to the catalog: make a collection. Settled when that is durable and visible in the <see cref="CatalogDirectory"/>.</summary>
internal sealed class CreateRequest(CollectionSchema schema) : PendingRequest
{
    public CollectionSchema Schema { get; } = schema;
}

/// <summary>From callers to the catalog: remove a collection. Settled when that is durable and visible in the <see cref="CatalogDirectory"/>.</summary>
internal sealed class DropRequest(CollectionName name) : PendingRequest
{
    public CollectionName Name { get; } = name;
}

/// <summary>From a shard's handle to the host of shards: somebody wants to use the shard.</summary>
internal sealed record StartShard(ShardIdentity Shard, ShardHandle Handle);

/// <summary>To the host of shards, from its timer: shards that nobody has used since the last time shall be put away. Settled when they were told.</summary>
internal sealed class PassivateIdle : PendingRequest;

/// <summary>From the host of shards to a shard that is not used: rest, if there is nothing to do. Answered by <see cref="ShardRests"/>, or not at all.</summary>
/// <param name="ActorName">The shard, as its host knows it.</param>
internal sealed record Rest(string ActorName);

/// <summary>From a shard to its host: nobody uses it any more, and it takes no message any more; it shall be stopped.</summary>
/// <param name="ActorName">As in <see cref="Rest"/>.</param>
internal sealed record ShardRests(string ActorName);

/// <summary>From the catalog to the host of shards: nothing shall be left of these. Answered by one <see cref="ShardErased"/> for each.</summary>
internal sealed record EraseShards(ImmutableArray<ShardIdentity> Shards);

/// <summary>From an eraser through the host to the catalog: nothing is left of a shard.</summary>
/// <param name="PersistenceId">The shard.</param>
internal sealed record ShardErased(string PersistenceId);
