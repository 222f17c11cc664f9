using System.Collections.Immutable;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using Akka.Actor;
using Akka.Pattern;
using Akka.Persistence;

namespace ActorVectorStore.Cluster;

/// <summary>
/// The collections as the catalog last published them, and the way to change them. It owns the handles, which outlive the catalog's incarnations. Any
/// thread; published to by the catalog only.
/// </summary>
public sealed class CatalogDirectory
{
    private static readonly TimeSpan RestartBackoffMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RestartBackoffMax = TimeSpan.FromSeconds(10);

    private readonly ActorDoor _door = new("the catalog");
    private readonly ShardEnvironment _environment;
    private readonly ActorSystem _system;
    private readonly IActorRef _host;
    private readonly Action<StartShard> _start;
    private ImmutableSortedDictionary<CollectionName, CollectionHandle> _collections = ImmutableSortedDictionary<CollectionName, CollectionHandle>.Empty;

    private CatalogDirectory(ActorSystem system, ShardEnvironment environment, IActorRef host) =>
        (_system, _environment, _host, _start) = (system, environment, host, start => host.Tell(start, ActorRefs.NoSender));

    /// <summary>All collections by the ordinal order of their names.</summary>
    public IReadOnlyDictionary<CollectionName, CollectionHandle> Collections => Volatile.Read(ref _collections);

    /// <summary>Memory of all shards' rows that are not on disk yet and of the writes on their way, in bytes.</summary>
    public long MemoryUsedBytes => _environment.Memory.UsedBytes;

    /// <summary>Flushes, checkpoints and deletions of files that run now.</summary>
    public int RunningFlushes => _environment.Lanes.RunningFlushes;

    /// <summary>Compactions that run now.</summary>
    public int RunningCompactions => _environment.Lanes.RunningCompactions;

    /// <summary>Vector indexes that are read or built now.</summary>
    public int RunningIndexings => _environment.Lanes.RunningIndexings;

    /// <summary>Starts the catalog of a system, and, when they are used first, the shards.</summary>
    /// <param name="system">The system; its journal and snapshot store keep everything but the shards' files.</param>
    /// <param name="options">Limits of the shards.</param>
    /// <param name="disk">Where the shards' files are.</param>
    /// <param name="observer">Told what happens in the shards; null: nobody.</param>
    /// <param name="canReopen">Whether a shard that is put away now could be opened again, as its journal is; null: always. Any thread.</param>
    public static CatalogDirectory Start(
        ActorSystem system, ShardOptions options, ShardDisk disk, IShardObserver? observer = null, Func<bool>? canReopen = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(options);
        var memory = new MemoryBudget(options.MemoryBytesMax);
        var environment = new ShardEnvironment(options, disk, new UpkeepLanes(options.CompactionBytesPerSecond), memory, observer)
        {
            CanReopen = canReopen ?? (() => true),
        };
        var host = system.ActorOf(Props.Create(() => new ShardHost(environment)), "shards");
        var directory = new CatalogDirectory(system, environment, host);
        memory.Relieve = directory.RelieveMemory;
        var catalog = Props.Create(() => new CatalogActor(directory, host));
        system.ActorOf(
            BackoffSupervisor.Props(
                Backoff.OnStop(catalog, "catalog", RestartBackoffMin, RestartBackoffMax, 0.2, -1).WithDefaultStoppingStrategy()),
            "catalog");
        return directory;
    }

    /// <summary>Completes when the catalog has recovered; fails if it cannot.</summary>
    public Task ReadyAsync(CancellationToken cancellation) => _door.IncarnationAsync(cancellation);

    /// <summary>Puts away the shards that nobody has used since the last time this happened. As happens each time that <see cref="ShardOptions.PassivateAfter"/> has passed. Completes when they were told, or there is none any more.</summary>
    public Task PassivateIdleAsync()
    {
        var request = new PassivateIdle();
        _host.Tell(request, ActorRefs.NoSender);
        return Task.WhenAny(request.Completion, _system.WhenTerminated);
    }

    /// <summary>Whether a collection is there and was not dropped.</summary>
    public bool Has(CollectionHandle collection)
    {
        ArgumentNullException.ThrowIfNull(collection);
        return Volatile.Read(ref _collections).TryGetValue(collection.Schema.Name, out var there) && ReferenceEquals(there, collection);
    }

    /// <summary>A collection.</summary>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    public CollectionHandle Find(CollectionName name) =>
        Volatile.Read(ref _collections).TryGetValue(name, out var collection) ? collection : throw new CollectionNotFoundException(name);

    /// <summary>Makes a collection; durable on completion. Cancellation after the request was sent ends the waiting only.</summary>
    /// <exception cref="CollectionAlreadyExistsException">The name is taken.</exception>
    public Task CreateAsync(CollectionSchema schema, CancellationToken cancellation) => SendAsync(new CreateRequest(schema), cancellation);

