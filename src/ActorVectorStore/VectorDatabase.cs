using System.Globalization;
using ActorVectorStore.Cluster;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Persistence;
using ActorVectorStore.Storage;
using ActorVectorStore.Wal;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace ActorVectorStore;

/// <summary>
/// A vector database inside this process, in one directory: a local actor system without ports, whose shard actors keep their events in the
/// directory's log. See <see cref="IVectorDatabase"/> for what its members promise.
/// </summary>
public sealed class VectorDatabase : IVectorDatabase, IAsyncDisposable
{
    /// <summary>The folder in a database's directory that has a folder for each shard with its files.</summary>
    public const string ShardsFolder = "shards";

    /// <summary>The file that a database's directory has while it is restored from a backup: one that still has it later is not whole.</summary>
    public const string RestoringMark = "RESTORING";

    /// <summary>Name of the <see cref="System.Diagnostics.Metrics.Meter"/> that each database has from its opening to its disposal. The room's README lists its instruments.</summary>
    public const string MeterName = "ActorVectorStore";

    /// <summary>The meter's tag with the full path of the database's directory.</summary>
    public const string DirectoryTag = "actorvectorstore.directory";

    private readonly string _path;
    private readonly ActorSystem _system;
    private readonly WalPersistence _persistence;
    private readonly CatalogDirectory _directory;
    private readonly ReaderSlots _readers = new();
    private int _isDisposed;

    private VectorDatabase(
        string path,
        ActorSystem system,
        WalPersistence persistence,
        RecoveryReport recovery,
        VectorDatabaseOptions options,
        DatabaseMetrics metrics,
        ShardDisk disk)
    {
        (_path, _system, _persistence, Recovery, Metrics) = (path, system, persistence, recovery, metrics);
        var limits = new ShardOptions(
            options.ShardQueueBytesMax,
            options.CheckpointEventBytes,
            options.MemoryBytesMax,
            options.SegmentMemoryBytes,
            options.HistoryIndexes,
            options.CompactionBytesPerSecond,
            options.PassivateAfter);
        _directory = CatalogDirectory.Start(system, limits, disk, metrics.Shards, () => LogStatistics is { Poisoned: null });
        metrics.Opened(_directory, disk, () => LogStatistics);
    }

    /// <summary>What opening the log found.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>The collections.</summary>
    internal CatalogDirectory Catalog => _directory;

    /// <summary>Where reads run.</summary>
    internal ReaderSlots Readers => _readers;

    /// <summary>What the database's meter measures.</summary>
    internal DatabaseMetrics Metrics { get; }

    /// <summary>Puts away the shards that nobody has used since the last time, as happens each time that <see cref="VectorDatabaseOptions.PassivateAfter"/> has passed.</summary>
    internal Task PassivateIdleAsync() => _directory.PassivateIdleAsync();

    /// <summary>Counters of the log.</summary>
    public WalStatistics? LogStatistics => _persistence.StatisticsOf();

    /// <summary>How the shards of a collection are, by number. Opens none.</summary>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    public IReadOnlyList<ShardHealth> HealthOf(CollectionName collection) => [.. Find(collection).Shards.Select(shard => shard.Health)];

    /// <summary>
    /// Opens the database in a directory, which is created if missing, and takes the directory until the database is disposed of. Returns when it is known
    /// which collections there are; a shard recovers when it is used first, and one that cannot stops no other.
    /// </summary>
    /// <remarks>
    /// Where the log or the names in the directory are damaged, nothing is modified. Where only a record of the catalog is, the log
    /// has been opened before: a torn tail was cut, and remains of dropped collections may have been erased; nothing that counts was touched.
    /// </remarks>
    /// <exception cref="FileSystem.DirectoryLockedException">Another process, or another database of this one, has the directory.</exception>
    /// <exception cref="FileSystem.CorruptionException">Something that was durable is damaged or missing.</exception>
    /// <exception cref="FileSystem.UnsupportedFormatException">A newer program wrote the directory.</exception>
    /// <exception cref="IOException">The directory is that of a backup: it is restored to another one.</exception>
    public static Task<VectorDatabase> OpenAsync(
        string directory, VectorDatabaseOptions? options = null, CancellationToken cancellationToken = default) =>
        OpenAsync(directory, options, PhysicalFileSystem.Instance, cancellationToken);

