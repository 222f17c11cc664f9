using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

/// <summary>Planned failures, crashes, full disks, rot and clones of the simulated disk.</summary>
public sealed class SimulatedFaultsTests
{
    private const int Block = 4096;

    private readonly SimulatedFileSystem _disk = new(seed: 11);

    public SimulatedFaultsTests() => _disk.CreateDirectory("/d");

    [Fact]
    public void What_a_failed_sync_lost_can_be_read_but_no_later_sync_saves_it()
    {
        using var file = DurableFile(new byte[3 * Block]);
        file.Write(Filled(1, 600), 0);
        FailNext(DiskOperations.Sync);
        var failure = Assert.Throws<SyncFailedException>(file.SyncData);
        Assert.Equal(5, failure.ErrorNumber);

        file.Write(Filled(2, 100), 2 * Block);
        file.SyncData();

        var cached = new byte[600];
        file.Read(cached, 0);
        Assert.Equal(Filled(1, 600), cached);
        foreach (var keeps in CrashKeeps.EachPattern(3))
        {
            var after = _disk.Crash(keeps).ReadWhole("/d/f");
            Assert.DoesNotContain((byte)1, after);
            Assert.Equal(Filled(2, 100), after[(2 * Block)..((2 * Block) + 100)]);
        }
    }

    [Fact]
    public void Writing_a_lost_sector_again_saves_all_of_it_and_no_other()
    {
        using var file = DurableFile(new byte[Block]);
        file.Write(Filled(1, 1024), 0);
        FailNext(DiskOperations.Sync);
        Assert.Throws<SyncFailedException>(file.SyncData);

        file.Write(Filled(2, 10), 100);
        file.SyncData();

        var after = _disk.Crash(CrashKeeps.None).ReadWhole("/d/f");
        Assert.Equal([.. Filled(1, 100), .. Filled(2, 10), .. Filled(1, 402)], after[..512]);
        Assert.Equal(new byte[512], after[512..1024]);
    }

    [Fact]
    public void A_length_that_a_failed_sync_lost_is_lost_until_a_write_reaches_over_it()
    {
        using var file = DurableFile(Filled(1, 10));
        file.Write(Filled(2, 1000), 600);
        FailNext(DiskOperations.Sync);
        Assert.Throws<SyncFailedException>(file.SyncData);
        file.SyncData();
        Assert.Equal(1600, file.Length);
        Assert.Equal(Filled(1, 10), _disk.Clone().Crash(CrashKeeps.All).ReadWhole("/d/f"));

        file.Write(Filled(3, 8), 2048);
        file.SyncData();
        var after = _disk.Crash(CrashKeeps.None).ReadWhole("/d/f");
        Assert.Equal([.. Filled(1, 10), .. new byte[2038], .. Filled(3, 8)], after);
    }

    [Fact]
    public void A_failed_sync_may_have_written_a_part()
    {
        var kept = new HashSet<int>();
        for (var seed = 0UL; seed < 40; seed++)
        {
            var disk = _disk.Clone();
            disk.WriteWholeDurably("/d/f", new byte[2 * Block]);
            disk.FailedSyncKeeps = CrashKeeps.Subset(seed);
            disk.Fail(DiskOperations.Sync, 1);
            using var file = disk.Open("/d/f", FileOpening.WriteExisting);
            file.Write(Filled(1, 2 * Block), 0);
            Assert.Throws<SyncFailedException>(file.SyncData);
            kept.Add(disk.Crash(CrashKeeps.None).ReadWhole("/d/f").Count(value => value == 1) / 512);
        }

        Assert.Contains(kept, count => count is > 0 and < 16);
        Assert.True(kept.Count > 5, $"{string.Join(',', kept)}");
    }

    [Fact]
    public void A_failed_write_leaves_a_head_of_its_bytes()
    {
        var heads = new HashSet<int>();
        for (var seed = 0UL; seed < 50; seed++)
        {
            var disk = new SimulatedFileSystem(seed);
            using var file = disk.Open("/f", FileOpening.CreateNew);
            disk.Fail(DiskOperations.Write, 1);
            var failure = Assert.ThrowsAny<IOException>(() => file.Write(Filled(1, 5), 0));
            Assert.IsNotType<DiskFullException>(failure);
            heads.Add((int)file.Length);
        }

        Assert.Equal([0, 1, 2, 3, 4, 5], heads.Order());
    }

