namespace ActorVectorStore.Model;

/// <summary>A collection of this name exists; it was not changed. Reaction: use it, drop it first, or choose another name.</summary>
public sealed class CollectionAlreadyExistsException : VectorDatabaseException
{
    /// <summary>Describes the collection that is there.</summary>
    public CollectionAlreadyExistsException(CollectionSchema existing)
        : base($"collection: expected a name that is free, found '{existing.Name}', which exists with {string.Join("; ", existing.Vectors)}, "
            + $"in {existing.ShardCount} shard(s).") => Existing = existing;

    /// <summary>The schema of the collection that is there.</summary>
    public CollectionSchema Existing { get; }
}
