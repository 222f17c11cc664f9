using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What the disk has to do for a shard, counted: these costs are the same on every machine.</summary>
public sealed class ShardCostTests
{
    private const int Dimension = 64;
    private const int Deleted = 100;

    private static readonly CollectionSchema Schema = Shards.Schema(Dimension);

    [Fact]
    public void Opening_reads_directories_and_deletions_whatever_the_number_of_rows()
    {
        var (few, many) = (CostOfOpening(2_000), CostOfOpening(30_000));
        Assert.Equal(few, many);
        Assert.InRange(many.BytesRead, 1, 4_096 + (Deleted * 12) + 48);
        Assert.Equal(0, many.BytesMapped);
    }

    [Fact]
    public void A_flush_writes_its_rows_once_and_syncs_the_file_and_its_name()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = NewShard(disk, 20_000);
        var before = Counts(disk);
        var work = store.BeginFlush()!;
        work.Run();
        store.Complete(work);

        // Two of the three for the name of the directory, which was not there.
        Assert.Equal((1, 3, 0), Difference(Counts(disk), before));
        const long RowBytes = (Dimension * sizeof(float)) + 60;
        Assert.InRange(work.WrittenBytes, 20_000L * Dimension * sizeof(float), 20_000 * RowBytes);
        Assert.InRange(disk.Traffic.BytesWritten, 1, work.WrittenBytes + (64 << 10));

        // The directory is there now: its own name is not synced again.
        store.Apply(2, [Points(30_000, 10)]);
        before = Counts(disk);
        store.Flush();
        Assert.Equal((1, 1, 0), Difference(Counts(disk), before));
    }

    [Fact]
    public void A_checkpoint_syncs_the_deletions_that_are_new_and_nothing_else()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = NewShard(disk, 1_000);
        store.Flush();
        store.Apply(2, [Points(5_000, 1_000)]);
        store.Flush();
        Assert.Equal((0, 0, 0), CostOf(disk, () => store.Checkpoint()));
        store.Apply(3, [Delete(0, Deleted)]);
        store.Flush();
        var written = disk.Traffic.BytesWritten;
        Assert.Equal((1, 1, 0), CostOf(disk, () => store.Checkpoint()));
        Assert.Equal(48 + (12 * Deleted), disk.Traffic.BytesWritten - written);
        store.Apply(4, [Delete(5_000, 1)]);
        store.Flush();
        Assert.Equal((1, 1, 0), CostOf(disk, () => store.Checkpoint()));
        store.Apply(5, [Delete(0, 900), Delete(5_000, 10)]);
        store.Flush();
        Assert.Equal((2, 2, 2), CostOf(disk, () => store.Checkpoint()));
        store.Apply(6, []);
        store.Flush();
        Assert.Equal((0, 0, 0), CostOf(disk, () => store.Checkpoint()));
    }

    [Fact]
    public void Applies_and_reads_change_nothing_on_disk_and_a_lookup_touches_few_bytes()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = NewShard(disk, 30_000);
        store.Flush();
        var operations = disk.OperationCount;
        using (var view = store.OpenView())
            Assert.Equal(2, view.Get([PointId.FromNumber(17), PointId.FromNumber(29_999)], PointFields.All).Count);
        var mapped = disk.Traffic.BytesMapped;
        using (var view = store.OpenView())
            Assert.Single(view.Get([PointId.FromNumber(15_003)], PointFields.None));

        // Whole blocks where one is touched for the first time, to compare its checksum.
        Assert.InRange(disk.Traffic.BytesMapped - mapped, 1, 12 * SealedSegmentFormat.BlockBytes);
        mapped = disk.Traffic.BytesMapped;
        store.Apply(2, [Points(100_000, 1_000)]);
        Assert.Equal(mapped, disk.Traffic.BytesMapped);
        store.Apply(3, [Delete(50, 10)]);
        Assert.Equal(operations, disk.OperationCount);
    }

    [Fact]
    public void A_load_of_many_flushes_is_rewritten_about_log4_times()
    {
        const int Flushes = 64;
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema, disk: disk);
        var flushed = 0L;
        for (var i = 0; i < Flushes; i++)
        {
            store.Apply(i + 1, [Points(i * 200, 200)]);
            var before = disk.Traffic.BytesWritten;
            store.Flush();
            flushed += disk.Traffic.BytesWritten - before;
            while (store.Compact(everything: false).BeginCompaction() is { } next)
                store.Abandon(next);
            store.Checkpoint();
        }

        Assert.InRange((double)disk.Traffic.BytesWritten / flushed, 2, 1 + Math.Log(Flushes, 4) + 0.5);
        Assert.InRange(store.Statistics.SegmentFiles, 1, 8);
    }

    private static (long BytesRead, long BytesMapped) CostOfOpening(int rows)
    {
        var disk = new SimulatedFileSystem(1);
        using var store = NewShard(disk, rows);
        store.Flush();
        store.Apply(2, [Delete(1_000, Deleted)]);
        store.Flush();
        var manifest = store.Checkpoint()!;
        var rebooted = disk.Crash(CrashKeeps.None);
        using var opened = ShardStore.Open(Schema, Shards.Place(rebooted), null, manifest, "manifest");
        Assert.Equal(rows - Deleted, opened.Count);
        return (rebooted.Traffic.BytesRead, rebooted.Traffic.BytesMapped);
    }

    private static ShardStore NewShard(SimulatedFileSystem disk, int rows)
    {
        var store = Shards.Empty(Schema, disk: disk);
        store.Apply(1, [Points(0, rows)]);
        return store;
    }

    private static UpsertPoints Points(int first, int count)
    {
        var random = new SeededRandom((ulong)first);
        return new UpsertPoints(
        [
            .. Enumerable.Range(first, count).Select(n => new Point(
                PointId.FromNumber((ulong)n), Enumerable.Range(0, Dimension).Select(_ => (float)random.NextDouble()).ToArray())),
        ]);
    }

    private static DeletePoints Delete(int first, int count) => ShardUpkeepTests.Delete(first, count);

    private static (long Syncs, long DirectorySyncs, long Deletes) CostOf(SimulatedFileSystem disk, Action action)
    {
        var before = Counts(disk);
        action();
        return Difference(Counts(disk), before);
    }

    private static (long Syncs, long DirectorySyncs, long Deletes) Counts(SimulatedFileSystem disk) =>
        (disk.Count(DiskOperations.Sync), disk.Count(DiskOperations.DirectorySync), disk.Count(DiskOperations.Delete));

    private static (long Syncs, long DirectorySyncs, long Deletes) Difference(
        (long Syncs, long DirectorySyncs, long Deletes) after, (long Syncs, long DirectorySyncs, long Deletes) before) =>
        (after.Syncs - before.Syncs, after.DirectorySyncs - before.DirectorySyncs, after.Deletes - before.Deletes);
}
