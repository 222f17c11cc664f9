using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using Xunit.Abstractions;
using static ActorVectorStore.Storage.Tests.ShardUpkeepTests;

namespace ActorVectorStore.Storage.Tests;

/// <summary>
/// A backup and a restoring with the power off, the disk failing or the disk full at each of their operations. The database and the backup that was there lose nothing by it,
/// the directory has one whole backup, and the next one succeeds.
/// </summary>
public sealed class BackupCrashTests(ITestOutputHelper output)
{
    // A sync that failed is another matter: nobody knows what is durable.
    private const DiskOperations AllButSyncs = (DiskOperations)8_191 & ~DiskOperations.AnySync;

    // What a database does between two backups, the first of which is of three segments and deletions of one.
    private static readonly (string Name, Action<ShardLife> Between)[] Stories =
    [
        ("there was no backup", _ => { }),
        ("some is new", life =>
        {
            life.Apply(Delete(22, 2));
            Flush(life, 60, 10);
            Checkpoint(life);
        }),
        ("all was rewritten", life =>
        {
            life.Apply(Delete(1, 15));
            life.Upkeep(everything: true);
        }),
        ("names came back with other bytes", life =>
        {
            var names = life.NamedFiles;
            life.Apply(Delete(1, 60));
            life.Upkeep(everything: true);
            Assert.Empty(life.Files);
            life.Reopen(life.Disk.Crash(CrashKeeps.All));
            Flush(life, 70, 10);
            Checkpoint(life);
            Assert.Subset(names.ToHashSet(), life.NamedFiles.ToHashSet());
        }),
    ];

    // What the backup that fails does, and what the ones before and after it do.
    private static readonly (BackupMethod Failing, BackupMethod Others)[] Methods =
    [
        (BackupMethod.Copy, BackupMethod.Copy),
        (BackupMethod.Link, BackupMethod.Link),
        (BackupMethod.Copy, BackupMethod.Link),
        (BackupMethod.Link, BackupMethod.Copy),
    ];

