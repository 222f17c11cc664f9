using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>The whole store on a simulated disk: through snapshots, segment rolls, lost and damaged files, failing and full disks.</summary>
public sealed class DurabilityTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_store_agrees_with_a_dictionary_over_snapshots_segments_and_reopenings(int seed)
    {
        var disk = new SimulatedFileSystem((ulong)seed);
        var workload = new Workload((ulong)seed);
        await (await SimulatedDatabase.CreateAsync(disk)).DisposeAsync();
        var firstSegments = SimulatedDatabase.Segments(disk);
        for (var cycle = 0; cycle < 5; cycle++)
        {
            await using var database = await SimulatedDatabase.OpenAsync(disk);
            await workload.AssertHeldByAsync(database);
            for (var step = 0; step < 120; step++)
            {
                await workload.StepAsync(database);
            }

            await workload.AssertHeldByAsync(database);
        }

        Assert.NotEmpty(SimulatedDatabase.Snapshots(disk));
        Assert.NotEqual(firstSegments, SimulatedDatabase.Segments(disk));
    }

    [Theory]
    [InlineData("hole")]
    [InlineData("empty")]
    public async Task A_removed_snapshot_is_told_and_not_served_as_an_empty_shard(string what)
    {
        var disk = new SimulatedFileSystem();
        var workload = new Workload(3);
        await using (var database = await SimulatedDatabase.CreateAsync(disk))
        {
            for (var step = 0; step < 150; step++)
            {
                await workload.StepAsync(database);
            }
        }

        foreach (var snapshot in SimulatedDatabase.Snapshots(disk).Take(what == "hole" ? 1 : int.MaxValue))
        {
            disk.DeleteFile(snapshot);
        }

        var error = await Assert.ThrowsAsync<CorruptionException>(() => SimulatedDatabase.OpenAsync(disk));
        Assert.StartsWith("shard/words-", error.File, StringComparison.Ordinal);
        Assert.Contains("a checkpoint that covers them", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_told_by_its_file_and_left_as_it_is()
    {
        var disk = new SimulatedFileSystem();
        var workload = new Workload(4);
        await using (var database = await SimulatedDatabase.CreateAsync(disk))
        {
            for (var step = 0; step < 150; step++)
            {
                await workload.StepAsync(database);
            }
        }

        var snapshot = SimulatedDatabase.Snapshots(disk)[0];
        disk.FlipBit(snapshot, 200, 3);
        var damaged = disk.ReadWhole(snapshot);
        var error = await Assert.ThrowsAsync<CorruptionException>(() => SimulatedDatabase.OpenAsync(disk));
        Assert.Equal(snapshot, error.File);
        Assert.Equal(damaged, disk.ReadWhole(snapshot));
        Assert.Equal(error.Message, (await Assert.ThrowsAsync<CorruptionException>(() => SimulatedDatabase.OpenAsync(disk))).Message);
    }

    [Theory]
    [InlineData(DiskOperations.Sync, 1)]
    [InlineData(DiskOperations.Sync, 2)]
    [InlineData(DiskOperations.Sync, 3)]
    [InlineData(DiskOperations.Sync, 4)]
    [InlineData(DiskOperations.Sync, 5)]
    [InlineData(DiskOperations.DirectorySync, 1)]
    [InlineData(DiskOperations.DirectorySync, 2)]
    [InlineData(DiskOperations.DirectorySync, 3)]
    [InlineData(DiskOperations.DirectorySync, 4)]
    [InlineData(DiskOperations.DirectorySync, 5)]
    public async Task After_a_failed_sync_writes_are_refused_reads_go_on_and_a_reopened_store_has_all_that_was_acknowledged(DiskOperations kind, int number)
    {
        var disk = new SimulatedFileSystem();
        var workload = new Workload(5);
        var database = await SimulatedDatabase.CreateAsync(disk);
        for (var step = 0; step < 20; step++)
        {
            await workload.StepAsync(database);
        }

        disk.Fail(kind, number);
        await Assert.ThrowsAnyAsync<VectorDatabaseException>(async () =>
        {
            while (true)
            {
                await workload.StepAsync(database);
            }
        });
        Assert.InRange(await database.CountAsync(Workload.Schema.Name), 1, 60);
        Assert.NotEmpty(await database.SearchAsync(Workload.Schema.Name, new SearchRequest { Vector = new float[Workload.Dimension] }));
        await SimulatedDatabase.AbandonAsync(database);

        await using var again = await SimulatedDatabase.OpenAsync(disk.Crash(CrashKeeps.None));
        await workload.AssertHeldByAsync(again);
    }

    [Fact]
    public async Task On_a_full_disk_writes_are_refused_reads_go_on_and_writes_resume_when_there_is_space()
    {
        var disk = new SimulatedFileSystem();
        var workload = new Workload(6);
        await using var database = await SimulatedDatabase.CreateAsync(disk);
        await workload.StepAsync(database);
        disk.CapacityBytes = disk.UsedBytes;
        await Assert.ThrowsAsync<StorageFullException>(async () =>
        {
            while (true)
            {
                await workload.StepAsync(database);
            }
        });
        await workload.AssertHeldByAsync(database);
        await Assert.ThrowsAsync<StorageFullException>(() => database.UpsertAsync(
            Workload.Schema.Name, [.. Enumerable.Range(1_000, 1_000).Select(n => new Point(PointId.FromNumber((ulong)n), new float[Workload.Dimension]))]));
        disk.CapacityBytes = long.MaxValue;
        for (var refused = true; refused;)
        {
            try
            {
                await database.DeleteAsync(Workload.Schema.Name, [.. Enumerable.Range(1_000, 1_000).Select(n => PointId.FromNumber((ulong)n))]);
                refused = false;
            }
            catch (StorageFullException)
            {
                await Task.Yield();
            }
        }

        await workload.StepAsync(database);
        await workload.AssertHeldByAsync(database);
    }

    [Fact]
    public async Task Disposal_makes_the_writes_that_are_under_way_durable_or_fails_them()
    {
        var disk = new SimulatedFileSystem();
        var database = await SimulatedDatabase.CreateAsync(disk);
        var writes = Enumerable.Range(0, 200).Select(n => Task.Run(() => database.UpsertAsync(
            Workload.Schema.Name, [new Point(PointId.FromNumber((ulong)n), new float[Workload.Dimension])]))).ToArray();
        await Task.WhenAny(writes);
        await database.DisposeAsync();
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var again = await SimulatedDatabase.OpenAsync(disk.Crash(CrashKeeps.None));
        var found = await again.GetAsync(Workload.Schema.Name, [.. Enumerable.Range(0, 200).Select(n => PointId.FromNumber((ulong)n))]);
        var held = found.Select(record => (int)record.Id.Number).ToHashSet();
        Assert.All(Enumerable.Range(0, 200).Where(n => writes[n].IsCompletedSuccessfully), n => Assert.Contains(n, held));
        Assert.All(
            writes.Where(write => !write.IsCompletedSuccessfully),
            write => Assert.True(write.Exception!.InnerException is ObjectDisposedException or StoreUnavailableException, write.Exception.ToString()));
    }

    [Fact]
    public async Task A_collection_that_was_dropped_before_a_power_failure_stays_gone_and_leaves_no_files_behind()
    {
        var disk = new SimulatedFileSystem();
        var workload = new Workload(7);
        var database = await SimulatedDatabase.CreateAsync(disk);
        for (var step = 0; step < 150; step++)
        {
            await workload.StepAsync(database);
        }

        await database.DropCollectionAsync(Workload.Schema.Name);
        var after = disk.Crash(CrashKeeps.None);
        await SimulatedDatabase.AbandonAsync(database);
        await using var again = await SimulatedDatabase.OpenAsync(after);
        Assert.Empty(await again.ListCollectionsAsync());
        await again.CreateCollectionAsync(Workload.Schema);
        Assert.Equal(0, await again.CountAsync(Workload.Schema.Name));
        while (SimulatedDatabase.Snapshots(after).Length > 0)
        {
            await Task.Yield();
        }
    }
}
