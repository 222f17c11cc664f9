using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>Shards that are put away and come back, at any moment of whatever else happens.</summary>
public sealed class PassivationTests
{
    private const int Callers = 4;

    // Enough for a checkpoint to be worth it.
    private static readonly VectorDatabaseOptions Sealing = SimulatedDatabase.Small with { CheckpointEventBytes = 1 << 30 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Under_concurrent_requests_nothing_is_lost_and_nothing_fails(int seed)
    {
        var disk = new SimulatedFileSystem((ulong)seed);
        var directory = SimulatedDatabase.Directory + seed;
        CollectionTwin[] twins = [.. Enumerable.Range(0, Callers).Select(caller => new CollectionTwin($"c{caller}", (ulong)((100 * seed) + caller)))];
        using var recording = new MeterRecording(directory);
        await using (var database = await VectorDatabase.OpenAsync(directory, SimulatedDatabase.Small, disk))
        {
            var living = Task.WhenAll(twins.Select(twin => Task.Run(() => twin.LiveAsync(database))));
            while (!living.IsCompleted)
            {
                await database.PassivateIdleAsync();
            }

            await living;
        }

        var openings = recording.Events.Of("upkeep.duration", "operation=recovery").Length;
        Assert.True(openings > 10 * Callers, $"Shards were opened {openings} times.");
        await using var again = await VectorDatabase.OpenAsync(directory, SimulatedDatabase.Small, disk);
        await Task.WhenAll(twins.Select(twin => twin.AssertHeldByAsync(again)));
    }

    [Fact]
    public async Task Backups_are_made_of_shards_that_come_and_go()
    {
        const string Backup = "/data/backup-of-passive";
        const string Restored = "/data/restored-passive";
        const int BackupsMin = 5;
        var disk = new SimulatedFileSystem(9);
        CollectionTwin[] twins = [.. Enumerable.Range(0, Callers).Select(caller => new CollectionTwin($"c{caller}", (ulong)(900 + caller)))];
        await using (var database = await VectorDatabase.OpenAsync(SimulatedDatabase.Directory, SimulatedDatabase.Small, disk))
        {
            var living = Task.WhenAll(twins.Select(twin => Task.Run(() => twin.LiveAsync(database))));
            var passivating = Task.Run(async () =>
            {
                while (!living.IsCompleted)
                {
                    await database.PassivateIdleAsync();
                }
            });
            for (var made = 0; made < BackupsMin || !living.IsCompleted; made++)
            {
                await database.BackupAsync(Backup);
            }

            await living;
            await passivating;
            await database.BackupAsync(Backup);
        }

        await VectorDatabase.RestoreAsync(Backup, Restored, disk, progress: null, default);
        await using var restored = await VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk);
        await Task.WhenAll(twins.Select(twin => twin.AssertHeldByAsync(restored)));
    }

    [Fact]
    public async Task A_passive_shard_gives_back_its_memory_and_its_mappings_and_counts_as_closed()
    {
        const string Directory = "/data/passive";
        using var recording = new MeterRecording(Directory);
        await using var database = await Measured.CreateAsync(new SimulatedFileSystem(4), Directory);
        await Measured.UpsertAsync(database, 0, 100);
        await database.CompactAsync(Measured.Schema.Name);
        await Measured.UpsertAsync(database, 100, 10);
        Assert.Equal(110, await database.CountAsync(Measured.Schema.Name));
        var before = recording.Collect();
        Assert.True(before.Sum("file.mapped") > 0 && before.Sum("memory.used") > 0);
        await PassivateAsync(database, Measured.Schema.Name);
        var passive = recording.Collect();
        Assert.Equal((0.0, 0.0, 1.0), (passive.Sum("file.mapped"), passive.Sum("memory.used"), passive.Sum("collections")));
        Assert.Empty(passive.Of("collection.shards"));
        Assert.Empty(passive.Of("collection.rows"));
        Assert.Null(Assert.Single(database.HealthOf(Measured.Schema.Name)).Statistics);
        Assert.Equal(110, await database.CountAsync(Measured.Schema.Name));
        Assert.Equal(1, recording.Collect().Sum("collection.shards"));
        Assert.Equal(2, recording.Events.Of("upkeep.duration", "operation=recovery").Length);
    }

    [Fact]
    public async Task A_passive_shard_is_read_from_a_disk_on_which_others_find_no_space()
    {
        var disk = new SimulatedFileSystem(6);
        await using var database = await Measured.CreateAsync(disk, SimulatedDatabase.Directory);
        var full = new CollectionSchema(CollectionName.Parse("full"), 1, Distance.Dot, shardCount: 32);
        await database.CreateCollectionAsync(full);
        await Measured.UpsertAsync(database, 0, 10);
        await PassivateAsync(database, Measured.Schema.Name);
        await database.CountAsync(full.Name);
        disk.CapacityBytes = disk.UsedBytes;
        var large = Payload.Parse($$"""{"text":"{{new string('x', 100_000)}}"}""");
        var points = Enumerable.Range(1, 320).Select(number => new Point(PointId.FromNumber((ulong)number), new float[] { 1 }, large)).ToArray();
        await Assert.ThrowsAnyAsync<VectorDatabaseException>(() => database.UpsertAsync(full.Name, points));
        Assert.Equal(10, await database.CountAsync(Measured.Schema.Name));
    }

