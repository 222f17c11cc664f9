using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>After a crash or a failure at any operation of its writing there is a whole segment of that name, or none, and it can be written again.</summary>
public sealed class SealedSegmentCrashTests
{
    [Fact]
    public void A_crash_at_any_operation_leaves_a_whole_segment_or_none()
    {
        var (whole, none) = (0, 0);
        for (var number = 1L; number <= OperationsOfWriting(); number++)
        {
            foreach (var moment in Enum.GetValues<CrashMoment>())
            {
                foreach (var keeps in CrashKeeps.EachPattern((ulong)number))
                {
                    var disk = SealedSegments.NewDisk();
                    disk.CrashAt(disk.OperationCount + number, moment);
                    Assert.Throws<SimulatedCrashException>(() => SealedSamples.Write(disk));
                    var found = disk.Crash(keeps);
                    if (found.FileExists(SealedSegments.Path))
                    {
                        AssertWhole(found);
                        whole++;
                    }
                    else
                    {
                        SealedSamples.Write(found);
                        AssertWhole(found);
                        none++;
                    }
                }
            }
        }

        Assert.True(whole > 0 && none > 0, $"{whole} segments and {none} times none: one of them was not looked at.");
    }

    [Fact]
    public void What_was_completed_survives_every_power_loss()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        foreach (var keeps in CrashKeeps.EachPattern(1))
            AssertWhole(disk.Crash(keeps));
    }

    [Theory]
    [InlineData(DiskOperations.Write)]
    [InlineData(DiskOperations.Sync)]
    [InlineData(DiskOperations.Rename)]
    [InlineData(DiskOperations.Create)]
    public void A_failure_before_the_name_is_given_is_told_and_leaves_no_file(DiskOperations kind)
    {
        var clean = SealedSegments.NewDisk();
        var before = clean.Count(kind);
        SealedSamples.Write(clean);
        for (var number = 1L; number <= clean.Count(kind) - before; number++)
        {
            var disk = SealedSegments.NewDisk();
            disk.Fail(kind, number);
            Assert.ThrowsAny<IOException>(() => SealedSamples.Write(disk));
            Assert.Empty(disk.ListFiles(SealedSegments.Directory));
            SealedSamples.Write(disk);
            AssertWhole(disk);
        }
    }

    [Fact]
    public void A_full_disk_is_told_as_such_and_leaves_no_file()
    {
        var clean = SealedSegments.NewDisk();
        var before = clean.UsedBytes;
        SealedSamples.Write(clean);
        for (var missing = 1L; missing < clean.UsedBytes - before; missing += 4_096)
        {
            var disk = SealedSegments.NewDisk();
            disk.CapacityBytes = clean.UsedBytes - missing;
            Assert.Throws<DiskFullException>(() => SealedSamples.Write(disk));
            Assert.Empty(disk.ListFiles(SealedSegments.Directory));
        }
    }

    [Fact]
    public void A_directory_that_cannot_be_synced_is_told_and_the_segment_is_whole_or_gone()
    {
        var disk = SealedSegments.NewDisk();
        disk.Fail(DiskOperations.DirectorySync, 1);
        Assert.Throws<SyncFailedException>(() => SealedSamples.Write(disk));
        foreach (var keeps in CrashKeeps.EachPattern(2))
        {
            var found = disk.Crash(keeps);
            if (found.FileExists(SealedSegments.Path))
                AssertWhole(found);
        }
    }

    [Fact]
    public void A_name_that_is_taken_is_refused_and_its_file_stays_as_it_is()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        var bytes = disk.ReadWhole(SealedSegments.Path);
        Assert.ThrowsAny<IOException>(() => SealedSegments.Write(disk, []));
        Assert.Equal(bytes, disk.ReadWhole(SealedSegments.Path));
    }

    [Fact]
    public void A_cancelled_writer_leaves_no_file()
    {
        var disk = SealedSegments.NewDisk();
        using (var writer = SealedSegmentWriter.Create(disk, SealedSegments.Path, SealedSegments.Spec, cancellationToken: new CancellationToken(canceled: true)))
            Assert.Throws<OperationCanceledException>(() => writer.WriteRows(new ListedRows(SealedSamples.Rows)));
        Assert.Empty(disk.ListFiles(SealedSegments.Directory));
    }

    private static long OperationsOfWriting()
    {
        var disk = SealedSegments.NewDisk();
        var before = disk.OperationCount;
        SealedSamples.Write(disk);
        return disk.OperationCount - before;
    }

    private static void AssertWhole(IFileSystem disk)
    {
        using var segment = SealedSegments.Open(disk);
        SealedSegments.AssertSame(SealedSamples.Rows, segment);
        Assert.Empty(segment.Scrub(null, CancellationToken.None));
    }
}
