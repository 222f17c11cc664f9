using System.Globalization;
using ActorVectorStore.Cluster;
using ActorVectorStore.Model;
using ActorVectorStore.Persistence;
using ActorVectorStore.Storage;
using ActorVectorStore.Wal;
using Akka.Actor;
using Akka.Configuration;

namespace ActorVectorStore;

/// <summary>
/// A vector database inside this process, in one directory: a local actor system without ports, whose shard actors keep their events in the
/// directory's log. See <see cref="IVectorDatabase"/> for what its members promise.
/// </summary>
public sealed class VectorDatabase : IVectorDatabase, IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly WalPersistence _persistence;
    private readonly CatalogDirectory _directory;
    private readonly IActorRef _catalog;
    private int _isDisposed;

    private VectorDatabase(ActorSystem system, WalPersistence persistence, RecoveryReport recovery, VectorDatabaseOptions options)
    {
        (_system, _persistence, Recovery) = (system, persistence, recovery);
        _directory = new CatalogDirectory();
        _catalog = system.ActorOf(
            CatalogActor.Props(_directory, new ShardOptions(options.ShardQueueBytesMax, options.SnapshotEventBytes)), "catalog");
    }

    /// <summary>What opening the log found.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>Counters of the log.</summary>
    public WalStatistics? LogStatistics => _persistence.StatisticsOf();

    /// <summary>
    /// Opens the database in a directory, which is created if missing, and takes the directory until the database is disposed of. Returns when all
    /// shards have recovered.
    /// </summary>
    /// <exception cref="FileSystem.DirectoryLockedException">Another process, or another database of this one, has the directory.</exception>
    /// <exception cref="FileSystem.CorruptionException">Something that was durable is damaged or missing. Nothing was modified.</exception>
    /// <exception cref="FileSystem.UnsupportedFormatException">A newer program wrote the directory. Nothing was modified.</exception>
    public static async Task<VectorDatabase> OpenAsync(
        string directory, VectorDatabaseOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options = (options ?? new VectorDatabaseOptions()).Validated();
        var system = ActorSystem.Create("avs", ConfigurationOf(Path.GetFullPath(directory), options));
        var persistence = WalPersistence.Get(system);
        try
        {
            var recovery = await persistence.OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            var database = new VectorDatabase(system, persistence, recovery, options);
            await database._directory.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (var shard in database._directory.Collections.Values.SelectMany(collection => collection.Shards))
            {
                await shard.StoreAsync(cancellationToken).ConfigureAwait(false);
            }

            return database;
        }
        catch
        {
            await CloseAsync(system, persistence).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task CreateCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return ChangeCatalogAsync(new CreateRequest(schema), cancellationToken);
    }

    /// <inheritdoc/>
    public Task DropCollectionAsync(CollectionName collection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        return ChangeCatalogAsync(new DropRequest(collection), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CollectionName>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<CollectionName>>([.. _directory.Collections.Keys]);
    }

    /// <inheritdoc/>
    public async Task<CollectionInfo> GetCollectionAsync(CollectionName collection, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        var stores = await StoresAsync(found, cancellationToken).ConfigureAwait(false);
        return new CollectionInfo(found.Schema, stores.Sum(store => store.Count), stores.Sum(store => store.MemoryBytes));
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> UpsertAsync(CollectionName collection, IReadOnlyList<Point> points, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckUpsert(found.Schema, points);
        return WriteAsync(found, points, point => point.Id, part => new UpsertPoints(part), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> DeleteAsync(CollectionName collection, IReadOnlyList<PointId> ids, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckIds(ids);
        return WriteAsync(found, ids, id => id, part => new DeletePoints(part), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PointRecord>> GetAsync(
        CollectionName collection,
        IReadOnlyList<PointId> ids,
        PointFields fields = PointFields.Payload,
        CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckIds(ids);
        var records = new Dictionary<PointId, PointRecord>();
        foreach (var part in ids.GroupBy(found.ShardOf))
        {
            var store = await part.Key.StoreAsync(cancellationToken).ConfigureAwait(false);
            using var view = store.OpenView();
            foreach (var record in view.Get([.. part], fields))
            {
                records[record.Id] = record;
            }
        }

        return [.. ids.Where(records.ContainsKey).Select(id => records[id])];
    }

    /// <inheritdoc/>
    public async Task<ScrollPage> ScrollAsync(CollectionName collection, ScrollRequest request, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckScroll(request);
        var pages = await ReadAsync(found, view => view.Scroll(request), cancellationToken).ConfigureAwait(false);
        var points = pages.SelectMany(page => page.Points).OrderBy(point => point.Id).ToArray();
        var next = pages.Where(page => page.NextOffset is not null).Select(page => page.NextOffset!.Value)
            .Concat(points.Skip(request.Limit).Select(point => point.Id));
        return new ScrollPage([.. points.Take(request.Limit)], next.Any() ? next.Min() : null);
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(CollectionName collection, CancellationToken cancellationToken = default)
    {
        var stores = await StoresAsync(Find(collection), cancellationToken).ConfigureAwait(false);
        return stores.Sum(store => store.Count);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScoredPoint>> SearchAsync(
        CollectionName collection, SearchRequest request, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckSearch(found.Schema, request);
        return (await SearchShardsAsync(found, [request], cancellationToken).ConfigureAwait(false))[0];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<ScoredPoint>>> SearchBatchAsync(
        CollectionName collection, IReadOnlyList<SearchRequest> requests, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckSearchBatch(found.Schema, requests);
        return SearchShardsAsync(found, requests, cancellationToken);
    }

    /// <summary>Completes the writes under way, stops the actors, closes the log and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        foreach (var shard in _directory.Collections.Values.SelectMany(collection => collection.Shards))
        {
            await shard.DrainAsync().ConfigureAwait(false);
        }

        await CloseAsync(_system, _persistence).ConfigureAwait(false);
    }

    private static Config ConfigurationOf(string directory, VectorDatabaseOptions options)
    {
        var quoted = directory.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        var own = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            akka {
              loggers = []
              loglevel = OFF
              stdout-loglevel = OFF
              log-dead-letters = off
              coordinated-shutdown.exit-clr = off
              coordinated-shutdown.run-by-clr-shutdown-hook = off
              persistence {
                journal.plugin = "{{WalPersistence.JournalPath}}"
                snapshot-store.plugin = "{{WalPersistence.SnapshotStorePath}}"
                wal.directory = "{{quoted}}"
                wal.segment-bytes = {{options.LogSegmentBytes}}
              }
            }
            """);
        return ConfigurationFactory.ParseString(own)
            .WithFallback(ConfigurationFactory.ParseString(StoredRecordSerializer.Configuration))
            .WithFallback(WalPersistence.DefaultConfiguration());
    }

    private static async Task CloseAsync(ActorSystem system, WalPersistence persistence)
    {
        await system.Terminate().ConfigureAwait(false);
        await persistence.Closed.ConfigureAwait(false);
    }

    private static async Task<ShardStore[]> StoresAsync(CollectionHandle collection, CancellationToken cancellation)
    {
        var stores = new ShardStore[collection.Shards.Length];
        for (var shard = 0; shard < stores.Length; shard++)
        {
            stores[shard] = await collection.Shards[shard].StoreAsync(cancellation).ConfigureAwait(false);
        }

        return stores;
    }

    /// <summary>Reads every shard on a thread of the pool, each at one index.</summary>
    private static async Task<TPart[]> ReadAsync<TPart>(CollectionHandle collection, Func<ReadView, TPart> read, CancellationToken cancellation)
    {
        var stores = await StoresAsync(collection, cancellation).ConfigureAwait(false);
        return await Task.WhenAll(stores.Select(store => Task.Run(
            () =>
            {
                using var view = store.OpenView();
                return read(view);
            },
            cancellation))).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<IReadOnlyList<ScoredPoint>>> SearchShardsAsync(
        CollectionHandle collection, IReadOnlyList<SearchRequest> requests, CancellationToken cancellation)
    {
        // Whatever a shard has, the merged window may begin with the best of another: each is asked for all of it.
        var wide = requests.Select(request => request with { Offset = 0, Limit = request.Offset + request.Limit }).ToArray();
        var parts = await ReadAsync(collection, view => view.SearchBatch(wide, cancellation), cancellation).ConfigureAwait(false);
        var order = Comparer<ScoredPoint>.Create((left, right) => collection.Schema.Distance.Compare(left.Score, left.Id, right.Score, right.Id));
        var answers = new IReadOnlyList<ScoredPoint>[requests.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var query = i;
            answers[i] = [.. parts.SelectMany(part => part[query]).Order(order).Skip(requests[i].Offset).Take(requests[i].Limit)];
        }

        return answers;
    }

    private static async Task<WriteReceipt> WriteAsync<TItem>(
        CollectionHandle collection,
        IReadOnlyList<TItem> items,
        Func<TItem, PointId> idOf,
        Func<IReadOnlyList<TItem>, ShardOperation> operationOf,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var parts = items.GroupBy(item => ShardRouting.ShardOf(idOf(item), collection.Schema.ShardCount));
        var positions = await Task.WhenAll(parts.Select(async part => new ShardPosition(
            part.Key,
            await collection.Shards[part.Key].WriteAsync(operationOf([.. part]), cancellation).ConfigureAwait(false)))).ConfigureAwait(false);
        Array.Sort(positions, (left, right) => left.Shard.CompareTo(right.Shard));
        return new WriteReceipt(positions);
    }

    private async Task ChangeCatalogAsync(object request, CancellationToken cancellation)
    {
        ThrowIfDisposed();
        var answer = await _catalog.Ask<object>(request, Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
        if (answer is CatalogRefused refused)
        {
            throw refused.Cause;
        }
    }

    private CollectionHandle Find(CollectionName collection)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(collection);
        return _directory.Find(collection);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
}