    [Fact]
    public async Task Pins_and_payload_indexes_of_a_passive_shard_are_there()
    {
        var pin = PinName.Parse("before");
        await using var database = await Measured.CreateAsync(new SimulatedFileSystem(5), SimulatedDatabase.Directory);
        var name = Measured.Schema.Name;
        await Measured.UpsertAsync(database, 0, 20);
        await database.PinAsync(name, pin);
        await database.DeleteAsync(name, [PointId.FromNumber(1)]);
        await PassivateAsync(database, name);
        Assert.Equal([pin], await database.ListPinsAsync(name));
        await PassivateAsync(database, name);
        Assert.Equal([Measured.Index], await database.ListPayloadIndexesAsync(name));
        await PassivateAsync(database, name);
        Assert.Equal((19, 20), (await database.CountAsync(name), await database.CountAsync(name, asOf: new AsOfPin(pin))));
    }

    [Fact]
    public async Task A_passive_collection_is_backed_up_compacted_and_dropped_as_any_other()
    {
        var disk = new SimulatedFileSystem(6);
        var name = Measured.Schema.Name;
        await using (var database = await Measured.CreateAsync(disk, SimulatedDatabase.Directory))
        {
            await Measured.UpsertAsync(database, 0, 20);
            await PassivateAsync(database, name);
            await database.BackupAsync("/data/backup");
            await PassivateAsync(database, name);
            await database.CompactAsync(name);
            await PassivateAsync(database, name);
            await database.DropCollectionAsync(name);
            Assert.Empty(await database.ListCollectionsAsync());
            await database.CreateCollectionAsync(Measured.Schema);
            Assert.Equal(0, await database.CountAsync(name));
        }

        await VectorDatabase.RestoreAsync("/data/backup", "/data/restored", disk, progress: null, default);
        await using var restored = await VectorDatabase.OpenAsync("/data/restored", options: null, disk);
        Assert.Equal(20, await restored.CountAsync(name));
    }

    [Fact]
    public async Task A_power_failure_after_a_passivation_loses_nothing()
    {
        for (var seed = 1UL; seed <= 6; seed++)
        {
            var disk = new SimulatedFileSystem(seed);
            var workload = new Workload(seed);
            var database = await SimulatedDatabase.CreateAsync(disk);
            for (var step = 0; step < 60; step++)
            {
                await workload.StepAsync(database);
                if (step % 20 == 0)
                {
                    await PassivateAsync(database, Workload.Schema.Name);
                }
            }

            await PassivateAsync(database, Workload.Schema.Name);
            var crashed = seed % 2 == 0 ? disk.Kill() : disk.Crash(CrashKeeps.None);
            await SimulatedDatabase.AbandonAsync(database);
            await using var again = await SimulatedDatabase.OpenAsync(crashed);
            await workload.AssertHeldByAsync(again);
        }
    }

    [Fact]
    public async Task A_disk_that_fails_when_a_shard_is_to_be_put_away_is_told_and_the_shard_goes_on()
    {
        var disk = new SimulatedFileSystem(7);
        var log = new RecordedLog();
        await using var database = await Measured.CreateAsync(disk, SimulatedDatabase.Directory, Sealing with { LoggerFactory = log });
        var name = Measured.Schema.Name;
        await Measured.UpsertAsync(database, 0, 2_600);
        disk.CapacityBytes = disk.UsedBytes;
        while (database.HealthOf(name)[0].LastUpkeepFailure is null)
        {
            await database.PassivateIdleAsync();
        }

        for (var look = 0; look < 5; look++)
        {
            await database.PassivateIdleAsync();
        }

        Assert.IsType<DiskFullException>(database.HealthOf(name)[0].LastUpkeepFailure);
        Assert.Equal(2_600, await database.CountAsync(name));
        Assert.NotNull(database.HealthOf(name)[0].Statistics);
        disk.CapacityBytes = long.MaxValue;
        await PassivateAsync(database, name);
        Assert.Null(database.HealthOf(name)[0].LastUpkeepFailure);
        Assert.Equal(2_600, await database.CountAsync(name));
        Assert.Equal(1, database.HealthOf(name)[0].Statistics!.SegmentFiles);
    }

    [Fact]
    public async Task After_a_failed_sync_of_the_log_shards_stay_and_reads_go_on()
    {
        var disk = new SimulatedFileSystem(8);
        var workload = new Workload(8);
        var database = await SimulatedDatabase.CreateAsync(disk);
        await workload.StepAsync(database);
        disk.Fail(DiskOperations.Sync, 1);
        await Assert.ThrowsAnyAsync<VectorDatabaseException>(async () =>
        {
            while (true)
            {
                await workload.StepAsync(database);
            }
        });
        for (var look = 0; look < 10; look++)
        {
            await database.PassivateIdleAsync();
            Assert.InRange(await database.CountAsync(Workload.Schema.Name), 1, 60);
        }

        await SimulatedDatabase.AbandonAsync(database);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(86_401)]
    public void The_time_must_be_between_a_second_and_a_day(int seconds)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new VectorDatabaseOptions { PassivateAfter = TimeSpan.FromSeconds(seconds) }.Validated());
        Assert.Equal(nameof(VectorDatabaseOptions.PassivateAfter), error.ParamName);
        Assert.Null((new VectorDatabaseOptions { PassivateAfter = null }).Validated().PassivateAfter);
    }

    private static async Task PassivateAsync(VectorDatabase database, CollectionName name)
    {
        while (database.HealthOf(name).Any(shard => shard.Statistics is not null))
        {
            await database.PassivateIdleAsync();
        }
    }
}
