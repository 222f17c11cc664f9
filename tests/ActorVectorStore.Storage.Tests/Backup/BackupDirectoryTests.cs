using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Storage.Tests.ShardUpkeepTests;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What comes into a backup, and by which way.</summary>
public sealed class BackupDirectoryTests
{
    [Fact]
    public void Linked_segments_take_no_room_and_a_copy_over_them_shares_nothing_any_more()
    {
        using var life = NewBackedUpLife(BackupMethod.Link, out var progress);
        Assert.Equal(new BackupProgress(6, progress.CopiedBytes, 0, 4), progress);
        Assert.True(new BackupDirectory(life.Disk, BackedUpShard.Directory).IsLinked);
        Assert.Equal(4, life.Disk.Count(DiskOperations.Link));
        var rotten = life.Disk.Clone();
        FlipSegment(rotten, "shard");
        Assert.Throws<CorruptionException>(() => BackedUpShard.IndexOf(rotten, life.History));

        var copying = new LastProgress();
        BackedUpShard.BackUp(life, BackupMethod.Copy, copying);
        Assert.Equal((6, 0, 0), (copying.Last.Files, copying.Last.KeptFiles, copying.Last.LinkedFiles));
        BackedUpShard.AssertNothingElse(life.Disk, BackupMethod.Copy);
        FlipSegment(life.Disk, "shard");
        Assert.Equal(life.History.LastIndex, BackedUpShard.IndexOf(life.Disk, life.History));
    }

    [Fact]
    public void Where_the_file_system_cannot_link_segments_are_copied_and_nothing_is_marked()
    {
        using var life = NewBackedUpLife(BackupMethod.Link, out var progress, canLink: false);
        Assert.Equal(0, progress.LinkedFiles);
        BackedUpShard.AssertNothingElse(life.Disk, BackupMethod.Copy);
        FlipSegment(life.Disk, "shard");
        Assert.Equal(life.History.LastIndex, BackedUpShard.IndexOf(life.Disk, life.History));
    }

    [Theory]
    [InlineData(BackupMethod.Copy)]
    [InlineData(BackupMethod.Link)]
    public void A_damaged_segment_is_told_by_its_file_and_does_not_take_the_place_of_a_whole_one(BackupMethod method)
    {
        using var life = NewBackedUpLife(BackupMethod.Copy, out _);
        var before = life.History.LastIndex;
        Flush(life, 50, 10);
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        var path = Path.Combine("shard", life.Files.Last(name => name.EndsWith(".seg", StringComparison.Ordinal)));
        life.Disk.FlipBit(path, life.Disk.ReadWhole(path).Length / 2, 3);
        var error = Assert.Throws<CorruptionException>(() => BackedUpShard.BackUp(life, method));
        Assert.Equal(path, error.File);
        Assert.Equal(before, BackedUpShard.IndexOf(life.Disk, life.History));
    }

    [Fact]
    public void A_segment_that_rotted_in_the_backup_is_copied_again()
    {
        using var life = NewBackedUpLife(BackupMethod.Copy, out _);
        FlipSegment(life.Disk, BackedUpShard.Directory + "/shards/7-1");
        Assert.Throws<CorruptionException>(() => BackedUpShard.IndexOf(life.Disk, life.History));
        var progress = new LastProgress();
        BackedUpShard.BackUp(life, BackupMethod.Copy, progress);

        Assert.Equal(3, progress.Last.KeptFiles);
        Assert.Equal(life.History.LastIndex, BackedUpShard.IndexOf(life.Disk, life.History));
        BackedUpShard.AssertNothingElse(life.Disk, BackupMethod.Copy);
    }

    [Fact]
    public void What_a_backup_copied_that_did_not_come_to_its_end_is_used_by_the_next_one_if_it_is_whole()
    {
        using var life = NewBackedUpLife(BackupMethod.Copy, out _);
        life.Disk.DeleteFile(BackedUpShard.Directory + "/backup");
        FlipSegment(life.Disk, BackedUpShard.Directory + "/shards/7-0");
        var progress = new LastProgress();
        BackedUpShard.BackUp(life, BackupMethod.Copy, progress);
        Assert.Equal(3, progress.Last.KeptFiles);
        Assert.Equal(life.History.LastIndex, BackedUpShard.IndexOf(life.Disk, life.History));
    }

    [Fact]
    public void A_damaged_list_is_no_backup_and_that_of_a_newer_program_is_not_replaced()
    {
        using var life = NewBackedUpLife(BackupMethod.Copy, out _);
        var list = BackedUpShard.Directory + "/backup";
        using var other = life.Fork(life.Disk.Clone());
        MakeNewer(other.Disk);
        var files = other.Disk.HashesBelow(BackedUpShard.Directory);
        Assert.Throws<UnsupportedFormatException>(() => BackedUpShard.BackUp(other, BackupMethod.Copy));
        Assert.Equal(files, other.Disk.HashesBelow(BackedUpShard.Directory));

        life.Disk.FlipBit(list, 40, 1);
        BackedUpShard.BackUp(life, BackupMethod.Copy);
        Assert.Equal(life.History.LastIndex, BackedUpShard.IndexOf(life.Disk, life.History));
    }