    [Theory]
    [InlineData(DiskOperations.Read)]
    [InlineData(DiskOperations.Write)]
    [InlineData(DiskOperations.Sync)]
    [InlineData(DiskOperations.DirectorySync)]
    [InlineData(DiskOperations.Open)]
    [InlineData(DiskOperations.Rename)]
    [InlineData(DiskOperations.Delete)]
    [InlineData(DiskOperations.SetLength)]
    [InlineData(DiskOperations.Preallocate)]
    [InlineData(DiskOperations.Lock)]
    public void The_planned_operations_of_a_kind_fail_and_no_others(DiskOperations kind)
    {
        using var file = DurableFile([1]);
        _disk.Fail(kind, 2, times: 2);
        var failed = Enumerable.Range(0, 4).Select(_ => FailuresOfEachKind(file)).ToList();
        Assert.Equal([[], [kind], [kind], []], failed);
    }

    [Fact]
    public void Making_a_directory_can_fail()
    {
        FailNext(DiskOperations.CreateDirectory);
        Assert.ThrowsAny<IOException>(() => _disk.CreateDirectory("/d/e"));
        Assert.False(_disk.DirectoryExists("/d/e"));
        _disk.CreateDirectory("/d/e");
    }

    [Fact]
    public void Kinds_can_be_counted_together_and_failures_forgotten()
    {
        var before = _disk.Count(DiskOperations.AnySync);
        using var file = DurableFile([1]);
        Assert.Equal(before + 2, _disk.Count(DiskOperations.AnySync));
        _disk.Fail(DiskOperations.AnySync, 1, times: 100);
        Assert.Throws<SyncFailedException>(() => _disk.SyncDirectory("/d"));
        Assert.Throws<SyncFailedException>(file.SyncData);
        _disk.StopFailing();
        file.SyncData();
    }

    [Fact]
    public void A_failed_operation_other_than_write_and_sync_changes_nothing()
    {
        using var file = DurableFile([1, 2, 3]);
        DiskOperations[] kinds =
            [DiskOperations.SetLength, DiskOperations.Preallocate, DiskOperations.Delete, DiskOperations.Rename, DiskOperations.Open];
        foreach (var kind in kinds)
        {
            FailNext(kind);
        }

        Assert.ThrowsAny<IOException>(() => file.SetLength(1));
        Assert.ThrowsAny<IOException>(() => file.Preallocate(10_000));
        Assert.ThrowsAny<IOException>(() => _disk.DeleteFile("/d/f"));
        Assert.ThrowsAny<IOException>(() => _disk.Rename("/d/f", "/d/g"));
        Assert.ThrowsAny<IOException>(() => _disk.Open("/d/f", FileOpening.CreateOrTruncate));
        Assert.Equal(new byte[] { 1, 2, 3 }, _disk.ReadWhole("/d/f"));
        Assert.Equal(["f"], _disk.ListFiles("/d"));
    }

    [Fact]
    public void The_power_goes_off_before_or_after_an_operation()
    {
        foreach (var moment in new[] { CrashMoment.Before, CrashMoment.After })
        {
            var disk = _disk.Clone();
            using var file = disk.Open("/d/f", FileOpening.CreateNew);
            disk.CrashAt(disk.OperationCount + 2, moment);
            file.Write([1], 0);
            var crash = Assert.Throws<SimulatedCrashException>(() => file.Write([2], 1));
            Assert.Equal((disk.OperationCount, moment), (crash.OperationNumber, crash.Moment));
            Assert.Equal(moment == CrashMoment.After ? 2 : 1, disk.Crash(CrashKeeps.All).ReadWhole("/d/f").Length);
        }
    }

