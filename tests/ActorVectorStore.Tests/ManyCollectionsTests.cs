using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>
/// What collections cost that nobody uses, in files, bytes of the log and open shards: no times. The benchmark suite <c>collections</c> has times and memory.
/// </summary>
public sealed class ManyCollectionsTests
{
    private const int Count = 300;
    private const int LogBytesMax = 200;

    private static readonly VectorDatabaseOptions Options = new() { LogSegmentBytes = 1 << 20 };

    [Fact]
    public async Task A_collection_that_nobody_uses_is_a_line_in_the_log_and_nothing_else()
    {
        var disk = new SimulatedFileSystem();
        string[] filesOfOne;
        await using (var database = await VectorDatabase.OpenAsync(SimulatedDatabase.Directory, Options, disk))
        {
            await CreateAsync(database, 0, 1);
            filesOfOne = FilesOf(disk);
            var log = database.LogStatistics!.LiveBytes;
            await CreateAsync(database, 1, Count - 1);
            Assert.InRange(database.LogStatistics.LiveBytes - log, Count, Count * LogBytesMax);
            Assert.Equal(filesOfOne, FilesOf(disk));
            RequireNoneOpen(database);
        }

        var counting = new CountingFileSystem(disk);
        await using var again = await VectorDatabase.OpenAsync(SimulatedDatabase.Directory, Options, counting);
        Assert.Equal(Count, (await again.ListCollectionsAsync()).Count);
        RequireNoneOpen(again);
        Assert.Equal(filesOfOne, FilesOf(disk));

        // The log's last segment, as for an empty database, and the events once more.
        Assert.InRange(counting.BytesRead, 1, (2 * Options.LogSegmentBytes) + (Count * LogBytesMax));
    }

    [Fact]
    public async Task A_collection_with_a_point_that_was_put_away_has_no_file_either()
    {
        var disk = new SimulatedFileSystem();
        await using var database = await VectorDatabase.OpenAsync(SimulatedDatabase.Directory, Options, disk);
        await CreateAsync(database, 0, Count);
        var files = FilesOf(disk);
        for (var number = 0; number < Count; number++)
        {
            await database.UpsertAsync(NameOf(number), [new Point(PointId.FromNumber(1), new float[] { number, 1 })]);
        }

        while (Enumerable.Range(0, Count).Any(number => database.HealthOf(NameOf(number))[0].Statistics is not null))
        {
            await database.PassivateIdleAsync();
        }

        Assert.Equal(files, FilesOf(disk));
        for (var number = 0; number < Count; number += 50)
        {
            var found = await database.GetAsync(NameOf(number), [PointId.FromNumber(1)], PointFields.Vector);
            Assert.Equal(number, Assert.Single(found).Vector!.Value.Span[0]);
        }
    }

    private static async Task CreateAsync(VectorDatabase database, int first, int count)
    {
        foreach (var number in Enumerable.Range(first, count))
        {
            await database.CreateCollectionAsync(new CollectionSchema(NameOf(number), 2, Distance.Dot));
        }
    }

    private static void RequireNoneOpen(VectorDatabase database) =>
        Assert.All(Enumerable.Range(0, Count), number => Assert.Null(database.HealthOf(NameOf(number))[0].Statistics));

    private static CollectionName NameOf(int number) => CollectionName.Parse($"collection-{number:0000}");

    /// <summary>All but the files of the log, which are of one length, as many as its bytes take, and made in the background.</summary>
    private static string[] FilesOf(SimulatedFileSystem disk) =>
    [
        .. disk.ListFiles(SimulatedDatabase.Directory).Where(name => Path.GetExtension(name) is not (".wal" or ".spare" or ".new")),
        .. disk.ListDirectories(SimulatedDatabase.Directory),
        .. SimulatedDatabase.Snapshots(disk),
    ];
}