    [Fact]
    public void That_of_a_newer_program_is_not_replaced_by_a_backup_without_segments_either()
    {
        using var life = NewBackedUpLife(BackupMethod.Copy, out _);
        MakeNewer(life.Disk);
        var files = life.Disk.HashesBelow(BackedUpShard.Directory);
        using var empty = NewLife(disk: new SimulatedFileSystem(2));
        using var checkpoint = empty.Store.LeaseCheckpoint();
        var backup = new BackupDirectory(life.Disk, BackedUpShard.Directory);
        Assert.Throws<UnsupportedFormatException>(() => backup.AddShard(checkpoint!, "7-0", BackupMethod.Copy, default));
        Assert.Throws<UnsupportedFormatException>(() => new BackupDirectory(life.Disk, BackedUpShard.Directory).Complete(new BackupContents([]), BackupMethod.Copy));
        Assert.Equal(files, life.Disk.HashesBelow(BackedUpShard.Directory));
    }

    [Fact]
    public void A_file_that_the_list_names_keeps_its_bytes_where_the_database_has_lost_some_that_are_derived()
    {
        using var life = NewBackedUpLife(BackupMethod.Copy, out _);
        var copied = Path.Combine("shard", life.Files.First(name => name.EndsWith(".seg", StringComparison.Ordinal)));
        Flush(life, 50, 10);
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        BackedUpShard.BackUp(life, BackupMethod.Link);
        var before = life.History.LastIndex;
        FlipDerived(life.Disk, copied);

        // All that is marked as linked is copied, also what is not; and the process dies before the new list.
        using (var checkpoint = life.Store.LeaseCheckpoint())
            new BackupDirectory(life.Disk, BackedUpShard.Directory).AddShard(checkpoint!, "7-0", BackupMethod.Copy, default);
        Assert.Equal(before, BackedUpShard.IndexOf(life.Disk.Clone(), life.History));
        BackedUpShard.BackUp(life, BackupMethod.Copy);
        BackedUpShard.AssertNothingElse(life.Disk, BackupMethod.Copy);
        Assert.Equal(before, BackedUpShard.IndexOf(life.Disk, life.History));
    }

    [Fact]
    public void One_writer_at_a_time_has_the_directory_until_it_or_its_process_ends()
    {
        using var life = NewBackedUpLife(BackupMethod.Copy, out _);
        var files = life.Disk.HashesBelow(BackedUpShard.Directory);
        var backup = new BackupDirectory(life.Disk, BackedUpShard.Directory);
        using (backup.Lock())
        {
            var error = Assert.Throws<DirectoryLockedException>(() => BackedUpShard.BackUp(life, BackupMethod.Copy));
            Assert.Equal(BackedUpShard.Directory, error.Directory);
            Assert.Equal(files, life.Disk.HashesBelow(BackedUpShard.Directory));
            using var later = life.Fork(life.Disk.Clone().Kill());
            BackedUpShard.BackUp(later, BackupMethod.Copy);
        }

        BackedUpShard.BackUp(life, BackupMethod.Copy);
        BackedUpShard.AssertNothingElse(life.Disk, BackupMethod.Copy);
    }

    [Fact]
    public void Asking_whether_there_is_a_backup_takes_no_buffer()
    {
        var disk = new SimulatedFileSystem(1);
        Assert.False(new BackupDirectory(disk, BackedUpShard.Directory).HasBackup);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(new BackupDirectory(disk, BackedUpShard.Directory).HasBackup);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 10);
    }

    // Two segments, one with deletions, twice.
    private static ShardLife NewBackedUpLife(BackupMethod method, out BackupProgress progress, bool canLink = true)
    {
        var life = NewLife(disk: new SimulatedFileSystem(1) { CanLink = canLink });
        Flush(life, 1, 20);
        life.Apply(Delete(3, 2));
        Flush(life, 21, 20);
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        var last = new LastProgress();
        BackedUpShard.BackUp(life, method, last);
        progress = last.Last;
        return life;
    }

    // The list's version, and its checksum.
    private static void MakeNewer(SimulatedFileSystem disk)
    {
        var list = BackedUpShard.Directory + "/backup";
        var newer = disk.ReadWhole(list);
        newer[8] = 99;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(newer.AsSpan(newer.Length - 8), System.IO.Hashing.XxHash3.HashToUInt64(newer.AsSpan(0, newer.Length - 8)));
        disk.WriteWholeDurably(list, newer);
    }

    private static void FlipDerived(SimulatedFileSystem disk, string path)
    {
        using var segment = SealedSegment.Open(disk, path, new PayloadBlockCache(1));
        disk.FlipBit(path, segment.Sections.First(section => section.IsDerived).Offset, 3);
    }

    private static void FlipSegment(SimulatedFileSystem disk, string folder)
    {
        var path = Path.Combine(folder, disk.ListFiles(folder).First(name => name.EndsWith(".seg", StringComparison.Ordinal)));
        disk.FlipBit(path, disk.ReadWhole(path).Length / 2, 3);
    }

    private sealed class LastProgress : IProgress<BackupProgress>
    {
        public BackupProgress Last { get; private set; }

        public void Report(BackupProgress value) => Last = value;
    }
}
