using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster;

/// <summary>From the front door to the catalog: make a collection. Answered by <see cref="CatalogChanged"/> or <see cref="CatalogRefused"/>.</summary>
/// <param name="Schema">What it shall be.</param>
public sealed record CreateRequest(CollectionSchema Schema);

/// <summary>From the front door to the catalog: remove a collection. Answered by <see cref="CatalogChanged"/> or <see cref="CatalogRefused"/>.</summary>
/// <param name="Name">Which.</param>
public sealed record DropRequest(CollectionName Name);

/// <summary>The change is durable and visible in the <see cref="CatalogDirectory"/>.</summary>
public sealed record CatalogChanged
{
    /// <summary>The one instance.</summary>
    public static CatalogChanged Instance { get; } = new();
}

/// <summary>The change was not made.</summary>
/// <param name="Cause">Why.</param>
public sealed record CatalogRefused(Exception Cause);

/// <summary>From an eraser to the catalog: nothing is left of a shard.</summary>
/// <param name="PersistenceId">The shard.</param>
internal sealed record ShardErased(string PersistenceId);
