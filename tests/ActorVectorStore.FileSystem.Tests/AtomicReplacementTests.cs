using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

public sealed class AtomicReplacementTests
{
    private const string Directory = "/data";
    private const string Target = "/data/manifest";

    private static readonly byte[] Old = new SeededRandom(1).Bytes(5000);
    private static readonly byte[] New = new SeededRandom(2).Bytes(7000);

    [Theory]
    [InlineData(CrashMoment.Before)]
    [InlineData(CrashMoment.After)]
    public void A_crash_at_any_operation_leaves_the_old_or_the_new_content(CrashMoment moment)
    {
        var seen = new HashSet<string>();
        ForEachCrash(moment, (returned, disk, label) =>
        {
            var found = disk.ReadWhole(Target);
            Assert.True(found.AsSpan().SequenceEqual(Old) || found.AsSpan().SequenceEqual(New), $"{label}: neither old nor new");
            Assert.True(!returned || found.AsSpan().SequenceEqual(New), $"{label}: ReplaceFile returned, but the content is the old one");
            seen.Add(found.Length == Old.Length ? "old" : "new");
        });
        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void After_a_crash_the_next_replacement_works_over_what_was_left()
    {
        ForEachCrash(CrashMoment.After, (_, disk, label) =>
        {
            disk.ReplaceFile(Target, Old);
            var after = disk.Crash(CrashKeeps.None);
            Assert.True(after.ReadWhole(Target).AsSpan().SequenceEqual(Old), label);
            Assert.Equal(["manifest"], after.ListFiles(Directory));
        });
    }

    [Fact]
    public void A_new_file_is_there_as_a_whole_or_not_at_all()
    {
        for (var number = 1; number <= 5; number++)
        {
            for (var seed = 0UL; seed < 20; seed++)
            {
                var disk = NewDisk();
                disk.CrashAt(disk.OperationCount + number, CrashMoment.After);
                Assert.Throws<SimulatedCrashException>(() => disk.ReplaceFile("/data/fresh", New));
                var after = disk.Crash(CrashKeeps.TornInsideSector(seed));
                Assert.True(!after.FileExists("/data/fresh") || after.ReadWhole("/data/fresh").AsSpan().SequenceEqual(New), $"operation {number}, seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData(DiskOperations.Open)]
    [InlineData(DiskOperations.Write)]
    [InlineData(DiskOperations.Sync)]
    [InlineData(DiskOperations.Rename)]
    public void A_failure_before_the_rename_leaves_the_old_content_and_no_temporary_file(DiskOperations kind)
    {
        var disk = NewDisk();
        disk.Fail(kind, 1);

        Assert.ThrowsAny<IOException>(() => disk.ReplaceFile(Target, New));

        Assert.Equal(Old, disk.ReadWhole(Target));
        Assert.Equal(["manifest"], disk.ListFiles(Directory));
        Assert.Equal(Old, disk.Crash(CrashKeeps.All).ReadWhole(Target));
    }

    [Fact]
    public void A_failed_directory_sync_is_reported_and_leaves_one_of_the_two_contents()
    {
        var disk = NewDisk();
        disk.Fail(DiskOperations.DirectorySync, 1);

        Assert.Throws<SyncFailedException>(() => disk.ReplaceFile(Target, New));

        foreach (var keeps in CrashKeeps.EachPattern(7))
        {
            var found = disk.Crash(keeps).ReadWhole(Target);
            Assert.True(found.AsSpan().SequenceEqual(Old) || found.AsSpan().SequenceEqual(New), $"{keeps}");
        }
    }

    [Fact]
    public void A_full_disk_is_reported_and_leaves_the_old_content()
    {
        var disk = NewDisk();
        disk.CapacityBytes = disk.UsedBytes + 4096;

        Assert.Throws<DiskFullException>(() => disk.ReplaceFile(Target, New));

        Assert.Equal(Old, disk.ReadWhole(Target));
        Assert.Equal(["manifest"], disk.ListFiles(Directory));
    }

    [Fact]
    public void A_path_without_a_directory_is_one_in_the_process_directory()
    {
        var disk = new SimulatedFileSystem();

        disk.ReplaceFile("manifest", New);

        Assert.Equal(New, disk.Crash(CrashKeeps.None).ReadWhole(Path.GetFullPath("manifest")));
    }

    private static SimulatedFileSystem NewDisk()
    {
        var disk = new SimulatedFileSystem();
        disk.CreateDirectory(Directory);
        disk.ReplaceFile(Target, Old);
        return disk;
    }

    private static void ForEachCrash(CrashMoment moment, Action<bool, SimulatedFileSystem, string> check)
    {
        for (var number = 1; ; number++)
        {
            var disk = NewDisk();
            disk.CrashAt(disk.OperationCount + number, moment);
            var returned = false;
            try
            {
                disk.ReplaceFile(Target, New);
                returned = true;
            }
            catch (SimulatedCrashException)
            {
            }

            for (var seed = 0UL; seed < 40; seed++)
            {
                foreach (var keeps in CrashKeeps.EachPattern(seed))
                {
                    check(returned, disk.Crash(keeps), $"{moment} operation {number}, {keeps}");
                }
            }

            if (returned)
            {
                return;
            }
        }
    }
}
