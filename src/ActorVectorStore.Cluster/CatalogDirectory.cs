using System.Collections.Immutable;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster;

/// <summary>The collections as the catalog last published them. Any thread; written by the catalog only.</summary>
public sealed class CatalogDirectory
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableSortedDictionary<CollectionName, CollectionHandle> _collections = ImmutableSortedDictionary<CollectionName, CollectionHandle>.Empty;

    /// <summary>Completes when the catalog has recovered; fails if it cannot.</summary>
    public Task Ready => _ready.Task;

    /// <summary>All collections by the ordinal order of their names.</summary>
    public IReadOnlyDictionary<CollectionName, CollectionHandle> Collections => Volatile.Read(ref _collections);

    /// <summary>A collection.</summary>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    public CollectionHandle Find(CollectionName name) =>
        Volatile.Read(ref _collections).TryGetValue(name, out var collection) ? collection : throw new CollectionNotFoundException(name);

    internal void Publish(ImmutableSortedDictionary<CollectionName, CollectionHandle> collections)
    {
        Volatile.Write(ref _collections, collections);
        _ready.TrySetResult();
    }

    internal void Fail(Exception cause) => _ready.TrySetException(cause);
}
