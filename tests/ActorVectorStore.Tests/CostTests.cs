using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>
/// What a fixed load costs, in operations of the disk and in garbage, stays below stated bounds: no times, so that it tells a regression on any machine. A bound is a
/// quarter to a half above what was counted when it was written, less where the count is always the same; whoever makes the store cheaper may
/// lower it. Alone in the process: garbage is counted for all of it.
/// </summary>
[Collection(nameof(CostTests))]
[CollectionDefinition(nameof(CostTests), DisableParallelization = true)]
public sealed class CostTests
{
    private const string Directory = "/data/store";
    private const int Dimension = 128;
    private const int Points = 4_000;
    private const int BatchPoints = 100;
    private const int Batches = Points / BatchPoints;

    private static readonly CollectionName Name = CollectionName.Parse("points");

    private static readonly VectorDatabaseOptions AllInMemory = new() { LogSegmentBytes = 8 << 20 };

    private static readonly VectorDatabaseOptions OftenToDisk = new()
    {
        LogSegmentBytes = 1 << 20,
        CheckpointEventBytes = 512 << 10,
        SegmentMemoryBytes = 1 << 20,
    };

    private static long VectorBytes => (long)Points * Dimension * sizeof(float);

    [Fact]
    public async Task A_batch_is_one_commit_of_little_more_than_its_points()
    {
        var disk = new CountingFileSystem(new SimulatedFileSystem());
        await using var database = await CreateAsync(disk, AllInMemory);
        var (syncs, commits, bytes) = (disk.Syncs, database.LogStatistics!.Commits, database.LogStatistics.CommitBytes);
        await LoadAsync(database, version: 0);
        var log = database.LogStatistics;
        Assert.Equal(Batches, log.Commits - commits);
        RequireBetween("syncs", disk.Syncs - syncs, Batches, Batches + 20);
        RequireBetween("commit bytes", log.CommitBytes - bytes, VectorBytes, 1.15 * VectorBytes);
    }

    [Fact]
    public async Task Points_are_written_a_bounded_number_of_times_until_they_are_compacted()
    {
        var disk = new CountingFileSystem(new SimulatedFileSystem());
        await using var database = await CreateAsync(disk, OftenToDisk);
        var (syncs, bytes) = (disk.Syncs, disk.BytesWritten);
        await LoadAsync(database, version: 0);
        await LoadAsync(database, version: 1);
        await database.CompactAsync(Name);
        RequireBetween("syncs", disk.Syncs - syncs, 2 * Batches, 6 * Batches);
        RequireBetween("bytes written", disk.BytesWritten - bytes, 2 * VectorBytes, 15 * VectorBytes);
        var statistics = Assert.Single(database.HealthOf(Name)).Statistics!;
        Assert.Equal(0, statistics.DeadRows);
        RequireBetween("bytes of files", statistics.SegmentFileBytes, VectorBytes, 1.15 * VectorBytes);
    }

    [Fact]
    public async Task Opening_what_was_closed_in_order_reads_the_end_of_the_log_and_a_small_part_of_the_points()
    {
        var simulated = new SimulatedFileSystem();
        await using (var database = await CreateAsync(simulated, OftenToDisk))
        {
            await LoadAsync(database, version: 0);

            // Otherwise the next opening may begin to compact at once, and how much of that comes before the answer is chance.
            await database.CompactAsync(Name);
        }

        var disk = new CountingFileSystem(simulated);
        await using var again = await VectorDatabase.OpenAsync(Directory, OftenToDisk, disk);
        var found = await again.GetAsync(Name, [PointId.FromNumber(Points / 2)], PointFields.All);
        Assert.Equal(PointAt(Points / 2, version: 0), new Point(found[0].Id, found[0].Vector!.Value, found[0].Payload));
        RequireBetween("bytes read", disk.BytesRead, 1, 2 * OftenToDisk.LogSegmentBytes);
        RequireBetween("bytes mapped", disk.BytesMapped, 1, VectorBytes / 7);
    }

    [Fact]
    public async Task Opening_after_a_kill_reads_the_last_segment_of_the_log_and_the_events_since_the_last_checkpoint()
    {
        var simulated = new SimulatedFileSystem();
        var database = await CreateAsync(simulated, AllInMemory);
        await LoadAsync(database, version: 0);
        var disk = new CountingFileSystem(simulated.Kill());
        await SimulatedDatabase.AbandonAsync(database);
        await using var again = await VectorDatabase.OpenAsync(Directory, AllInMemory, disk);
        Assert.Equal(Points, await again.CountAsync(Name));
        RequireBetween("bytes read", disk.BytesRead, VectorBytes, AllInMemory.LogSegmentBytes + (1.5 * VectorBytes));
    }

    [Fact]
    public async Task A_point_that_is_written_leaves_little_garbage()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("avs-cost-").FullName;
        try
        {
            await using var database = await VectorDatabase.OpenAsync(directory, AllInMemory);
            await database.CreateCollectionAsync(new CollectionSchema(Name, Dimension, Distance.Cosine));
            Point[][] batches = [.. Enumerable.Range(0, Batches).Select(batch => BatchOf(batch, version: 0))];
            await WriteAsync(database, batches);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await WriteAsync(database, batches);
            RequireBetween("allocated bytes of a point", (GC.GetTotalAllocatedBytes(precise: true) - before) / Points, 1, 4_000);
        }
        finally
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<VectorDatabase> CreateAsync(IFileSystem disk, VectorDatabaseOptions options)
    {
        var database = await VectorDatabase.OpenAsync(Directory, options, disk);
        await database.CreateCollectionAsync(new CollectionSchema(Name, Dimension, Distance.Cosine));
        return database;
    }

    private static Task LoadAsync(VectorDatabase database, int version) =>
        WriteAsync(database, Enumerable.Range(0, Batches).Select(batch => BatchOf(batch, version)));

    private static async Task WriteAsync(VectorDatabase database, IEnumerable<Point[]> batches)
    {
        foreach (var batch in batches)
        {
            await database.UpsertAsync(Name, batch);
        }
    }

    private static Point[] BatchOf(int batch, int version) =>
        [.. Enumerable.Range(batch * BatchPoints, BatchPoints).Select(number => PointAt(number, version))];

    private static Point PointAt(int number, int version)
    {
        var random = new SeededRandom(SeededRandom.Mix((ulong)version, (ulong)number));
        var vector = new float[Dimension];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)random.NextDouble() - 0.5f;
        }

        return new Point(PointId.FromNumber((ulong)number), vector, Payload.Parse($$"""{"category":"c{{number % 10}}","number":{{number}}}"""));
    }

    private static void RequireBetween(string what, double found, double low, double high)
    {
        Assert.True(found >= low && found <= high, $"{what}: {found}, and not {low} to {high}");
    }
}