    [Fact]
    public void Without_power_every_call_says_so_and_cannot_be_taken_for_an_input_output_error()
    {
        using var file = DurableFile([1]);
        using var held = _disk.LockDirectory("/d");
        _disk.CrashAt(_disk.OperationCount + 1, CrashMoment.Before);
        Assert.Throws<SimulatedCrashException>(file.SyncData);

        Action[] calls =
        [
            () => file.Write([1], 0), () => file.Read(new byte[1], 0), () => _ = file.Length, () => file.Map(1), file.SyncData,
            () => _disk.FileExists("/d/f"), () => _disk.ListFiles("/d"), () => _disk.DeleteFile("/d/f"), () => _disk.SyncDirectory("/d"),
            () => _disk.Open("/d/f", FileOpening.ReadExisting), () => _disk.LockDirectory("/d"), () => _disk.CreateDirectory("/x"),
        ];
        Assert.All(calls, call => Assert.Throws<SimulatedCrashException>(call));
        Assert.False(typeof(IOException).IsAssignableFrom(typeof(SimulatedCrashException)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_reboot_old_files_fail_and_locks_are_free(bool kill)
    {
        using var file = DurableFile([1]);
        using var held = _disk.LockDirectory("/d");
        var next = kill ? _disk.Kill() : _disk.Crash(CrashKeeps.All);
        Assert.ThrowsAny<IOException>(() => file.Write([1], 0));
        Assert.ThrowsAny<IOException>(() => file.Read(new byte[1], 0));
        Assert.ThrowsAny<IOException>(() => _disk.FileExists("/d/f"));
        using var again = next.LockDirectory("/d");
        held.Dispose();
        Assert.Throws<DirectoryLockedException>(() => next.LockDirectory("/d"));
    }

    [Fact]
    public void The_same_run_has_the_same_operations_and_outcomes()
    {
        var runs = Enumerable.Range(0, 2).Select(_ => RandomRun(seed: 99)).ToArray();
        Assert.Equal(runs[0].Trace, runs[1].Trace);
        Assert.True(runs[0].Trace.Count > 300, $"{runs[0].Trace.Count} operations");
        Assert.Contains(runs[0].Trace, line => line.EndsWith(" fails", StringComparison.Ordinal));
        foreach (var keeps in CrashKeeps.EachPattern(4))
        {
            var (first, second) = (runs[0].Crash(keeps), runs[1].Crash(keeps));
            Assert.Equal(first.ListFiles("/d"), second.ListFiles("/d"));
            Assert.All(first.ListFiles("/d"), name => Assert.Equal(first.ReadWhole("/d/" + name), second.ReadWhole("/d/" + name)));
        }
    }

    [Fact]
    public void A_full_disk_takes_what_fits_and_refuses_the_rest()
    {
        using var file = DurableFile([]);
        _disk.CapacityBytes = _disk.UsedBytes + (2 * Block);
        Assert.Throws<DiskFullException>(() => file.Write(Filled(1, 4 * Block), 100));
        Assert.Equal(2 * Block, file.Length);
        Assert.Equal(0, _disk.AvailableBytes("/d"));
        file.Write(Filled(2, 2 * Block), 0);
        Assert.Throws<DiskFullException>(() => file.Write([1], 2 * Block));
        _disk.CapacityBytes += Block;
        file.Write([1], 2 * Block);
    }

    [Fact]
    public void The_disk_can_say_that_it_is_full_at_any_operation_that_makes_or_changes_a_file_and_at_no_other()
    {
        using var file = DurableFile(new byte[Block]);
        _disk.Refuse(DiskOperations.AnySpace, 1, times: 5);
        Assert.Throws<DiskFullException>(() => file.Write(Filled(1, 10), 0));
        Assert.Throws<DiskFullException>(() => file.Preallocate(2 * Block));
        Assert.Throws<DiskFullException>(() => _disk.Open("/d/new", FileOpening.CreateNew));
        _disk.Open("/d/f", FileOpening.ReadExisting).Dispose();
        file.SyncData();
        Assert.Throws<DiskFullException>(() => _disk.Rename("/d/f", "/d/g"));
        Assert.Throws<DiskFullException>(() => _disk.CreateDirectory("/d/e"));
        _disk.Rename("/d/f", "/d/g");
    }

    [Fact]
    public void A_length_without_bytes_needs_no_space_but_a_write_into_it_does()
    {
        using var file = DurableFile([]);
        _disk.CapacityBytes = _disk.UsedBytes;
        file.SetLength(10 * Block);
        Assert.Throws<DiskFullException>(() => file.Write([1], 5 * Block));
    }

    [Fact]
    public void Reserved_space_can_be_written_on_a_full_disk_and_a_reservation_takes_all_or_nothing()
    {
        using var file = DurableFile([]);
        file.Preallocate(4 * Block);
        _disk.CapacityBytes = _disk.UsedBytes + Block;
        file.Write(Filled(1, 4 * Block), 0);
        Assert.Throws<DiskFullException>(() => file.Preallocate(6 * Block));
        Assert.Equal(4 * Block, file.Length);
        Assert.Equal(Block, _disk.AvailableBytes("/d"));
        file.Preallocate(5 * Block);
    }

    [Fact]
    public void A_synced_reservation_survives_a_power_loss_and_an_unsynced_one_does_not()
    {
        foreach (var sync in new[] { true, false })
        {
            var disk = _disk.Clone();
            disk.WriteWholeDurably("/d/f", []);
            using (var file = disk.Open("/d/f", FileOpening.WriteExisting))
            {
                file.Preallocate(4 * Block);
                if (sync)
                {
                    file.SyncData();
                }
            }

            Assert.Equal(sync ? 4 * Block : 0, disk.Crash(CrashKeeps.None).UsedBytes);
        }
    }

    [Fact]
    public void Space_comes_back_when_a_file_is_cut_replaced_or_deleted_and_closed()
    {
        var before = _disk.UsedBytes;
        var file = DurableFile(new byte[4 * Block]);
        file.SetLength(Block + 1);
        Assert.Equal(before + (2 * Block), _disk.UsedBytes);
        _disk.WriteWhole("/d/g", new byte[Block]);
        file.Dispose();
        _disk.Rename("/d/g", "/d/f");
        Assert.Equal(before + Block, _disk.UsedBytes);
        using (_disk.Open("/d/f", FileOpening.ReadExisting))
        {
            _disk.DeleteFile("/d/f");
            Assert.Equal(before + Block, _disk.UsedBytes);
        }

        Assert.Equal(before, _disk.UsedBytes);
        Assert.Equal(before + (4 * Block), _disk.Crash(CrashKeeps.None).UsedBytes);
    }

    [Fact]
    public void Rot_changes_the_disk_and_what_is_read()
    {
        DurableFile([0b0001, 2, 3, 4]).Dispose();
        _disk.FlipBit("/d/f", 0, 3);
        _disk.Overwrite("/d/f", 1, [8, 9]);
        _disk.Truncate("/d/f", 3);
        Assert.Equal(new byte[] { 0b1001, 8, 9 }, _disk.ReadWhole("/d/f"));
        Assert.Equal(new byte[] { 0b1001, 8, 9 }, _disk.Crash(CrashKeeps.None).ReadWhole("/d/f"));
    }

    [Fact]
    public void Rot_outside_the_file_or_under_unsynced_changes_is_a_mistake_of_the_test()
    {
        using var file = DurableFile([1, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _disk.FlipBit("/d/f", 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _disk.FlipBit("/d/f", 0, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => _disk.Overwrite("/d/f", 1, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _disk.Truncate("/d/f", 3));
        Assert.Throws<FileNotFoundException>(() => _disk.FlipBit("/d/no", 0, 0));
        file.Write([9], 0);
        Assert.Throws<InvalidOperationException>(() => _disk.FlipBit("/d/f", 0, 0));
    }

    [Fact]
    public void A_clone_and_its_original_go_separate_ways()
    {
        using var file = DurableFile(Filled(1, 3 * Block));
        file.Write(Filled(2, 10), 0);
        var clone = _disk.Clone();
        file.Write(Filled(3, 10), Block);
        file.SyncData();
        using (var other = clone.Open("/d/f", FileOpening.WriteExisting))
        {
            other.Write(Filled(4, 10), 2 * Block);
        }

        Assert.Equal([2, 1, 4], clone.ReadWhole("/d/f").Chunk(Block).Select(page => (int)page[0]));
        clone.DeleteFile("/d/f");
        Assert.Equal([2, 3, 1], _disk.ReadWhole("/d/f").Chunk(Block).Select(page => (int)page[0]));
        Assert.False(clone.FileExists("/d/f"));
        Assert.Equal([2, 3, 1], _disk.Crash(CrashKeeps.None).ReadWhole("/d/f").Chunk(Block).Select(page => (int)page[0]));
    }

    [Fact]
    public void A_clone_has_the_unsynced_changes_too()
    {
        using var file = DurableFile([1]);
        file.Write([2], 0);
        var clone = _disk.Clone();
        file.SyncData();
        Assert.Equal(new byte[] { 2 }, clone.ReadWhole("/d/f"));
        Assert.Equal(new byte[] { 1 }, clone.Crash(CrashKeeps.None).ReadWhole("/d/f"));
    }

    [Fact]
    public void The_state_after_each_operation_can_be_cloned_while_the_run_goes_on()
    {
        var clones = new List<SimulatedFileSystem>();
        _disk.OperationEnded = _ => clones.Add(_disk.Clone());
        var before = _disk.OperationCount;
        _disk.ReplaceFile("/d/f", [1, 2, 3]);
        Assert.Equal(_disk.OperationCount - before, clones.Count);
        Assert.Equal([false, false, false, true, true], clones.Select(clone => clone.FileExists("/d/f")));
        Assert.Equal([false, false, false, false, true], clones.Select(clone => clone.Crash(CrashKeeps.None).FileExists("/d/f")));
    }

    private static SimulatedFileSystem RandomRun(ulong seed)
    {
        var disk = new SimulatedFileSystem(seed) { IsTracing = true };
        disk.CreateDirectory("/d");
        disk.Fail(DiskOperations.AnyWrite | DiskOperations.AnySync, 50, times: 3);
        var random = new SeededRandom(seed);
        for (var step = 0; step < 300; step++)
        {
            try
            {
                RandomStep(disk, random);
            }
            catch (IOException)
            {
                // The planned failures; the trace shows them.
            }
        }

        return disk;
    }

    private static void RandomStep(SimulatedFileSystem disk, SeededRandom random)
    {
        var name = $"/d/{random.Next(4)}";
        switch (random.Next(5))
        {
            case 0 when disk.FileExists(name):
                disk.Rename(name, $"/d/{random.Next(4)}");
                break;
            case 1:
                disk.SyncDirectory("/d");
                break;
            default:
                using (var file = disk.Open(name, disk.FileExists(name) ? FileOpening.WriteExisting : FileOpening.CreateNew))
                {
                    file.Write(random.Bytes(random.Next(1, 3000)), random.Next(9000));
                    if (random.Chance(0.5))
                    {
                        file.SyncData();
                    }
                }

                break;
        }
    }

    // Makes one operation of each kind and says which kinds failed.
    private List<DiskOperations> FailuresOfEachKind(IFile file)
    {
        (DiskOperations Kind, Action Action)[] operations =
        [
            (DiskOperations.Read, () => file.Read(new byte[1], 0)),
            (DiskOperations.Write, () => file.Write([1], 0)),
            (DiskOperations.Sync, file.SyncData),
            (DiskOperations.DirectorySync, () => _disk.SyncDirectory("/d")),
            (DiskOperations.Open, () => _disk.Open("/d/f", FileOpening.ReadExisting).Dispose()),
            (DiskOperations.Rename, () => _disk.Rename("/d/f", "/d/f")),
            (DiskOperations.Delete, () => _disk.DeleteFile("/d/none")),
            (DiskOperations.SetLength, () => file.SetLength(1)),
            (DiskOperations.Preallocate, () => file.Preallocate(1)),
            (DiskOperations.Lock, () => _disk.LockDirectory("/d").Dispose()),
        ];
        return operations.Where(operation => Record.Exception(operation.Action) is IOException).Select(operation => operation.Kind).ToList();
    }

    private IFile DurableFile(byte[] bytes)
    {
        _disk.WriteWholeDurably("/d/f", bytes);
        return _disk.Open("/d/f", FileOpening.WriteExisting);
    }

    private void FailNext(DiskOperations kind) => _disk.Fail(kind, 1);

    private static byte[] Filled(byte value, int count) => Enumerable.Repeat(value, count).ToArray();
}
