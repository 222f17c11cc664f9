using ActorVectorStore.Cluster;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>Vector indexes as a user meets them: built while he goes on, waited for, there again, and in nobody's way.</summary>
public sealed class VectorIndexTests
{
    private const int Dimension = 8;
    private const int Count = 900;

    private static readonly CollectionSchema Schema = new(
        CollectionName.Parse("things"),
        [VectorSchema.Dense("", Dimension, Distance.Cosine) with { Index = new VectorIndexOptions { FullScanThreshold = 0, M = 8, EfConstruct = 60 } }],
        shardCount: 2);

    // As many candidates as there are points: a walk finds all that can be reached.
    private static readonly SearchParameters All = new() { HnswEf = Count };

    [Fact]
    public async Task Indexes_are_waited_for_and_are_there_again_after_reopening()
    {
        var disk = new SimulatedFileSystem(1);
        var steps = new List<IndexProgress>();
        await using (var database = await CreateAsync(disk))
        {
            await database.IndexAsync(Schema.Name, new Steps(steps.Add));
            Assert.Equal((Count, Count), (steps[^1].IndexedVectors, steps[^1].PlannedVectors));
            Assert.Equal(steps.OrderBy(step => step.IndexedVectors), steps);
            Assert.All(database.HealthOf(Schema.Name), shard => Assert.True(shard.Statistics!.VectorIndexBytes > 0));
            await AssertFindsAsync(database);
        }

        var files = IndexFiles(disk);
        await using var reopened = await VectorDatabase.OpenAsync(SimulatedDatabase.Directory, SimulatedDatabase.Small, disk);
        await reopened.IndexAsync(Schema.Name);
        Assert.All(reopened.HealthOf(Schema.Name), shard => Assert.True(shard.Statistics!.VectorIndexBytes > 0));
        Assert.Equal(files, IndexFiles(disk));
        await AssertFindsAsync(reopened);
    }

    [Fact]
    public async Task Queries_of_all_kinds_find_the_same_with_an_index()
    {
        var disk = new SimulatedFileSystem(2);
        await using var database = await CreateAsync(disk);
        QueryRequest[] queries =
        [
            new() { Query = new NearestQuery(new VectorOfPoint(PointId.FromNumber(7))), Limit = 12, Offset = 3 },
            new() { Query = new RecommendQuery([new VectorOfPoint(PointId.FromNumber(1)), new VectorOfPoint(PointId.FromNumber(2))], [new VectorOfPoint(PointId.FromNumber(3))]), Limit = 15 },
            new() { Query = new NearestQuery(new VectorOfPoint(PointId.FromNumber(9))), Limit = 10, Filter = Filter.AllOf(Filter.Field("n").Is(3)) },
            new() { Query = new NearestQuery(new VectorOfPoint(PointId.FromNumber(9))), Limit = 10, ScoreThreshold = 0.5f },
        ];
        await database.IndexAsync(Schema.Name);
        foreach (var query in queries)
        {
            var exact = await database.QueryAsync(Schema.Name, query with { Parameters = new SearchParameters { Exact = true } });
            var found = await database.QueryAsync(Schema.Name, query with { Parameters = All });
            Assert.NotEmpty(exact);
            Assert.Equal(exact.Select(point => (point.Id, point.Score)), found.Select(point => (point.Id, point.Score)));
        }
    }

    [Fact]
    public async Task An_index_for_which_there_is_no_room_is_told_to_who_waits_for_it_and_keeps_nobody_from_anything_else()
    {
        var disk = new SimulatedFileSystem(3);
        var narrow = new NoRoomForIndexes(disk);
        await using var database = await CreateAsync(narrow);
        await Assert.ThrowsAsync<DiskFullException>(() => database.IndexAsync(Schema.Name));
        await AssertFindsAsync(database);
        await database.UpsertAsync(Schema.Name, [PointOf(Count)]);
        await database.CompactAsync(Schema.Name);
        await database.BackupAsync("/data/backup");
        Assert.All(database.HealthOf(Schema.Name), shard => Assert.Null(shard.LastUpkeepFailure));
        Assert.Empty(IndexFiles(disk));
        narrow.HasRoom = true;
        await database.IndexAsync(Schema.Name);
        Assert.Equal(2, IndexFiles(disk).Length);
        await AssertFindsAsync(database);
    }

