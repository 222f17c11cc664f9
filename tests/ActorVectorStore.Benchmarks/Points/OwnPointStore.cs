using ActorVectorStore.Model;

namespace ActorVectorStore.Benchmarks.Points;

/// <summary>This project's database: one collection of one shard, cosine, otherwise as it comes.</summary>
internal sealed class OwnPointStore : IPointStore
{
    // Room for several chunks of rows: a shard whose first chunk is beyond its limit writes a file for every event.
    private static readonly VectorDatabaseOptions SmallLimits =
        new() { LogSegmentBytes = 1 << 20, CheckpointEventBytes = 256 << 10, SegmentMemoryBytes = 1 << 20 };

    private static readonly CollectionName Name = CollectionName.Parse("points");

    private readonly VectorDatabase _database;
    private readonly string _directory;
    private long _refusals;

    private OwnPointStore(VectorDatabase database, string directory)
    {
        (_database, _directory) = (database, directory);
        Opening = new OpeningAccount(database.Recovery.BytesRead, database.LogStatistics?.LiveBytes ?? 0, database.Recovery.TornBytes);
    }

    public long Refusals => Volatile.Read(ref _refusals);

    /// <summary>What the log held when it had been opened: what is live in it is not covered by a checkpoint, but for the catalog's few records.</summary>
    public OpeningAccount Opening { get; }

    /// <param name="place">Where it is.</param>
    /// <param name="index">How its vectors are indexed, if it is made; null: as it comes.</param>
    public static async Task<OwnPointStore> OpenAsync(StorePlace place, VectorIndexOptions? index = null)
    {
        var database = await VectorDatabase.OpenAsync(place.Directory, place.Small ? SmallLimits : null).ConfigureAwait(false);
        var store = new OwnPointStore(database, place.Directory);
        var collections = await database.ListCollectionsAsync().ConfigureAwait(false);
        if (collections.Count == 0)
        {
            await database.CreateCollectionAsync(new CollectionSchema(Name, [VectorSchema.Dense("", place.Points.Dimension, Distance.Cosine) with { Index = index ?? VectorIndexOptions.Default }])).ConfigureAwait(false);
        }

        return store;
    }

    public async Task UpsertAsync(IReadOnlyList<Point> points) =>
        Interlocked.Add(ref _refusals, await PatientUpsert.RunAsync(_database, Name, points).ConfigureAwait(false));

    public Task DeleteAsync(IReadOnlyList<PointId> ids) => _database.DeleteAsync(Name, ids);

    public async Task<Point?> GetAsync(PointId id)
    {
        var found = await _database.GetAsync(Name, [id], PointFields.All).ConfigureAwait(false);
        return found is [var record] ? new Point(record.Id, record.Vector!.Value, record.Payload) : null;
    }

    public Task<long> CountAsync(string? category) => _database.CountAsync(Name, FilterOf(category));

    /// <summary>The points of a category that are closest to a vector.</summary>
    public Task<IReadOnlyList<ScoredPoint>> SearchAsync(ReadOnlyMemory<float> vector, string? category) =>
        _database.SearchAsync(Name, new SearchRequest { Vector = vector, Filter = FilterOf(category) });

    /// <summary>Completes when all that wants a vector index has it.</summary>
    public Task IndexAsync() => _database.IndexAsync(Name);

    public Task CompactAsync() => _database.CompactAsync(Name);

    public StoreFootprint Footprint()
    {
        var shards = _database.HealthOf(Name);
        if (shards.Select(shard => shard.LastUpkeepFailure).FirstOrDefault(failure => failure is not null) is { } failure)
        {
            throw new InvalidOperationException("The store's upkeep failed.", failure);
        }

        var pointFiles = StoreFiles.BytesIn(Path.Combine(_directory, VectorDatabase.ShardsFolder));
        return new StoreFootprint(
            pointFiles,
            StoreFiles.BytesIn(_directory) - pointFiles,
            shards.Sum(shard => shard.Statistics?.DeadRows ?? 0),
            shards.Sum(shard => shard.Statistics?.MemoryBytes ?? 0));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static Filter? FilterOf(string? category) => category is null ? null : Filter.AllOf(Filter.Field("category").Is(category));
}
