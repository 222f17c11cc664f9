using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>A directory that has held durable frames says so by itself, whatever becomes of its segments.</summary>
public sealed class LogIdentityTests
{
    private const string Identity = "/log/log.identity";

    [Fact]
    public async Task A_directory_whose_segments_are_all_gone_is_reported_and_not_taken_for_a_new_log()
    {
        var disk = await OneSegmentAsync();
        DeleteSegments(disk);
        var damage = Assert.Throws<CorruptionException>(() => Open(disk));
        Assert.Equal("no segment", damage.Found);
        Assert.Throws<CorruptionException>(() => OfflineLog.Open(disk, "/log"));
    }

    [Fact]
    public void A_deleted_only_segment_is_reported_although_prepared_ones_are_there()
    {
        var disk = new SimulatedFileSystem(2);
        Open(disk).Append(Batch("a", 1, "kept"));
        disk = disk.Crash(CrashKeeps.All);
        disk.DeleteFile("/log/0000000100000000.wal");
        Assert.Contains(disk.ListFiles("/log"), name => name.EndsWith(".wal", StringComparison.Ordinal));
        Assert.Throws<CorruptionException>(() => Open(disk));
    }

    [Fact]
    public async Task Every_flipped_byte_and_every_cut_of_the_identity_is_reported()
    {
        var disk = await OneSegmentAsync();
        for (var offset = 0; offset < LogIdentityFormat.FileBytes; offset++)
        {
            var flipped = disk.Clone();
            flipped.FlipBit(Identity, offset, offset % 8);
            Assert.Equal(Identity, Assert.Throws<CorruptionException>(() => Open(flipped)).File);
            var cut = disk.Clone();
            cut.Truncate(Identity, offset);
            Assert.Equal(Identity, Assert.Throws<CorruptionException>(() => Open(cut)).File);
        }
    }

    [Fact]
    public async Task A_newer_identity_is_refused()
    {
        var disk = await OneSegmentAsync();
        var bytes = disk.ReadWhole(Identity);
        bytes[8] = 2;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), System.IO.Hashing.XxHash3.HashToUInt64(bytes.AsSpan(0, 24)));
        disk.Overwrite(Identity, 0, bytes);
        Assert.Equal(2, Assert.Throws<UnsupportedFormatException>(() => Open(disk)).FoundVersion);
    }

    [Fact]
    public async Task A_lost_identity_is_made_again_by_the_next_commit()
    {
        var disk = await OneSegmentAsync();
        disk.DeleteFile(Identity);
        Open(disk).Append(Batch("a", 2, "next"));
        disk = disk.Crash(CrashKeeps.None);
        Assert.True(disk.FileExists(Identity));
        Assert.Equal(["kept", "next"], Open(disk).ReadStream("a").Payloads());
    }

    [Fact]
    public async Task Segments_of_another_log_are_reported()
    {
        var disk = await OneSegmentAsync();
        var other = await OneSegmentAsync();
        disk.WriteWholeDurably(Identity, other.ReadWhole(Identity));
        Assert.Throws<CorruptionException>(() => Open(disk));
    }

    [Fact]
    public void A_crash_at_any_operation_of_the_first_commit_leaves_an_empty_log_or_the_batch()
    {
        var disk = new SimulatedFileSystem(3);
        var states = new List<SimulatedFileSystem>();
        disk.OperationEnded = _ => states.Add(disk.Clone());
        var log = Open(disk);
        log.Append(Batch("a", 1, "first"));
        foreach (var keeps in CrashKeeps.EachPattern(3))
        {
            Assert.All(states[..^1], state => Assert.InRange(Open(state.Crash(keeps)).ReadAll().Payloads().Count, 0, 1));
            Assert.Equal(["first"], Open(states[^1].Crash(keeps)).ReadAll().Payloads());
        }
    }

    private static async Task<SimulatedFileSystem> OneSegmentAsync()
    {
        var disk = new SimulatedFileSystem(1);
        var log = Open(disk);
        log.Append(Batch("a", 1, "kept"));
        await log.DisposeAsync();
        return disk.Crash(CrashKeeps.All);
    }

    private static void DeleteSegments(SimulatedFileSystem disk)
    {
        foreach (var name in disk.ListFiles("/log").Where(name => name.EndsWith(".wal", StringComparison.Ordinal)))
        {
            disk.DeleteFile($"/log/{name}");
        }
    }

    private static WriteAheadLog Open(SimulatedFileSystem disk) => Workload.Open(disk, Small, WalMutations.None);
}
