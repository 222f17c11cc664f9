namespace ActorVectorStore.Model;

/// <summary>There is no collection of this name. Nothing was applied. Reaction: create it, or use another name.</summary>
public sealed class CollectionNotFoundException : VectorDatabaseException
{
    /// <summary>Names the collection that was asked for.</summary>
    public CollectionNotFoundException(CollectionName collection)
        : base($"collection: expected the name of an existing collection, found '{collection}', which does not exist.") => Collection = collection;

    /// <summary>The name that was asked for.</summary>
    public CollectionName Collection { get; }
}
