using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Storage.Tests.ShardPinTests;
using static ActorVectorStore.Storage.Tests.ShardUpkeepTests;

namespace ActorVectorStore.Storage.Tests;

/// <summary>One life that has every kind of work in it, with the power off or the disk failing at each of its operations.</summary>
public sealed class ShardCrashTests
{
    // A sync that failed is final for its process, so it is no work to be done again.
    private const DiskOperations AllButSyncs = (DiskOperations)8_191 & ~DiskOperations.AnySync;

    // Each step does one work. What a step has acknowledged before the power went off is in the history.
    private static readonly Action<ShardLife>[] Scenario =
    [
        life => Flush(life, 1, 20),
        life => Checkpoint(life, () => { }),
        life => life.Apply(Delete(3, 4), Upsert(10, 3)),
        life => Flush(life, 21, 20),
        life => Checkpoint(life, () => life.Apply(Delete(22, 2))),
        life => life.Store.DeleteUnusedFiles(),
        life => life.Apply(Delete(1, 1), Upsert(41, 5)),
        life => Compact(life, () => life.Apply(Delete(30, 2), Upsert(12, 2))),
        life => Flush(life, 50, 2),
        life => Checkpoint(life, () => life.Apply(Upsert(60, 1))),
        life => life.Store.DeleteUnusedFiles(),
        life => life.Apply(Delete(60, 1)),

        // Pins that hold rows back through a checkpoint; then one is released before, one while and one after what they held is rewritten.
        life => life.Apply(Pin("before"), Pin("while"), Pin("after")),
        life => life.Apply(Delete(5, 10), Upsert(15, 3)),
        life => Flush(life, 70, 3),
        life => Checkpoint(life, () => { }),
        life => life.Apply(Release("before")),
        life => Compact(life, () => life.Apply(Release("while"))),
        life => Checkpoint(life, () => life.Apply(Release("after"))),
        life => Flush(life, 75, 2),
        life => Compact(life, () => { }),
        life => Checkpoint(life, () => { }),
        life => life.Store.DeleteUnusedFiles(),
    ];

    [Fact]
    public void Nothing_acknowledged_is_lost_and_nothing_is_left_behind_by_a_power_loss_at_any_operation()
    {
        var operations = OperationsOf(DiskOperations.None);
        Assert.InRange(operations, 50, 500);
        for (var number = 1L; number <= operations; number++)
        {
            foreach (var moment in Enum.GetValues<CrashMoment>())
            {
                var disk = new SimulatedFileSystem((ulong)number);
                disk.CrashAt(disk.OperationCount + number, moment);
                using var life = NewLife(disk: disk);
                Assert.Throws<SimulatedCrashException>(() => Run(life));
                foreach (var keeps in CrashKeeps.EachPattern((ulong)number))
                    AssertGoesOn(life.Fork(disk.Crash(keeps)));
                AssertGoesOn(life.Fork(disk.Kill().Crash(CrashKeeps.None)));
            }
        }
    }

    [Fact]
    public void What_only_released_pins_held_is_gone_at_the_end_and_nothing_else()
    {
        using var life = NewLife();
        var mostDead = 0L;
        foreach (var step in Scenario)
        {
            step(life);
            mostDead = Math.Max(mostDead, life.Store.Pins.Count == 0 ? 0 : life.Store.Statistics.DeadRows);
        }

        Assert.InRange(mostDead, 10, 100);
        Assert.InRange(life.Store.Statistics.DeadRows, 0, 1);
        Assert.Equal(life.NamedFiles, life.Files);
        life.AssertNewest();
    }

    [Fact]
    public void A_second_power_loss_while_the_first_one_is_repaired_loses_nothing()
    {
        using var life = NewLife();
        Run(life);
        var disk = life.Disk.Crash(CrashKeeps.All);
        for (var number = 1; number <= 40; number++)
        {
            var again = disk.Clone();
            using var after = life.Fork(again);
            again.CrashAt(again.OperationCount + number, number % 2 == 0 ? CrashMoment.After : CrashMoment.Before);
            try
            {
                after.Apply(Upsert(70, 2), Delete(2, 1));
                after.Upkeep(everything: true);
            }
            catch (SimulatedCrashException)
            {
                foreach (var keeps in CrashKeeps.EachPattern((ulong)number))
                    AssertGoesOn(after.Fork(again.Crash(keeps)));
                continue;
            }

            Assert.True(number > 10, $"Only {number} operations.");
            return;
        }

        Assert.Fail("The work has no end.");
    }

    [Fact]
    public void Work_that_fails_at_any_operation_is_abandoned_and_succeeds_the_next_time()
    {
        for (var number = 1L; number <= OperationsOf(AllButSyncs); number++)
        {
            var disk = new SimulatedFileSystem((ulong)number);
            disk.Fail(AllButSyncs, number);
            AssertGoesOnAfterFailure(disk);
        }
    }