    [Fact]
    public async Task A_search_that_waits_for_its_turn_keeps_no_view()
    {
        await using var database = await CreateAsync(new SimulatedFileSystem(4));
        using var mayEnd = new ManualResetEventSlim();
        var others = Enumerable.Range(0, ReaderSlots.Count).Select(_ => database.Readers.RunAsync(() => mayEnd.Wait(TimeSpan.FromSeconds(60)), CancellationToken.None)).ToArray();
        var search = database.SearchAsync(Schema.Name, new SearchRequest { Vector = PointOf(5).Vector, Limit = 3 });
        Assert.False(search.IsCompleted);
        Assert.All(database.HealthOf(Schema.Name), shard => Assert.Equal(0, shard.Statistics!.OpenViews));
        mayEnd.Set();
        Assert.Equal(PointOf(5).Id, (await search)[0].Id);
        Assert.All(await Task.WhenAll(others), Assert.True);
    }

    [Fact]
    public async Task An_index_is_there_again_though_searches_never_cease_and_they_find_the_same_meanwhile()
    {
        var disk = new SimulatedFileSystem(5);
        await using (var database = await CreateAsync(disk))
            await database.IndexAsync(Schema.Name);
        await using var reopened = await VectorDatabase.OpenAsync(SimulatedDatabase.Directory, SimulatedDatabase.Small, disk);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(SearchUntilIndexedAsync)));

        async Task SearchUntilIndexedAsync()
        {
            while (reopened.HealthOf(Schema.Name).Any(shard => shard.Statistics is not { VectorIndexBytes: > 0 }))
            {
                patience.Token.ThrowIfCancellationRequested();
                await AssertFindsAsync(reopened);
            }
        }
    }

    private static async Task<VectorDatabase> CreateAsync(IFileSystem disk)
    {
        // Nothing is flushed, and so nothing indexed, before somebody asks for it.
        var database = await VectorDatabase.OpenAsync(SimulatedDatabase.Directory, SimulatedDatabase.Small with { CheckpointEventBytes = 64 << 20 }, disk);
        await database.CreateCollectionAsync(Schema);
        await database.UpsertAsync(Schema.Name, [.. Enumerable.Range(0, Count).Select(PointOf)]);
        return database;
    }

    private static async Task AssertFindsAsync(VectorDatabase database)
    {
        var request = new SearchRequest { Vector = PointOf(5).Vector, Limit = 20, Parameters = All };
        var exact = await database.SearchAsync(Schema.Name, request with { Parameters = new SearchParameters { Exact = true } });
        Assert.Equal(exact.Select(point => point.Id), (await database.SearchAsync(Schema.Name, request)).Select(point => point.Id));
    }

    private static Point PointOf(int number)
    {
        var random = new SeededRandom((ulong)number);
        return new Point(PointId.FromNumber((ulong)number), Enumerable.Range(0, Dimension).Select(_ => (float)random.NextDouble() - 0.5f).ToArray(), Payload.Parse($$"""{"n":{{number % 5}}}"""));
    }

    private static string[] IndexFiles(SimulatedFileSystem disk)
    {
        var shards = Path.Combine(SimulatedDatabase.Directory, "shards");
        return [.. disk.ListDirectories(shards).SelectMany(shard => disk.ListFiles(Path.Combine(shards, shard))).Where(name => name.Contains(".idx", StringComparison.Ordinal)).Order()];
    }

    private sealed class Steps(Action<IndexProgress> add) : IProgress<IndexProgress>
    {
        public void Report(IndexProgress value) => add(value);
    }

    private sealed class NoRoomForIndexes(IFileSystem inner) : DelegatingFileSystem(inner)
    {
        public bool HasRoom { get; set; }

        public override IFile Open(string path, FileOpening opening) => !HasRoom && opening == FileOpening.CreateOrTruncate && path.Contains(".idx", StringComparison.Ordinal)
            ? throw new DiskFullException(path)
            : base.Open(path, opening);
    }
}
