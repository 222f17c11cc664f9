using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

public sealed class ShardMetricsTests
{
    private static readonly CollectionName Name = Measured.Schema.Name;

    [Fact]
    public async Task Flushes_checkpoints_compactions_and_recoveries_are_recorded_with_their_bytes()
    {
        const string Directory = "/data/upkeep";
        using var recording = new MeterRecording(Directory);
        var disk = new SimulatedFileSystem(1);
        await using (var database = await Measured.CreateAsync(disk, Directory))
        {
            await Measured.UpsertAsync(database, 0, 100);
            await database.CompactAsync(Name);
            Assert.Equal((1, 0), (Count("flush"), Count("compaction")));
            Assert.Equal(database.HealthOf(Name)[0].Statistics!.SegmentFileBytes, Bytes("flush", "write"));
            await Measured.UpsertAsync(database, 50, 100);
            var before = database.HealthOf(Name)[0].Statistics!.SegmentFileBytes;
            await database.CompactAsync(Name);
            Assert.Equal((2, 1), (Count("flush"), Count("compaction")));
            Assert.True(Bytes("compaction", "read") > before, "Both files were rewritten.");
            Assert.Equal(database.HealthOf(Name)[0].Statistics!.SegmentFileBytes, Bytes("compaction", "write"));
            Assert.True(Count("checkpoint") > 0 && Bytes("checkpoint", "write") > 0);
            Assert.Equal((1, 0.0), (Count("recovery"), Bytes("recovery", "read")));
            await Measured.UpsertAsync(database, 500, 10);
        }

        var killed = await KillAsync(disk, Directory);
        await using var again = await VectorDatabase.OpenAsync(Directory, Measured.Options, killed);
        Assert.Equal(161, await again.CountAsync(Name));
        Assert.Equal(3, Count("recovery"));
        Assert.True(Bytes("recovery", "read") > 4 * Measured.Dimension, "An event was applied again.");

        int Count(string operation) => recording.Events.Of("upkeep.duration", $"operation={operation}").Length;
        double Bytes(string operation, string direction) => recording.Events.Sum("upkeep.io", $"operation={operation}", $"io.direction={direction}");
    }

    [Fact]
    public async Task Rows_segments_memory_and_amplification_are_told_by_collection()
    {
        const string Directory = "/data/state";
        using var recording = new MeterRecording(Directory);
        await using var database = await Measured.CreateAsync(new SimulatedFileSystem(2), Directory);
        await Measured.UpsertAsync(database, 0, 100);
        Assert.True(recording.Collect().Sum("collection.memory", "collection=things", "state=mutable") > 100 * sizeof(float) * Measured.Dimension);
        await database.CompactAsync(Name);
        await database.PinAsync(Name, PinName.Parse("all"));
        await database.DeleteAsync(Name, [.. Enumerable.Range(0, 50).Select(n => PointId.FromNumber((ulong)n))]);
        var (files, collected) = (database.Metrics.Files, recording.Collect());
        Assert.Equal((50.0, 50.0), (collected.Sum("collection.rows", "collection=things", "state=live"), collected.Sum("collection.rows", "collection=things", "state=dead")));
        Assert.Equal((1.0, 1.0, 1.0), (collected.Sum("collections"), collected.Sum("collection.shards", "collection=things"), collected.Sum("collection.segments", "collection=things")));
        Assert.Equal(2, collected.Sum("collection.space_amplification", "collection=things"), 0.01);
        Assert.Equal(0, collected.Sum("collection.damaged_sections", "collection=things"));
        Assert.True(collected.Sum("memory.used") > 0);
        Assert.True(collected.Sum("log.size") > collected.Sum("log.live"));
        var written = collected.Sum("file.io", "io.direction=write");
        Assert.InRange(collected.Sum("write.amplification"), 1, files.WrittenBytes / collected.Sum("write.io"));
        Assert.InRange(written, 1, files.WrittenBytes);
        await database.DropCollectionAsync(Name);
        Assert.Empty(recording.Collect().Of("collection.rows"));
    }

    [Fact]
    public async Task Long_payloads_that_were_read_are_counted_in_the_cache()
    {
        const string Directory = "/data/cache";
        using var recording = new MeterRecording(Directory);
        await using var database = await Measured.CreateAsync(new SimulatedFileSystem(3), Directory);
        var payload = Payload.Parse($$"""{"text":"{{new string('x', 5_000)}}"}""");
        await Measured.UpsertAsync(database, 0, 100);
        await database.UpsertAsync(Name, [new Point(PointId.FromNumber(1), Measured.PointOf(1).Vector, payload)]);
        await database.CompactAsync(Name);
        await database.GetAsync(Name, [PointId.FromNumber(0)]);
        Assert.Equal(0, recording.Collect().Sum("payload_cache.size"));
        await database.GetAsync(Name, [PointId.FromNumber(1)]);
        Assert.Equal(payload.Utf8.Length, recording.Collect().Sum("payload_cache.size"));
    }