    [Fact]
    public void A_sync_that_fails_ends_the_process_and_nothing_acknowledged_is_lost()
    {
        for (var number = 1L; number <= OperationsOf(DiskOperations.AnySync); number++)
        {
            var disk = new SimulatedFileSystem((ulong)number);
            disk.Fail(DiskOperations.AnySync, number);
            using var life = NewLife(disk: disk);
            Assert.Throws<SyncFailedException>(() => Run(life));
            foreach (var keeps in CrashKeeps.EachPattern((ulong)number))
                AssertGoesOn(life.Fork(disk.Crash(keeps)));
            using var restarted = life.Fork(disk.Kill());
            restarted.AssertNewest();
            restarted.Settle();
        }
    }

    [Fact]
    public void Work_that_a_full_disk_stops_is_abandoned_and_succeeds_the_next_time()
    {
        for (var number = 1L; number <= OperationsOf(DiskOperations.AnySpace); number++)
        {
            var disk = new SimulatedFileSystem((ulong)number);
            disk.Refuse(DiskOperations.AnySpace, number);
            AssertGoesOnAfterFailure(disk);
        }
    }

    [Fact]
    public void A_disk_that_is_full_for_long_loses_nothing_and_all_goes_on_when_it_has_space()
    {
        var clean = new SimulatedFileSystem(1);
        using (var life = NewLife(disk: clean))
            Run(life);
        for (var bytes = 0L; bytes < clean.UsedBytes; bytes += 4_096)
        {
            var disk = new SimulatedFileSystem(1) { CapacityBytes = bytes };
            using var life = NewLife(disk: disk);
            Run(life, tries: 1);
            life.AssertNewest();
            disk.CapacityBytes = long.MaxValue / 2;
            Run(life);
            life.Settle();
            AssertGoesOn(life.Fork(disk.Crash(CrashKeeps.None)));
        }
    }

    [Fact]
    public void Opening_that_fails_at_any_operation_tells_so_and_succeeds_the_next_time()
    {
        using var life = NewLife();
        Run(life);
        var clean = life.Disk.Clone();
        Reopen(life, clean).Dispose();
        for (var number = 1L; number <= clean.Count(AllButSyncs); number++)
        {
            var disk = life.Disk.Clone();
            disk.Fail(AllButSyncs, number);
            Assert.ThrowsAny<IOException>(() => Reopen(life, disk));
            AssertGoesOn(life.Fork(disk));
        }
    }

    private static ShardStore Reopen(ShardLife life, IFileSystem disk) =>
        ShardStore.Open(life.Store.Schema, Shards.Place(disk), null, life.Manifest, "manifest");

    private static long OperationsOf(DiskOperations kinds)
    {
        var disk = new SimulatedFileSystem(1);
        var before = Count();
        using var life = NewLife(disk: disk);
        Run(life);
        return Count() - before;

        long Count() => kinds == DiskOperations.None ? disk.OperationCount : disk.Count(kinds);
    }

    private static void Run(ShardLife life, int tries = 2)
    {
        foreach (var step in Scenario)
            Try(life, step, tries);
    }

    // A step that fails is done again, without what it has applied already: its events are another time's then.
    private static void Try(ShardLife life, Action<ShardLife> step, int tries)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                step(life);
                return;
            }
            catch (IOException e) when (e is not SyncFailedException)
            {
                life.AbandonFlush();
                life.AbandonCompaction();
                life.AbandonCheckpoint();
                life.AssertNewest();
                if (attempt == tries)
                {
                    Assert.True(tries == 1, "A work failed again though the disk did not.");
                    return;
                }
            }
        }
    }

    private static void AssertGoesOnAfterFailure(SimulatedFileSystem disk)
    {
        using var life = NewLife(disk: disk);
        Run(life);
        disk.StopFailing();
        life.AssertNewest();
        var patterns = CrashKeeps.EachPattern(disk.Seed);
        foreach (var keeps in LongRuns.AreWanted ? patterns : [patterns[(int)disk.Seed % patterns.Count]])
            AssertGoesOn(life.Fork(disk.Crash(keeps)));
    }

    private static void AssertGoesOn(ShardLife life)
    {
        using (life)
        {
            life.AssertNewest();
            Flush(life, 80, 2);
            life.Settle();
            var disk = life.Disk.Crash(CrashKeeps.None);
            using var again = life.Fork(disk);
            again.AssertNewest();
        }
    }

    private static void Checkpoint(ShardLife life, Action meanwhile)
    {
        life.BeginCheckpoint();
        meanwhile();
        life.CompleteCheckpoint();
    }

    private static void Compact(ShardLife life, Action meanwhile)
    {
        life.BeginCompaction(everything: true);
        meanwhile();
        life.Compaction?.Run();
        life.Apply(Delete(33, 1));
        life.CompleteCompaction();
    }
}
