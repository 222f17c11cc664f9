using System.Collections.Immutable;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Knows which collections there are. A dropped collection is gone at once; erasing its remains is repeated at every start until it has succeeded.
/// </summary>
/// <remarks>
/// It has no snapshots: three events in the life of a collection. Whatever goes wrong with an event stops the actor; the next incarnation reads
/// whether the event was stored. Its shards are not its children and do not notice.
/// </remarks>
internal sealed class CatalogActor : ReceivePersistentActor
{
    private readonly CatalogDirectory _directory;
    private readonly IActorRef _host;
    private readonly Dictionary<long, (ImmutableArray<ShardIdentity> Shards, HashSet<string> Left)> _erasing = [];
    private ImmutableSortedDictionary<CollectionName, CollectionHandle> _collections = ImmutableSortedDictionary<CollectionName, CollectionHandle>.Empty;
    private long _applied;
    private Exception? _stopCause;

    public CatalogActor(CatalogDirectory directory, IActorRef host)
    {
        (_directory, _host) = (directory, host);

        Recover<CatalogEvent>(Replay);
        Recover<UnreadableRecord>(unreadable => throw unreadable.Explained(PersistenceId, LastSequenceNr));
        Recover<RecoveryCompleted>(_ => Open());

        Command<CreateRequest>(Create);
        Command<DropRequest>(Drop);
        Command<ShardErased>(Erased);
    }

    /// <inheritdoc/>
    public override string PersistenceId => "catalog";

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _directory.Failed(Explained(reason));

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _stopCause = Explained(cause);

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _stopCause = Explained(cause);
        Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _directory.Stopped(_stopCause ?? _directory.Unavailable("it has stopped"));
        base.PostStop();
    }

    private void Replay(CatalogEvent catalogEvent)
    {
        if (LastSequenceNr != _applied + 1)
        {
            throw Missing(LastSequenceNr);
        }

        Apply(catalogEvent);
    }

    private void Open()
    {
        if (LastSequenceNr != _applied)
        {
            _stopCause = Missing(LastSequenceNr + 1);
            _directory.Failed(_stopCause);
            Context.Stop(Self);
            return;
        }

        _directory.PublishAll(_collections);
        foreach (var (shards, _) in _erasing.Values)
        {
            _host.Tell(new EraseShards(shards));
        }

        _directory.Opened(Self);
    }

    private void Create(CreateRequest request)
    {
        if (_collections.TryGetValue(request.Schema.Name, out var existing))
        {
            request.Fail(new CollectionAlreadyExistsException(existing.Schema));
            return;
        }

        Persist(new CollectionCreated(request.Schema), created =>
        {
            Apply(created);
            _directory.Publish(_collections);
            request.Complete();
        });
    }

    private void Drop(DropRequest request)
    {
        if (!_collections.TryGetValue(request.Name, out var collection))
        {
            request.Fail(new CollectionNotFoundException(request.Name));
            return;
        }

        Persist(new CollectionDropped(request.Name), dropped =>
        {
            Apply(dropped);
            _directory.Publish(_collections, collection);
            _host.Tell(new EraseShards(_erasing[collection.Creation].Shards));
            request.Complete();
        });
    }

    private void Erased(ShardErased erased)
    {
        foreach (var (creation, (_, left)) in _erasing)
        {
            if (left.Remove(erased.PersistenceId) && left.Count == 0)
            {
                Persist(new CollectionErased(creation), Apply);
                return;
            }
        }
    }

    private void Apply(CatalogEvent catalogEvent)
    {
        _applied = LastSequenceNr;
        switch (catalogEvent)
        {
            case CollectionCreated created:
                _collections = _collections.Add(created.Schema.Name, _directory.HandleOf(created.Schema, LastSequenceNr));
                break;
            case CollectionDropped dropped:
                Remove(dropped.Name);
                break;
            case CollectionErased erased:
                _erasing.Remove(erased.Creation);
                break;
        }
    }

    private void Remove(CollectionName name)
    {
        var collection = _collections[name];
        _collections = _collections.Remove(name);
        var shards = Enumerable.Range(0, collection.Schema.ShardCount)
            .Select(shard => new ShardIdentity(collection.Schema, collection.Creation, shard)).ToImmutableArray();
        _erasing[collection.Creation] = (shards, [.. shards.Select(shard => shard.PersistenceId)]);
    }

    private CorruptionException Missing(long found) =>
        new(PersistenceId, LastSequenceNr, $"events from {_applied + 1}", $"none before {found}");

    private Exception Explained(Exception cause) => cause switch
    {
        AggregateException { InnerException: { } inner } => Explained(inner),
        DiskFullException full => new StorageFullException(full.Path, full),
        CorruptionException or UnsupportedFormatException => cause,
        _ => _directory.Unavailable(cause.Message, cause),
    };
}
