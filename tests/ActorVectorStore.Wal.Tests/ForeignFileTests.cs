using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Files in the log's directory that the log did not make.</summary>
public sealed class ForeignFileTests
{
    [Theory]
    [InlineData("notes.new")]
    [InlineData("my.spare")]
    [InlineData("00000001x.spare")]
    [InlineData("0000000A.spare")]
    [InlineData("0000000100000000.new")]
    [InlineData("thesis.wal")]
    [InlineData("0000000100000008.wal")]
    public void A_file_with_an_ending_of_ours_and_a_name_that_is_not_is_reported_and_stays(string name)
    {
        var disk = new SimulatedFileSystem(1);
        Open(disk).Append(Batch("a", 1, "kept"));
        disk = disk.Crash(CrashKeeps.All);
        disk.WriteWholeDurably($"/log/{name}", "somebody's"u8);

        var damage = Assert.Throws<CorruptionException>(() => Open(disk));
        Assert.Contains(name, damage.Found, StringComparison.Ordinal);
        Assert.Equal("somebody's"u8, disk.ReadWhole($"/log/{name}"));
    }

    [Fact]
    public void A_file_with_another_ending_is_left_alone()
    {
        var disk = new SimulatedFileSystem(2);
        Open(disk).Append(Batch("a", 1, "kept"));
        disk = disk.Crash(CrashKeeps.All);
        disk.WriteWholeDurably("/log/README.txt", "mine"u8);
        Assert.Equal(["kept"], Open(disk).ReadAll().Payloads());
        Assert.Equal("mine"u8, disk.ReadWhole("/log/README.txt"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(128 << 10)]
    public async Task A_spare_that_no_log_made_is_neither_used_nor_deleted_and_refuses_no_write(int bytes)
    {
        var disk = new SimulatedFileSystem(4);
        Open(disk).Append(Batch("a", 1, "kept"));
        disk = disk.Crash(CrashKeeps.All);
        var content = new byte[bytes];
        Array.Fill(content, (byte)'x');
        disk.WriteWholeDurably("/log/0000ffff.spare", content);
        await using (var log = Open(disk))
        {
            // More than the segments that the spare could have been, so that it must have had its turn.
            for (var sequence = 2; sequence < 42; sequence++)
            {
                log.Append(Batch("a", sequence, new string('y', 10_000)));
            }
        }

        Assert.Equal(content, disk.ReadWhole("/log/0000ffff.spare"));
    }

    [Fact]
    public void A_second_owner_is_refused()
    {
        var disk = new SimulatedFileSystem(3);
        Open(disk);
        Assert.Throws<DirectoryLockedException>(() => Open(disk));
        Assert.Throws<DirectoryLockedException>(() => WalInspector.Inspect(disk, "/log"));
    }

    private static WriteAheadLog Open(SimulatedFileSystem disk) => Workload.Open(disk, Small, WalMutations.None);
}