    public static IEnumerable<object[]> Cases => Stories.SelectMany((_, story) => Methods.Select((_, methods) => new object[] { story, methods }));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_power_loss_at_any_operation_leaves_one_whole_backup_and_the_database(int story, int methods)
    {
        var (arranged, before) = Arrange(story, methods);
        using var closing = arranged;
        var operations = OperationsOf(arranged, methods, DiskOperations.None);
        Assert.InRange(operations, 15, 200);
        var crashes = 0;
        for (var number = 1L; number <= operations; number++)
        {
            // Before an operation is after the one before it, but for what is sampled.
            foreach (var moment in LongRuns.AreWanted || number == 1 ? Enum.GetValues<CrashMoment>() : [CrashMoment.After])
            {
                using var life = arranged.Fork(arranged.Disk.Clone());
                life.Disk.CrashAt(life.Disk.OperationCount + number, moment);
                Assert.Throws<SimulatedCrashException>(() => BackedUpShard.BackUp(life, Methods[methods].Failing));
                foreach (var disk in Rebooted(life.Disk, number + (moment == CrashMoment.After ? 1 : 0)))
                {
                    AssertOneOf(arranged, before, disk);
                    BackedUpShard.AssertGoesOn(arranged.Fork(disk), Methods[methods].Others);
                    crashes++;
                }
            }
        }

        output.WriteLine($"{Stories[story].Name}, {Methods[methods]}: {operations} operations, {crashes} crashes");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_operation_that_fails_leaves_one_whole_backup_and_the_next_one_succeeds(int story, int methods) =>
        FailEach(story, methods, AllButSyncs, (disk, number) => disk.Fail(AllButSyncs, number));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_sync_that_fails_leaves_one_whole_backup_and_the_next_one_succeeds(int story, int methods) =>
        FailEach(story, methods, DiskOperations.AnySync, (disk, number) => disk.Fail(DiskOperations.AnySync, number));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_full_disk_leaves_one_whole_backup_and_the_next_one_succeeds(int story, int methods) =>
        FailEach(story, methods, DiskOperations.AnySpace, (disk, number) => disk.Refuse(DiskOperations.AnySpace, number));

    [Fact]
    public void A_disk_that_is_full_until_there_is_room_leaves_the_old_backup_and_then_the_new_one()
    {
        var (arranged, before) = Arrange(story: 2, methods: 0);
        using var closing = arranged;
        for (var bytes = 0L; ; bytes += 4_096)
        {
            using var life = arranged.Fork(arranged.Disk.Clone());
            life.Disk.CapacityBytes = life.Disk.UsedBytes + bytes;
            try
            {
                BackedUpShard.BackUp(life, BackupMethod.Copy);
                Assert.True(bytes > 0);
                return;
            }
            catch (DiskFullException)
            {
                Assert.Equal(before, BackedUpShard.IndexOf(Roomy(life.Disk.Crash(CrashKeeps.All)), arranged.History));
                BackedUpShard.AssertGoesOn(arranged.Fork(Roomy(life.Disk.Clone())), BackupMethod.Copy);
            }
        }
    }

    [Fact]
    public void A_power_loss_at_any_operation_of_a_restoring_leaves_the_backup_and_it_succeeds_the_next_time()
    {
        var (arranged, _) = Arrange(story: 1, methods: 0);
        using var closing = arranged;
        BackedUpShard.BackUp(arranged, BackupMethod.Copy);
        var clean = arranged.Disk.Clone();
        var before = clean.OperationCount;
        Restore(clean);
        for (var number = 1L; number <= clean.OperationCount - before; number++)
        {
            var disk = arranged.Disk.Clone();
            disk.CrashAt(disk.OperationCount + number, number % 2 == 0 ? CrashMoment.After : CrashMoment.Before);
            Assert.Throws<SimulatedCrashException>(() => Restore(disk));
            foreach (var rebooted in Rebooted(disk, number))
            {
                Assert.Equal(arranged.History.LastIndex, BackedUpShard.IndexOf(rebooted, arranged.History));
                Restore(rebooted);
                AssertRestored(rebooted.Crash(CrashKeeps.None), arranged);
            }
        }
    }

    // What the first process showed need not be durable yet, and the second one must spare what is.
    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    public void A_power_loss_in_the_backup_after_a_killed_one_leaves_one_whole_backup(int story, int methods)
    {
        var (arranged, before) = Arrange(story, methods);
        using var closing = arranged;
        var operations = OperationsOf(arranged, methods, DiskOperations.None);
        for (var number = 1L; number <= operations; number++)
        {
            using var life = arranged.Fork(arranged.Disk.Clone());
            life.Disk.CrashAt(life.Disk.OperationCount + number, CrashMoment.After);
            Assert.Throws<SimulatedCrashException>(() => BackedUpShard.BackUp(life, Methods[methods].Failing));
            using var later = arranged.Fork(life.Disk.Kill());
            Flush(later, 80, 2);
            later.Upkeep(everything: true);
            var step = LongRuns.AreWanted ? 1 : 7;
            for (var second = 1 + (number % step); second <= operations; second += step)
            {
                using var again = later.Fork(later.Disk.Clone());
                again.Disk.CrashAt(again.Disk.OperationCount + second, CrashMoment.After);
                try
                {
                    BackedUpShard.BackUp(again, Methods[methods].Others);
                }
                catch (SimulatedCrashException)
                {
                    foreach (var disk in Rebooted(again.Disk, number + second).Append(again.Disk.Crash(CrashKeeps.None)))
                    {
                        var index = BackedUpShard.IndexOf(disk, later.History);
                        Assert.True(
                            index == before || index == arranged.History.LastIndex || index == later.History.LastIndex, $"The backup is of {index}, neither the first, the second nor the third.");
                    }
                }
            }
        }
    }

    private static void FailEach(int story, int methods, DiskOperations kinds, Action<SimulatedFileSystem, long> fail)
    {
        var (arranged, before) = Arrange(story, methods);
        using var closing = arranged;
        var operations = OperationsOf(arranged, methods, kinds);
        Assert.InRange(operations, 5, 600);

        // Reading takes most of them, many of which are alike.
        var step = LongRuns.AreWanted || operations < 100 ? 1 : 4;
        for (var number = 1L + ((story + methods) % step); number <= operations; number += step)
        {
            using var life = arranged.Fork(arranged.Disk.Clone());
            fail(life.Disk, number);
            Assert.ThrowsAny<IOException>(() => BackedUpShard.BackUp(life, Methods[methods].Failing));
            life.Disk.StopFailing();
            var running = life.Disk.Clone();
            foreach (var disk in Rebooted(life.Disk.Clone(), number))
                AssertOneOf(arranged, before, disk);
            AssertOneOf(arranged, before, life.Disk);
            BackedUpShard.AssertGoesOn(arranged.Fork(life.Disk.Crash(CrashKeeps.All)), Methods[methods].Others);

            // The name of a new directory whose sync failed is seen, but only a reboot tells whether it is there. These stories make none.
            if (kinds != DiskOperations.AnySync || story is 1 or 2)
                BackedUpShard.AssertGoesOn(arranged.Fork(running), Methods[methods].Others);
        }
    }

    /// <summary>A database whose newest checkpoint is to be backed up, and the index of the backup that there is.</summary>
    private static (ShardLife Life, long? Before) Arrange(int story, int methods)
    {
        var life = NewLife();
        Flush(life, 1, 20);
        Flush(life, 21, 20);
        life.Apply(Delete(3, 4));
        Flush(life, 41, 20);
        Checkpoint(life);
        if (story > 0)
            BackedUpShard.BackUp(life, Methods[methods].Others);
        long? before = story > 0 ? life.History.LastIndex : null;
        Stories[story].Between(life);
        return (life, before);
    }

    private static void Checkpoint(ShardLife life)
    {
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        life.Store.DeleteUnusedFiles();
    }

    private static long OperationsOf(ShardLife arranged, int methods, DiskOperations kinds)
    {
        using var life = arranged.Fork(arranged.Disk.Clone());
        var before = Count();
        BackedUpShard.BackUp(life, Methods[methods].Failing);
        return Count() - before;

        long Count() => kinds == DiskOperations.None ? life.Disk.OperationCount : life.Disk.Count(kinds);
    }

    // All ways of losing what was not synced, and the end of the process alone; of one operation the short form takes two of them.
    private static IEnumerable<SimulatedFileSystem> Rebooted(SimulatedFileSystem disk, long number)
    {
        var patterns = CrashKeeps.EachPattern((ulong)number);
        foreach (var keeps in LongRuns.AreWanted ? patterns : [patterns[(int)(number % patterns.Count)]])
            yield return disk.Crash(keeps);
        yield return LongRuns.AreWanted || number % 3 == 0 ? disk.Kill() : disk.Kill().Crash(CrashKeeps.None);
    }

    private static void AssertOneOf(ShardLife arranged, long? before, SimulatedFileSystem disk)
    {
        var index = BackedUpShard.IndexOf(disk, arranged.History);
        Assert.True(index == before || index == arranged.History.LastIndex, $"The backup is of {index}, not of {before} or {arranged.History.LastIndex}.");
    }

    private static SimulatedFileSystem Roomy(SimulatedFileSystem disk)
    {
        disk.CapacityBytes = 1L << 40;
        return disk;
    }

    private static ShardPlace RestoredPlace(IFileSystem disk) => new(disk, "/restored", Identity: 7);

    private static void Restore(SimulatedFileSystem disk)
    {
        var backup = new BackupDirectory(disk, BackedUpShard.Directory);
        backup.RestoreShard(backup.Verify(default).Collections.Single().Shards[0], RestoredPlace(disk), default);
    }

    private static void AssertRestored(SimulatedFileSystem disk, ShardLife arranged)
    {
        var shard = new BackupDirectory(disk, BackedUpShard.Directory).ReadList().Collections.Single().Shards[0];
        using var store = ShardStore.Open(arranged.Store.Schema, RestoredPlace(disk), null, shard.Manifest.ToArray(), "manifest");
        using var view = store.OpenView();
        Assert.Equal(arranged.History.LastIndex, view.Index);
        arranged.History.AssertSame(view);
    }
}
