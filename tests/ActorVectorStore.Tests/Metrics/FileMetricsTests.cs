using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

public sealed class FileMetricsTests
{
    [Fact]
    public async Task What_is_counted_of_files_is_what_the_disk_got_and_gave()
    {
        const string Directory = "/data/counted";
        var disk = new CountingFileSystem(new SimulatedFileSystem(1));
        using var recording = new MeterRecording(Directory);
        var database = await Measured.CreateAsync(disk, Directory);
        await WorkAsync(database);
        var (written, read) = (disk.BytesWritten, disk.BytesRead);
        var collected = recording.Collect();
        Assert.InRange(collected.Sum("file.io", "io.direction=write"), written, disk.BytesWritten);
        Assert.InRange(collected.Sum("file.io", "io.direction=read"), read, disk.BytesRead);
        await database.DisposeAsync();
        FileTraffic[] traffic = [.. FileKinds.All.Select(database.Metrics.Files.Of)];
        Assert.Equal(
            (disk.BytesWritten, disk.BytesRead, disk.Syncs, 0L),
            (traffic.Sum(kind => kind.WrittenBytes), traffic.Sum(kind => kind.ReadBytes), traffic.Sum(kind => kind.Syncs), traffic.Sum(kind => kind.MappedBytes)));
        Assert.Equal(disk.Syncs, recording.Events.Of("file.sync.duration").Length);
    }

    [Fact]
    public async Task Each_kind_of_file_is_counted_under_its_own_tag()
    {
        const string Directory = "/data/kinds";
        var disk = new SimulatedFileSystem(2);
        using var recording = new MeterRecording(Directory);
        await using var database = await Measured.CreateAsync(disk, Directory);
        await WorkAsync(database);
        var collected = recording.Collect();
        foreach (var kind in new[] { FileKind.Log, FileKind.Segment, FileKind.Deletions, FileKind.Snapshot, FileKind.Backup })
        {
            var tag = $"file.kind={FileKinds.NameOf(kind)}";
            Assert.True(collected.Sum("file.io", tag, "io.direction=write") > 0, $"No {kind} was written.");
            Assert.True(collected.Sum("file.operations", tag, "io.direction=write") > 0, $"No {kind} was written.");
            Assert.True(collected.Sum("file.syncs", tag) > 0, $"No {kind} was synced.");
        }

        Assert.Equal(0, collected.Sum("file.io", "file.kind=other"));
        Assert.True(collected.Sum("file.syncs", "file.kind=directory") > 0);
        var folder = Path.Combine(Directory, "shards", Assert.Single(disk.ListDirectories(Path.Combine(Directory, "shards"))));
        var segments = disk.ListFiles(folder).Where(name => name.EndsWith(".seg", StringComparison.Ordinal)).Sum(name => disk.ReadWhole(Path.Combine(folder, name)).Length);
        Assert.Equal(segments, collected.Sum("file.mapped", "file.kind=segment"));
        Assert.Equal(segments, collected.Sum("collection.size", "collection=things"));
    }

    [Theory]
    [InlineData("/data/store/0000000100000000.wal", FileKind.Log)]
    [InlineData("/data/store/0000000100000000.wal.new", FileKind.Log)]
    [InlineData("/data/store/00000001.spare", FileKind.Log)]
    [InlineData("/data/store/log.identity.tmp", FileKind.Log)]
    [InlineData("/data/store/shards/1-0/0123.seg.tmp", FileKind.Segment)]
    [InlineData("/data/store/shards/1-0/0123-45.del", FileKind.Deletions)]
    [InlineData("/data/store/shards/1-0/0123.7.runs", FileKind.Sorting)]
    [InlineData("/data/store/snapshots/01-02-03.snapshot", FileKind.Snapshot)]
    [InlineData("/data/store/LOCK", FileKind.Other)]
    [InlineData("/data/store", FileKind.Backup)]
    [InlineData("/data/store-of-others/shards/1-0/0123.seg", FileKind.Backup)]
    [InlineData("/backup/shards/1-0/0123.seg", FileKind.Backup)]
    public void A_file_is_of_the_kind_that_its_name_says(string path, FileKind kind)
    {
        Assert.Equal(kind, FileKinds.KindOf("/data/store", path));
        Assert.Equal(kind, FileKinds.KindOf("/data/store/", path));
    }

    [Fact]
    public async Task Nothing_is_reported_of_a_database_that_was_disposed_of()
    {
        const string Directory = "/data/disposed";
        using var recording = new MeterRecording(Directory);
        await using (var database = await Measured.CreateAsync(new SimulatedFileSystem(3), Directory))
        {
            await Measured.UpsertAsync(database, 0, 10);
            Assert.NotEmpty(recording.Collect());
        }

        Assert.Empty(recording.Collect());
        Assert.Equal(recording.Instruments.Count, recording.Ended);
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_leaves_no_instrument()
    {
        const string Directory = "/data/refused";
        using var recording = new MeterRecording(Directory);
        var disk = new SimulatedFileSystem(4);
        await using var owner = await Measured.CreateAsync(disk, Directory);
        var owned = recording.Instruments.Count;
        await Assert.ThrowsAsync<DirectoryLockedException>(() => VectorDatabase.OpenAsync(Directory, Measured.Options, disk));
        Assert.Equal(recording.Instruments.Count - owned, recording.Ended);
        Assert.True(recording.Ended > 0);
    }

    // Everything that touches files: flushes, deletions, a compaction, checkpoints, a backup.
    private static async Task WorkAsync(VectorDatabase database)
    {
        await Measured.UpsertAsync(database, 0, 200);
        await database.CompactAsync(Measured.Schema.Name);
        await database.DeleteAsync(Measured.Schema.Name, [PointId.FromNumber(3)]);
        await database.BackupAsync("/backup");
        await Measured.UpsertAsync(database, 200, 200);
        await database.CompactAsync(Measured.Schema.Name);
        await database.CountAsync(Measured.Schema.Name, Filter.AllOf(Filter.Field("n").AtLeast(7)));
    }
}