    /// <summary>Opens a database on another file system than the operating system's.</summary>
    internal static Task<VectorDatabase> OpenAsync(
        string directory, VectorDatabaseOptions? options, IFileSystem fileSystem, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        DatabaseBackup.RequireWholeDatabase(fileSystem, Path.GetFullPath(directory));
        return OpenMarkedAsync(directory, options, fileSystem, cancellationToken);
    }

    /// <summary>Opens a database that may be marked as not restored to its end.</summary>
    internal static async Task<VectorDatabase> OpenMarkedAsync(
        string directory, VectorDatabaseOptions? options, IFileSystem fileSystem, CancellationToken cancellationToken)
    {
        options = (options ?? new VectorDatabaseOptions()).Validated();
        var metrics = new DatabaseMetrics(Path.GetFullPath(directory), fileSystem, options.LoggerFactory);
        ActorSystem? system = null;
        try
        {
            var setup = ActorSystemSetup.Create(
                BootstrapSetup.Create().WithConfig(ConfigurationOf(Path.GetFullPath(directory), options)), new WalPersistenceSetup(metrics.FileSystem));
            system = ActorSystem.Create("avs", setup);
            var persistence = WalPersistence.Get(system);
            var recovery = await persistence.OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            var disk = new ShardDisk(metrics.FileSystem, Path.Combine(Path.GetFullPath(directory), ShardsFolder), options.PayloadCacheBytes);
            var database = new VectorDatabase(Path.GetFullPath(directory), system, persistence, recovery, options, metrics, disk);
            await database._directory.ReadyAsync(cancellationToken).ConfigureAwait(false);
            return database;
        }
        catch
        {
            metrics.Dispose();
            if (system is not null)
            {
                await CloseAsync(system).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public Task CreateCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ThrowIfDisposed();
        return _directory.CreateAsync(schema, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DropCollectionAsync(CollectionName collection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ThrowIfDisposed();
        return _directory.DropAsync(collection, cancellationToken);
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
        using var uses = await ShardUses.OfAsync(found, cancellationToken).ConfigureAwait(false);
        return new CollectionInfo(found.Schema, uses.Stores.Sum(store => store.Count), uses.Stores.Sum(store => store.MemoryBytes));
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> UpsertAsync(CollectionName collection, IReadOnlyList<Point> points, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckUpsert(found.Schema, points);
        return WriteAsync(found, points, point => point.Id, part => new UpsertPoints(part), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> UpsertAsync(
        CollectionName collection, IReadOnlyList<Point> points, WriteCondition condition, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckConditionalUpsert(found.Schema, points, condition);
        var numbered = points.Select((point, number) => (point, number)).ToArray();
        return WriteAsync(
            found,
            numbered,
            item => item.point.Id,
            part => new ConditionalUpsert([.. part.Select(item => item.point)], For(condition, [.. part.Select(item => item.number)])),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> DeleteAsync(CollectionName collection, IReadOnlyList<PointId> ids, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckIds(ids);
        return WriteAsync(found, ids, id => id, part => new DeletePoints(part), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> DeleteAsync(CollectionName collection, Filter filter, CancellationToken cancellationToken = default) =>
        WriteToAllAsync(Find(collection), new DeleteMatching(filter), cancellationToken);

    /// <inheritdoc/>
    public Task<WriteReceipt> ChangePayloadAsync(CollectionName collection, PayloadOperation change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var found = Find(collection);
        RequestRules.CheckOperation(change);
        return change.Selection is PointsById points
            ? WriteAsync(found, points.Ids, id => id, part => change.With(new PointsById(part)), cancellationToken)
            : WriteToAllAsync(found, change, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> UpdateVectorsAsync(
        CollectionName collection, IReadOnlyList<VectorUpdate> updates, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckUpdate(found.Schema, new UpdateVectors(updates));
        return WriteAsync(found, updates, update => update.Id, part => new UpdateVectors(part), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> DeleteVectorsAsync(
        CollectionName collection, PointSelection points, IReadOnlyList<string> names, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        var deletion = new DeleteVectors(points, names);
        RequestRules.CheckDeletion(found.Schema, deletion);
        return points is PointsById byId
            ? WriteAsync(found, byId.Ids, id => id, part => deletion.With(new PointsById(part)), cancellationToken)
            : WriteToAllAsync(found, deletion, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<WriteReceipt> PinAsync(CollectionName collection, PinName name, CancellationToken cancellationToken = default)
    {
        var receipt = await WriteToAllAsync(Find(collection), new PinIndex(name), cancellationToken).ConfigureAwait(false);
        return receipt.Refused == 0 ? receipt : throw new CapacityExceededException("pins of a shard", ShardStore.PinsMax.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> ReleasePinAsync(CollectionName collection, PinName name, CancellationToken cancellationToken = default) =>
        WriteToAllAsync(Find(collection), new ReleasePin(name), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PinName>> ListPinsAsync(CollectionName collection, CancellationToken cancellationToken = default)
    {
        using var uses = await ShardUses.OfAsync(Find(collection), cancellationToken).ConfigureAwait(false);
        var stores = uses.Stores;
        var names = stores.SelectMany(store => store.Pins.Keys).GroupBy(name => name, StringComparer.Ordinal);
        return [.. names.Where(name => name.Count() == stores.Length).Select(name => name.Key).Order(StringComparer.Ordinal).Select(PinName.Parse)];
    }

    /// <inheritdoc/>
    public async Task<WriteReceipt> CreatePayloadIndexAsync(
        CollectionName collection, PayloadIndex index, CancellationToken cancellationToken = default)
    {
        var receipt = await WriteToAllAsync(Find(collection), new CreatePayloadIndex(index), cancellationToken).ConfigureAwait(false);
        return receipt.Refused == 0
            ? receipt
            : throw new CapacityExceededException("payload indexes of a collection", ModelLimits.PayloadIndexesMax.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public Task<WriteReceipt> DropPayloadIndexAsync(CollectionName collection, PayloadIndex index, CancellationToken cancellationToken = default) =>
        WriteToAllAsync(Find(collection), new DropPayloadIndex(index), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PayloadIndex>> ListPayloadIndexesAsync(CollectionName collection, CancellationToken cancellationToken = default)
    {
        using var use = await Find(collection).Shards[0].UseAsync(cancellationToken).ConfigureAwait(false);
        return use.Store.PayloadIndexes;
    }

    /// <summary>
    /// Gives back the room of replaced and deleted points, as far as no pin holds them: now, at full speed, instead of when it is worth it. Writes and reads go on.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="progress">
    /// Told how far it is, on a thread of the pool, one call after the other and, where the call succeeds, the last before the completion. One that is slow is told less often;
    /// one that throws fails the call when the compaction has ended.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; what was begun goes on.</param>
    public Task CompactAsync(
        CollectionName collection, IProgress<CompactionProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Find(collection).CompactAsync(progress, cancellationToken);

    /// <summary>
    /// Writes what is in memory to files, and completes when every segment that wants a vector index has it. Indexes are made in the background anyway; until they are there, searches compare all
    /// vectors of their segments. Writes and reads go on.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="progress">As for <see cref="CompactAsync"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; what was begun goes on.</param>
    public Task IndexAsync(CollectionName collection, IProgress<IndexProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Find(collection).IndexAsync(progress, cancellationToken);

    /// <summary>
    /// Copies the database to a directory, as it is now: each collection's shards at checkpoints that have all that was acknowledged before the call. Writes and reads
    /// go on. A directory that has a backup gets only the files that it has not; until the new one is whole, it keeps the old one. A collection that is dropped meanwhile may be left
    /// out. Durable on completion.
    /// </summary>
    /// <param name="destination">The directory; created if missing.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="method">How segments get there. With <see cref="BackupMethod.Link"/> the backup shares their bytes with the database, and their fate.</param>
    /// <param name="cancellationToken">Looked at before each MiB; what was copied is used by the next backup.</param>
    /// <exception cref="CorruptionException">A segment is damaged. The directory keeps the backup that it has.</exception>
    /// <exception cref="UnsupportedFormatException">The directory has a backup of a newer program.</exception>
    /// <exception cref="ArgumentException">The directory is in that of the database, or around it.</exception>
    /// <exception cref="StoreUnavailableException">A shard cannot be opened.</exception>
    /// <exception cref="DirectoryLockedException">Somebody else makes a backup into the directory, which keeps the backup that it has.</exception>
    /// <exception cref="IOException">A database is in the directory, this one or another; or a file could not be written.</exception>
    public Task<BackupContents> BackupAsync(
        string destination, IProgress<BackupProgress>? progress = null, BackupMethod method = BackupMethod.Copy, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(destination);
        ThrowIfDisposed();
        return DatabaseBackup.MakeAsync(_directory, Metrics.FileSystem, _path, Path.GetFullPath(destination), progress, method, cancellationToken);
    }

    /// <summary>
    /// Makes a database of a backup. Every byte of the backup is checked before anything is written. A database that was not restored to its end, because the process
    /// died or the disk was full, cannot be opened; delete its directory and restore again.
    /// </summary>
    /// <param name="backup">The backup's directory.</param>
    /// <param name="directory">The database's; it must be missing or empty.</param>
    /// <param name="progress">Told after each file, which is read twice.</param>
    /// <param name="cancellationToken">Looked at before each MiB.</param>
    /// <exception cref="FileSystem.CorruptionException">
    /// The backup is damaged, and nothing was written. Or it changed while it was restored, because it rotted or a backup was made into it; then the database is one that was not
    /// restored to its end.
    /// </exception>
    /// <exception cref="ArgumentException">The directory is that of the backup, or in it, or around it.</exception>
    /// <exception cref="IOException">There are files in the directory; or a file could not be written.</exception>
    public static Task<BackupContents> RestoreAsync(
        string backup, string directory, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default) =>
        RestoreAsync(backup, directory, PhysicalFileSystem.Instance, progress, cancellationToken);

    /// <summary>Restores a database on another file system than the operating system's.</summary>
    internal static Task<BackupContents> RestoreAsync(
        string backup, string directory, IFileSystem fileSystem, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(backup);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return DatabaseBackup.RestoreAsync(Path.GetFullPath(backup), Path.GetFullPath(directory), fileSystem, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PointRecord>> GetAsync(
        CollectionName collection,
        IReadOnlyList<PointId> ids,
        PointFields fields = PointFields.Payload,
        AsOf? asOf = null,
        CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckIds(ids);
        var records = new Dictionary<PointId, PointRecord>();
        foreach (var part in ids.GroupBy(id => ShardRouting.ShardOf(id, found.Schema.ShardCount)))
        {
            using var use = await found.Shards[part.Key].UseAsync(cancellationToken).ConfigureAwait(false);
            using var view = OpenView(use.Store, part.Key, asOf);
            foreach (var record in view.Get([.. part], fields))
            {
                records[record.Id] = record;
            }
        }

        return [.. ids.Where(records.ContainsKey).Select(id => records[id])];
    }

    /// <inheritdoc/>
    public async Task<ScrollPage> ScrollAsync(
        CollectionName collection, ScrollRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckScroll(request);
        if (request.OrderBy is { } order)
        {
            using var uses = await ShardUses.OfAsync(found, cancellationToken).ConfigureAwait(false);
            var index = RequestRules.OrderIndexOf(uses.Stores[0].PayloadIndexes, order);
            using var shards = OpenViews(uses.Stores, asOf);
            return await OrderedScroll.ReadAsync(shards, request, index, cancellationToken).ConfigureAwait(false);
        }

        var bytesOfShard = ModelLimits.ScrollBytesMax / found.Shards.Length;
        var pages = await ReadAsync(found, asOf, view => view.Scroll(request, bytesOfShard, cancellationToken), cancellationToken).ConfigureAwait(false);

        // A page that ended early says nothing of the points behind it: nobody's may come before them.
        var ends = pages.Where(page => page.NextOffset is not null).Select(page => page.NextOffset!.Value).ToArray();
        var points = pages.SelectMany(page => page.Points).OrderBy(point => point.Id)
            .TakeWhile(point => ends.All(end => point.Id.CompareTo(end) < 0)).ToArray();
        var next = ends.Concat(points.Skip(request.Limit).Select(point => point.Id)).ToArray();
        return new ScrollPage([.. points.Take(request.Limit)], next.Length > 0 ? next.Min() : null);
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(
        CollectionName collection, Filter? filter = null, AsOf? asOf = null, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        if (filter is null && asOf is null)
        {
            using var uses = await ShardUses.OfAsync(found, cancellationToken).ConfigureAwait(false);
            return uses.Stores.Sum(store => store.Count);
        }

        var counts = await ReadAsync(found, asOf, view => view.CountMatching(filter, cancellationToken), cancellationToken).ConfigureAwait(false);
        return counts.Sum();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FacetHit>> FacetAsync(
        CollectionName collection, FacetRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckFacets(request);
        using var uses = await ShardUses.OfAsync(found, cancellationToken).ConfigureAwait(false);
        var index = RequestRules.FacetIndexOf(uses.Stores[0].PayloadIndexes, request);
        using var shards = OpenViews(uses.Stores, asOf);
        return await FacetCount.ReadAsync(shards, request, index, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<(long Min, long Max)> EstimateCountAsync(CollectionName collection, Filter filter, CancellationToken cancellationToken = default)
    {
        var parts = await ReadAsync(Find(collection), asOf: null, view => view.Estimate(filter, cancellationToken), cancellationToken).ConfigureAwait(false);
        return (parts.Sum(part => part.Min), parts.Sum(part => part.Max));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScoredPoint>> SearchAsync(
        CollectionName collection, SearchRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckSearch(found.Schema, request);
        return (await SearchShardsAsync(found, [request], asOf, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<ScoredPoint>>> SearchBatchAsync(
        CollectionName collection, IReadOnlyList<SearchRequest> requests, AsOf? asOf = null, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckSearchBatch(found.Schema, requests);
        return SearchShardsAsync(found, requests, asOf, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScoredPoint>> QueryAsync(
        CollectionName collection, QueryRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckQuery(found.Schema, request);
        return (await QueryShardsAsync(found, [request], asOf, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<ScoredPoint>>> QueryBatchAsync(
        CollectionName collection, IReadOnlyList<QueryRequest> requests, AsOf? asOf = null, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckQueryBatch(found.Schema, requests);
        return QueryShardsAsync(found, requests, asOf, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PointGroup>> QueryGroupsAsync(
        CollectionName collection, QueryGroupsRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default)
    {
        var found = Find(collection);
        RequestRules.CheckQueryGroups(found.Schema, request);
        using var uses = await ShardUses.OfAsync(found, cancellationToken).ConfigureAwait(false);
        using var shards = OpenViews(uses.Stores, asOf);
        return await new GroupedQuery(shards, found.Schema, request, cancellationToken).ReadAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Completes the writes under way, fails those that have not been sent to a shard yet with <see cref="ObjectDisposedException"/>, stops the actors,
    /// closes the log and lets go of the directory.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        try
        {
            await _directory.CloseAsync(new ObjectDisposedException(nameof(VectorDatabase))).ConfigureAwait(false);
            await CloseAsync(_system).ConfigureAwait(false);
        }
        finally
        {
            await _directory.StopKeepersAsync().ConfigureAwait(false);
            Metrics.Dispose();
        }
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
                journal.wal {
                  # A disk that is slow for a minute is not a failure, and the first event comes after the snapshot was read.
                  circuit-breaker.call-timeout = 60s
                  # Each shard hears of its own failures. After some of others a breaker would refuse even to read, from a disk that reads.
                  circuit-breaker.max-failures = {{int.MaxValue}}
                  recovery-event-timeout = 600s
                }
                snapshot-store.wal.circuit-breaker {
                  call-timeout = 600s
                  max-failures = {{int.MaxValue}}
                }
              }
              actor.avs-shard-dispatcher {
                type = ForkJoinDispatcher
                throughput = 20
                dedicated-thread-pool.thread-count = {{Environment.ProcessorCount}}
              }
            }
            """);
        return ConfigurationFactory.ParseString(own)
            .WithFallback(ConfigurationFactory.ParseString(StoredRecordSerializer.Configuration))
            .WithFallback(WalPersistence.DefaultConfiguration());
    }

    private static async Task CloseAsync(ActorSystem system)
    {
        var persistence = WalPersistence.Get(system);
        await system.Terminate().ConfigureAwait(false);
        await persistence.Closed.ConfigureAwait(false);
    }

    /// <summary>Reads every shard on a thread of the pool, each at one index; no more at a time, over all requests, than there are processors.</summary>
    private async Task<TPart[]> ReadAsync<TPart>(CollectionHandle collection, AsOf? asOf, Func<ReadView, TPart> read, CancellationToken cancellation)
    {
        using var uses = await ShardUses.OfAsync(collection, cancellation).ConfigureAwait(false);
        return await ReadAsync(uses.Stores, asOf, read, cancellation).ConfigureAwait(false);
    }

    private Task<TPart[]> ReadAsync<TPart>(ShardStore[] stores, AsOf? asOf, Func<ReadView, TPart> read, CancellationToken cancellation) =>
        Task.WhenAll(stores.Select((store, shard) => ReadAsync(() => OpenView(store, shard, asOf), read, cancellation)));

    private ReadView OpenView(ShardStore store, int shard, AsOf? asOf)
    {
        try
        {
            return OpenViewOf(store, shard, asOf);
        }
        catch (ObjectDisposedException e) when (Volatile.Read(ref _isDisposed) == 0)
        {
            throw new StoreUnavailableException(store.Schema.Name.Value, "the collection was dropped", e);
        }
    }

    private static ReadView OpenViewOf(ShardStore store, int shard, AsOf? asOf) => asOf switch
    {
        null => store.OpenView(),
        AsOfPin pin => store.OpenView(pin.Name.Value),
        AsOfPositions { Positions: var positions } when positions.Any(position => position.Shard == shard) =>
            store.OpenView(positions.First(position => position.Shard == shard).Index),
        _ => store.OpenView(),
    };

    private Task<TPart> ReadAsync<TPart>(Func<ReadView> open, Func<ReadView, TPart> read, CancellationToken cancellation) => _readers.RunAsync(
        () =>
        {
            using var view = open();
            return read(view);
        },
        cancellation);

    private ShardViews OpenViews(ShardStore[] stores, AsOf? asOf)
    {
        var views = new List<ReadView>();
        try
        {
            for (var shard = 0; shard < stores.Length; shard++)
            {
                views.Add(OpenView(stores[shard], shard, asOf));
            }
        }
        catch
        {
            views.ForEach(view => view.Dispose());
            throw;
        }

        return new ShardViews(views, _readers);
    }

    private async Task<IReadOnlyList<IReadOnlyList<ScoredPoint>>> SearchShardsAsync(
        CollectionHandle collection, IReadOnlyList<SearchRequest> requests, AsOf? asOf, CancellationToken cancellation)
    {
        using var uses = await ShardUses.OfAsync(collection, cancellation).ConfigureAwait(false);
        var stores = uses.Stores;
        var isOne = stores.Length == 1;

        // Whatever a shard has, the merged window may begin with the best of another: each is asked for all of it.
        var asked = isOne ? requests : [.. requests.Select(request => request with { Offset = 0, Limit = request.Offset + request.Limit })];
        var parts = TrySearchHere(stores, asked, asOf, cancellation)
            ?? await ReadAsync(stores, asOf, view => view.SearchBatch(asked, cancellation), cancellation).ConfigureAwait(false);
        return isOne ? parts[0] : [.. requests.Select((request, i) => Merge(collection.Schema, request, parts.SelectMany(part => part[i])))];
    }

    // Where it is short, and there is a slot. Otherwise nothing is kept open: views that wait would keep what has been rewritten since.
    private IReadOnlyList<IReadOnlyList<ScoredPoint>>[]? TrySearchHere(
        ShardStore[] stores, IReadOnlyList<SearchRequest> requests, AsOf? asOf, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_readers.TryEnter())
            return null;
        try
        {
            using var shards = OpenViews(stores, asOf);
            return shards.Views.Sum(view => view.SearchCostBytes(requests)) <= ShardViews.ShortBytesMax
                ? [.. shards.Views.Select(view => view.SearchBatch(requests, cancellation))]
                : null;
        }
        finally
        {
            _readers.Leave();
        }
    }

    private static IReadOnlyList<ScoredPoint> Merge(CollectionSchema schema, SearchRequest request, IEnumerable<ScoredPoint> found)
    {
        var distance = schema.Find(request.Using)!.Distance;
        var order = Comparer<ScoredPoint>.Create((left, right) => distance.Compare(left.Score, left.Id, right.Score, right.Id));
        return [.. found.Order(order).Skip(request.Offset).Take(request.Limit)];
    }

    private async Task<IReadOnlyList<IReadOnlyList<ScoredPoint>>> QueryShardsAsync(
        CollectionHandle collection, IReadOnlyList<QueryRequest> requests, AsOf? asOf, CancellationToken cancellation)
    {
        using var uses = await ShardUses.OfAsync(collection, cancellation).ConfigureAwait(false);
        using var shards = OpenViews(uses.Stores, asOf);
        var inputs = await QueryInputs.ReadAsync(shards, requests, cancellation).ConfigureAwait(false);
        var ranker = new PointRanker(shards, collection.Schema, cancellation);
        var rankings = await ranker.RankAsync([.. requests.Select(request => PlannedStage.Of(request, request.Offset + request.Limit, inputs))]).ConfigureAwait(false);
        var answers = new IReadOnlyList<ScoredPoint>[requests.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            RankedRow[] rows = [.. rankings[i].Rows.Skip(requests[i].Offset).Take(requests[i].Limit)];
            answers[i] = await ranker.ReadAsync(rows, requests[i].Fields, requests[i].VectorNames).ConfigureAwait(false);
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
        var parts = items.GroupBy(item => ShardRouting.ShardOf(idOf(item), collection.Schema.ShardCount))
            .Select(part => (part.Key, operationOf([.. part]))).ToArray();
        return await collection.WriteAsync(parts, cancellation).ConfigureAwait(false);
    }

    private static async Task<WriteReceipt> WriteToAllAsync(CollectionHandle collection, ShardOperation operation, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        RequestRules.CheckOperation(operation);
        (int, ShardOperation)[] parts = [.. Enumerable.Range(0, collection.Schema.ShardCount).Select(shard => (shard, operation))];
        return await collection.WriteAsync(parts, cancellation).ConfigureAwait(false);
    }

    // Versions go with their points.
    private static WriteCondition For(WriteCondition condition, int[] numbers) =>
        condition is IfVersion version ? new IfVersion([.. numbers.Select(number => version.Versions[number])]) : condition;

    private CollectionHandle Find(CollectionName collection)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(collection);
        return _directory.Find(collection);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
}
