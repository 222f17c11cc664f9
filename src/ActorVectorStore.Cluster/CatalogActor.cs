using System.Collections.Immutable;
using System.Globalization;
using ActorVectorStore.Model;
using Akka.Actor;
using Akka.Pattern;
using Akka.Persistence;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Knows which collections there are, and is the parent of their shards. A dropped collection is gone at once; erasing its remains is repeated at
/// every start until it has succeeded.
/// </summary>
public sealed class CatalogActor : ReceivePersistentActor
{
    private static readonly TimeSpan RestartBackoffMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RestartBackoffMax = TimeSpan.FromSeconds(10);

    private readonly CatalogDirectory _directory;
    private readonly ShardOptions _options;
    private readonly Dictionary<long, HashSet<string>> _erasing = [];
    private ImmutableSortedDictionary<CollectionName, CollectionHandle> _collections = ImmutableSortedDictionary<CollectionName, CollectionHandle>.Empty;

    /// <summary>Made by <see cref="Props(CatalogDirectory, ShardOptions)"/>.</summary>
    public CatalogActor(CatalogDirectory directory, ShardOptions options)
    {
        (_directory, _options) = (directory, options);

        Recover<CollectionCreated>(created => Add(created.Schema, LastSequenceNr));
        Recover<CollectionDropped>(dropped => Remove(dropped.Name));
        Recover<CollectionErased>(erased => _erasing.Remove(erased.Creation));
        Recover<RecoveryCompleted>(_ => Start());

        Command<CreateRequest>(Create);
        Command<DropRequest>(Drop);
        Command<ShardErased>(Erased);
    }

    /// <inheritdoc/>
    public override string PersistenceId => "catalog";

    /// <summary>A catalog that publishes to a directory.</summary>
    public static Props Props(CatalogDirectory directory, ShardOptions options) =>
        Akka.Actor.Props.Create(() => new CatalogActor(directory, options));

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _directory.Fail(reason);

    private void Create(CreateRequest request)
    {
        if (_collections.TryGetValue(request.Schema.Name, out var existing))
        {
            Sender.Tell(new CatalogRefused(new CollectionAlreadyExistsException(existing.Schema)));
            return;
        }

        Persist(new CollectionCreated(request.Schema), created =>
        {
            Add(created.Schema, LastSequenceNr);
            StartShards(_collections[created.Schema.Name]);
            Publish();
        });
    }

    private void Drop(DropRequest request)
    {
        if (!_collections.TryGetValue(request.Name, out var collection))
        {
            Sender.Tell(new CatalogRefused(new CollectionNotFoundException(request.Name)));
            return;
        }

        Persist(new CollectionDropped(request.Name), dropped =>
        {
            Remove(dropped.Name);
            StopShards(collection);
            StartErasers(collection.Creation);
            Publish();
        });
    }

    private void Erased(ShardErased erased)
    {
        foreach (var (creation, left) in _erasing)
        {
            if (left.Remove(erased.PersistenceId) && left.Count == 0)
            {
                Persist(new CollectionErased(creation), done => _erasing.Remove(done.Creation));
                return;
            }
        }
    }

    private void Start()
    {
        foreach (var collection in _collections.Values)
        {
            StartShards(collection);
        }

        foreach (var creation in _erasing.Keys)
        {
            StartErasers(creation);
        }

        _directory.Publish(_collections);
    }

    private void Publish()
    {
        _directory.Publish(_collections);
        Sender.Tell(CatalogChanged.Instance);
    }

    private void Add(CollectionSchema schema, long creation) =>
        _collections = _collections.Add(schema.Name, CollectionHandle.Of(schema, creation, _options));

    private void Remove(CollectionName name)
    {
        var collection = _collections[name];
        _collections = _collections.Remove(name);
        _erasing[collection.Creation] =
        [
            .. Enumerable.Range(0, collection.Schema.ShardCount)
                .Select(shard => CollectionHandle.PersistenceIdOf(collection.Schema, collection.Creation, shard)),
        ];
    }

    private void StartShards(CollectionHandle collection)
    {
        for (var shard = 0; shard < collection.Shards.Length; shard++)
        {
            var id = CollectionHandle.PersistenceIdOf(collection.Schema, collection.Creation, shard);
            var (schema, handle, options) = (collection.Schema, collection.Shards[shard], _options);
            var props = Akka.Actor.Props.Create(() => new ShardActor(id, schema, handle, options));
            Context.ActorOf(
                BackoffSupervisor.Props(Backoff.OnStop(props, "shard", RestartBackoffMin, RestartBackoffMax, 0.2, -1)),
                NameOf(collection.Creation, shard));
        }
    }

    private static void StopShards(CollectionHandle collection)
    {
        for (var shard = 0; shard < collection.Shards.Length; shard++)
        {
            Context.Stop(Context.Child(NameOf(collection.Creation, shard)));
        }
    }

    // An eraser may begin while its shard still stops: what that persists last is deleted with the rest, because the journal answers in order.
    private void StartErasers(long creation)
    {
        foreach (var id in _erasing[creation])
        {
            Context.ActorOf(Akka.Actor.Props.Create(() => new ShardEraser(id)));
        }
    }

    private static string NameOf(long creation, int shard) => string.Create(CultureInfo.InvariantCulture, $"{creation}-{shard}");
}