    /// <summary>Removes a collection; durable on completion. Cancellation after the request was sent ends the waiting only.</summary>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    public Task DropAsync(CollectionName name, CancellationToken cancellation) => SendAsync(new DropRequest(name), cancellation);

    /// <summary>Makes a collection of a backup, with its points; durable on completion. Nobody may use the collection meanwhile.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="backup">Where its files are.</param>
    /// <param name="cancellation">Looked at before each MiB; the database is then to be thrown away.</param>
    /// <exception cref="CorruptionException">A file of the backup is damaged.</exception>
    public async Task RestoreAsync(CollectionBackup collection, BackupDirectory backup, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(backup);
        await CreateAsync(collection.Schema, cancellation).ConfigureAwait(false);
        var creation = Find(collection.Schema.Name).Creation;
        for (var number = 0; number < collection.Shards.Count; number++)
        {
            var (shard, identity) = (collection.Shards[number], new ShardIdentity(collection.Schema, creation, number));
            if (shard.Manifest.IsEmpty)
            {
                continue;
            }

            await Task.Run(() => backup.RestoreShard(shard, _environment.Disk.PlaceOf(identity.ActorName), cancellation), cancellation).ConfigureAwait(false);
            await SaveCheckpointAsync(identity.PersistenceId, shard, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits for what is under way, then fails everything that comes later with the cause. Nothing touches the shards' files any more on completion.
    /// </summary>
    public async Task CloseAsync(Exception cause)
    {
        await _door.DrainAsync().ConfigureAwait(false);
        _door.Close(cause);
        var shards = Collections.Values.SelectMany(collection => collection.Shards).ToArray();
        foreach (var shard in shards)
        {
            await shard.DrainAsync().ConfigureAwait(false);
            await shard.SettleAsync().ConfigureAwait(false);
            shard.Close(cause);
        }

        await _environment.Lanes.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Lets go of all shards' files; the actors have stopped.</summary>
    public Task StopKeepersAsync() => Task.WhenAll(Collections.Values.SelectMany(collection => collection.Shards).Select(shard => shard.StopKeeperAsync()));

    /// <summary>The handle of a collection; the same one for every incarnation of the catalog.</summary>
    internal CollectionHandle HandleOf(CollectionSchema schema, long creation) =>
        Volatile.Read(ref _collections).TryGetValue(schema.Name, out var known) && known.Creation == creation
            ? known
            : CollectionHandle.Of(schema, creation, _environment, _start);

    /// <summary>Makes the collections visible that a catalog found when it started; what is there no more fails whoever still waits for it.</summary>
    internal void PublishAll(ImmutableSortedDictionary<CollectionName, CollectionHandle> collections)
    {
        var gone = Volatile.Read(ref _collections).Values.Where(known => !ReferenceEquals(collections.GetValueOrDefault(known.Schema.Name), known)).ToArray();
        Publish(collections, gone);
    }

    /// <summary>Makes a change visible.</summary>
    /// <param name="collections">What there is now.</param>
    /// <param name="gone">What is there no more: whoever still waits for it fails.</param>
    internal void Publish(ImmutableSortedDictionary<CollectionName, CollectionHandle> collections, params ReadOnlySpan<CollectionHandle> gone)
    {
        Volatile.Write(ref _collections, collections);
        foreach (var collection in gone)
        {
            Close(collection);
        }
    }

    private static void Close(CollectionHandle collection)
    {
        foreach (var shard in collection.Shards)
        {
            shard.Close(shard.Unavailable("its collection was dropped"));
        }
    }

    internal void Opened(IActorRef catalog) => _door.Opened(catalog);

    internal void Failed(Exception cause) => _door.Refuse(cause);

    internal void Stopped(Exception cause) => _door.Stopped(cause);

    internal StoreUnavailableException Unavailable(string reason, Exception? cause = null) => _door.Unavailable(reason, cause);

    private async Task SaveCheckpointAsync(string persistenceId, BackupShard shard, CancellationToken cancellation)
    {
        var metadata = new SnapshotMetadata(persistenceId, shard.Index, DateTime.UtcNow);
        var save = new SaveSnapshot(metadata, new ShardManifestBytes(shard.Manifest));
        var answer = await Persistence.Instance.Apply(_system).SnapshotStoreFor("").Ask<object>(save, cancellation).ConfigureAwait(false);
        if (answer is not SaveSnapshotSuccess)
        {
            throw Unavailable("a checkpoint of the backup could not be saved", (answer as SaveSnapshotFailure)?.Cause);
        }
    }

    private void RelieveMemory()
    {
        foreach (var shard in Collections.Values.SelectMany(collection => collection.Shards))
        {
            shard.Relieve();
        }
    }

    private async Task SendAsync(PendingRequest request, CancellationToken cancellation)
    {
        var catalog = await _door.IncarnationAsync(cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        _door.Send(catalog, request);
        await request.Completion.WaitAsync(cancellation).ConfigureAwait(false);
    }
}
