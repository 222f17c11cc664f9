using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster;

/// <summary>An event of the catalog.</summary>
public abstract record CatalogEvent
{
    private protected CatalogEvent()
    {
    }
}

/// <summary>A collection exists from here on. Its sequence number is part of the shards' identities, so that no later collection meets its remains.</summary>
/// <param name="Schema">What the collection is.</param>
public sealed record CollectionCreated(CollectionSchema Schema) : CatalogEvent;

/// <summary>A collection is gone for everybody; the remains of its shards are still to be erased.</summary>
/// <param name="Name">The collection's name.</param>
public sealed record CollectionDropped(CollectionName Name) : CatalogEvent;

/// <summary>Nothing is left of a dropped collection.</summary>
/// <param name="Creation">Sequence number of its creation.</param>
public sealed record CollectionErased(long Creation) : CatalogEvent;
