using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>Damage is said: in the log, in metrics and in the health of its shard.</summary>
public sealed class DamageMetricsTests
{
    private static readonly CollectionName Name = Measured.Schema.Name;

    private static readonly Filter UpTo20 = Filter.AllOf(Filter.Field("n").AtMost(20));

    [Fact]
    public async Task A_damaged_payload_index_is_served_by_scan_rebuilt_in_the_background_and_told()
    {
        const string Directory = "/data/damaged-index";
        var disk = await DamagedStore.MakeAsync(Directory, "PayloadIndex");
        using var recording = new MeterRecording(Directory);
        using var log = new RecordedLog();
        var rebuilt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        VectorDatabase? opened = null;
        (double Gauge, int Health) whenFound = default;
        log.Logged = id =>
        {
            // On the thread that found it, before anybody can mend it.
            if (id == 5)
                whenFound = (recording.Collect().Sum("collection.damaged_sections", "collection=things"), opened!.HealthOf(Name)[0].DamagedSections);
            if (id == 6)
                rebuilt.TrySetResult();
        };
        await using var database = opened = await VectorDatabase.OpenAsync(Directory, Measured.Options with { LoggerFactory = log }, disk);
        Assert.Equal(21, await database.CountAsync(Name, UpTo20));
        Assert.Equal(21, await database.CountAsync(Name, UpTo20));
        await rebuilt.Task.WaitAsync(Measured.Watchdog);
        Assert.Equal((1.0, 1), whenFound);
        var health = Assert.Single(database.HealthOf(Name));
        Assert.Equal((0.0, 0), (recording.Collect().Sum("collection.damaged_sections"), health.DamagedSections));
        Assert.True(health.LastDamage is { IsDerived: true, Section: "PayloadIndex/0" }, $"{health.LastDamage}");
        Assert.Equal(1, recording.Events.Sum("damage.rebuilds"));
        Assert.Equal(1, recording.Events.Sum("damage.touches", "section=PayloadIndex", "derived=True"));
        Assert.Contains(health.LastDamage!.File, Assert.Single(log.Of(5)), StringComparison.Ordinal);
        Assert.Single(log.Of(6));
        Assert.Equal(21, await database.CountAsync(Name, UpTo20));
    }

    [Fact]
    public async Task A_damaged_block_of_vectors_is_told_whenever_it_is_touched()
    {
        const string Directory = "/data/damaged-vectors";
        var disk = await DamagedStore.MakeAsync(Directory, "Vectors");
        using var recording = new MeterRecording(Directory);
        using var log = new RecordedLog();
        await using var database = await VectorDatabase.OpenAsync(Directory, Measured.Options with { LoggerFactory = log }, disk);
        for (var touches = 1; touches <= 3; touches++)
        {
            await Assert.ThrowsAsync<CorruptionException>(() => database.SearchAsync(Name, new SearchRequest { Vector = Measured.PointOf(1).Vector }));
            Assert.Equal(touches, recording.Events.Sum("damage.touches", "section=Vectors", "derived=False"));
            Assert.Equal(touches, log.Of(7).Length);
        }

        Assert.Equal(DamagedStore.Points, await database.CountAsync(Name, Filter.AllOf(Filter.Field("n").AtLeast(0))));
        var health = Assert.Single(database.HealthOf(Name));
        Assert.True(health is { DamagedSections: 0, LastDamage: { IsDerived: false, Section: "Vectors/0" } }, $"{health}");
        Assert.Empty(log.Of(5));
    }

    [Fact]
    public async Task A_damaged_block_of_payloads_is_told_whenever_it_is_touched()
    {
        const string Directory = "/data/damaged-payloads";
        var disk = await DamagedStore.MakeAsync(Directory, "PayloadBlocks");
        using var recording = new MeterRecording(Directory);
        await using var database = await VectorDatabase.OpenAsync(Directory, Measured.Options, disk);
        for (var touches = 1; touches <= 3; touches++)
        {
            await Assert.ThrowsAsync<CorruptionException>(() => database.GetAsync(Name, [PointId.FromNumber(1)]));
            Assert.Equal(touches, recording.Events.Sum("damage.touches", "section=PayloadBlocks", "derived=False"));
        }
    }

    [Fact]
    public async Task A_shard_that_cannot_recover_is_told()
    {
        const string Directory = "/data/missing-segment";
        var disk = await DamagedStore.MakeAsync(Directory, "Vectors");
        var folder = Path.Combine(Directory, VectorDatabase.ShardsFolder, Assert.Single(disk.ListDirectories(Path.Combine(Directory, VectorDatabase.ShardsFolder))));
        disk.DeleteFile(Path.Combine(folder, Assert.Single(disk.ListFiles(folder))));
        using var recording = new MeterRecording(Directory);
        using var log = new RecordedLog();
        await using var database = await VectorDatabase.OpenAsync(Directory, Measured.Options with { LoggerFactory = log }, disk);
        await Assert.ThrowsAsync<CorruptionException>(() => database.CountAsync(Name));
        Assert.True(recording.Events.Sum("upkeep.failures", "operation=recovery") >= 1);
        Assert.NotEmpty(log.Of(2));
        Assert.Empty(recording.Collect().Of("collection.shards"));
    }

    [Fact]
    public async Task A_segment_that_was_opened_by_its_end_is_told_and_loses_nothing()
    {
        const string Directory = "/data/damaged-head";
        var disk = new SimulatedFileSystem(2);
        await using (var database = await Measured.CreateAsync(disk, Directory))
        {
            await Measured.UpsertAsync(database, 0, DamagedStore.Points);
            await database.CompactAsync(Name);
        }

        var folder = Path.Combine(Directory, VectorDatabase.ShardsFolder, Assert.Single(disk.ListDirectories(Path.Combine(Directory, VectorDatabase.ShardsFolder))));
        disk.FlipBit(Path.Combine(folder, Assert.Single(disk.ListFiles(folder))), 100, 1);
        using var recording = new MeterRecording(Directory);
        using var log = new RecordedLog();
        await using var again = await VectorDatabase.OpenAsync(Directory, Measured.Options with { LoggerFactory = log }, disk);
        Assert.Equal(21, await again.CountAsync(Name, UpTo20));
        Assert.Equal(1, recording.Events.Sum("damage.touches", "section=Directory"));
        Assert.Single(log.Of(8));
        Assert.Empty(log.Of(7));
    }
}