    [Fact]
    public async Task Memory_of_vector_indexes_is_told()
    {
        const string Directory = "/data/indexed";
        using var recording = new MeterRecording(Directory);
        var schema = new CollectionSchema(Name, [VectorSchema.Dense("", Measured.Dimension, Distance.Dot) with { Index = new VectorIndexOptions { FullScanThreshold = 0 } }]);
        await using var database = await VectorDatabase.OpenAsync(Directory, Measured.Options, new SimulatedFileSystem(5));
        await database.CreateCollectionAsync(schema);
        await Measured.UpsertAsync(database, 0, 100);
        Assert.Equal(0, recording.Collect().Sum("collection.vector_index.memory"));
        await database.IndexAsync(Name);
        Assert.Equal(database.HealthOf(Name)[0].Statistics!.VectorIndexBytes, recording.Collect().Sum("collection.vector_index.memory"));
        Assert.InRange(recording.Collect().Sum("collection.vector_index.memory"), 100 * Measured.Dimension, 100_000);
        Assert.Equal(0, recording.Collect().Sum("upkeep.running", "lane=index"));
    }

    [Fact]
    public async Task Collecting_opens_no_shard()
    {
        const string Directory = "/data/closed";
        var disk = new SimulatedFileSystem(4);
        await using (var database = await Measured.CreateAsync(disk, Directory))
        {
            await Measured.UpsertAsync(database, 0, 10);
        }

        using var recording = new MeterRecording(Directory);
        await using var again = await VectorDatabase.OpenAsync(Directory, Measured.Options, disk);
        for (var round = 0; round < 3; round++)
        {
            var collected = recording.Collect();
            Assert.Equal(1, collected.Sum("collections"));
            Assert.Empty(collected.Of("collection.shards"));
            Assert.Equal(0, collected.Sum("file.io", "file.kind=segment"));
        }

        Assert.Null(Assert.Single(again.HealthOf(Name)).Statistics);
        Assert.Empty(recording.Events.Of("upkeep.duration", "operation=recovery"));
        Assert.Equal(10, await again.CountAsync(Name));
        Assert.Equal(1, recording.Collect().Sum("collection.shards", "collection=things"));
    }

    [Fact]
    public async Task Writes_that_wait_for_memory_are_a_stall_until_rows_are_in_files()
    {
        const string Directory = "/data/stalls";
        var disk = new HeldSegments(new SimulatedFileSystem(5));
        using var recording = new MeterRecording(Directory);
        using var log = new RecordedLog();
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        log.Logged = id => _ = id == 3 && stalled.TrySetResult();
        await using var database = await Measured.CreateAsync(disk, Directory, Measured.Options with { LoggerFactory = log, ShardQueueBytesMax = 1 << 20 });
        try
        {
            // Each is as much as a segment in memory may hold: the first is being written, the second fills the next one.
            await Measured.UpsertAsync(database, 0, 4_000);
            await Measured.UpsertAsync(database, 4_000, 4_000);
            Assert.Equal(0, recording.Collect().Sum("write.stalled"));
            var waiting = Measured.UpsertAsync(database, 8_000, 1);
            await stalled.Task.WaitAsync(Measured.Watchdog);
            Assert.Equal(1, recording.Collect().Sum("write.stalled"));
            Assert.Empty(recording.Events.Of("write.stall.duration"));
            await Assert.ThrowsAsync<OverloadedException>(() => Measured.UpsertAsync(database, 9_000, 4_000));
            Assert.Equal(1, recording.Events.Sum("write.refusals", "reason=queue"));
            disk.Release();
            await waiting;
        }
        finally
        {
            disk.Release();
        }

        Assert.Equal(0, recording.Collect().Sum("write.stalled"));
        Assert.Single(recording.Events.Of("write.stall.duration"));
        Assert.Equal((1, 1), (log.Of(3).Length, log.Of(4).Length));
    }

    [Fact]
    public async Task Refused_writes_are_counted_by_their_reason()
    {
        const string Directory = "/data/refusals";
        using var recording = new MeterRecording(Directory);
        await using var database = await Measured.CreateAsync(new SimulatedFileSystem(6), Directory, Measured.Options with { MemoryBytesMax = 1 << 20 });
        await Assert.ThrowsAsync<CapacityExceededException>(() => Measured.UpsertAsync(database, 0, 4_000));
        Assert.Equal(1, recording.Events.Sum("write.refusals", "reason=memory"));
        Assert.Empty(recording.Events.Of("write.refusals", "reason=queue"));
    }

    [Fact]
    public async Task Upkeep_that_fails_is_counted_and_logged()
    {
        const string Directory = "/data/failures";
        var disk = new SimulatedFileSystem(7);
        using var recording = new MeterRecording(Directory);
        using var log = new RecordedLog();
        await using var database = await Measured.CreateAsync(disk, Directory, Measured.Options with { LoggerFactory = log });
        await Measured.UpsertAsync(database, 0, 10);
        disk.Fail(DiskOperations.Rename, 1, times: 1_000);
        await Assert.ThrowsAnyAsync<Exception>(() => database.CompactAsync(Name));
        disk.StopFailing();
        Assert.Equal(1, recording.Events.Sum("upkeep.failures", "operation=flush"));
        Assert.Contains("shard 0 of collection 'things'", Assert.Single(log.Of(2)), StringComparison.Ordinal);
        await database.CompactAsync(Name);
        Assert.Single(recording.Events.Of("upkeep.duration", "operation=flush"));
    }

    // A database whose process was killed right after a write, with an event behind its last checkpoint.
    private static async Task<SimulatedFileSystem> KillAsync(SimulatedFileSystem disk, string directory)
    {
        var database = await VectorDatabase.OpenAsync(directory, Measured.Options, disk);
        await Measured.UpsertAsync(database, 1_000, 1);
        var killed = disk.Kill();
        await SimulatedDatabase.AbandonAsync(database);
        return killed;
    }
}
