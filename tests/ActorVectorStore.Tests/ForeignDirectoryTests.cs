using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Tests;

/// <summary>Directories that are not, or not only, this program's: those that a newer one wrote, and those with somebody else's files.</summary>
public sealed class ForeignDirectoryTests
{
    private const string Identity = SimulatedDatabase.Directory + "/log.identity";

    [Theory]
    [InlineData("segment", 56)]
    [InlineData("identity", 24)]
    public async Task A_log_of_a_newer_version_is_refused_and_nothing_is_modified(string what, int checksumOffset)
    {
        var disk = await WrittenAsync();
        var file = what == "segment" ? Segment(disk) : Identity;
        Change(disk, file, bytes =>
        {
            bytes[8] = 2;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(checksumOffset), XxHash3.HashToUInt64(bytes.AsSpan(0, checksumOffset)));
        });

        AssertNewer(file, await AssertRefusedAsync<UnsupportedFormatException>(disk));
    }

    [Fact]
    public async Task A_snapshot_of_a_newer_version_is_refused_and_neither_it_nor_the_log_is_modified()
    {
        var disk = await WrittenAsync();
        var snapshot = ChangeSnapshot(disk, bytes =>
        {
            bytes[8] = 2;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Crc32.HashToUInt32(bytes.AsSpan(0, 12)));
        });

        AssertNewer(snapshot, await AssertRefusedAsync<UnsupportedFormatException>(disk, IsNoSpare));
    }

    [Fact]
    public async Task An_event_batch_of_a_newer_version_is_refused_by_its_place_in_the_log_and_nothing_is_modified()
    {
        var disk = await WrittenAsync();
        AppendReceipt written;
        await using (var log = WriteAheadLog.Open(disk, SimulatedDatabase.Directory, new WalOptions { SegmentBytes = SimulatedDatabase.Small.LogSegmentBytes }))
        {
            written = log.Append(new EventBatch("catalog", 2, 1, new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }));
        }

        AssertNewer($"The event batch at {written.Position}", await AssertRefusedAsync<UnsupportedFormatException>(disk, IsNoSpare));
    }

    [Theory]
    [InlineData("segment")]
    [InlineData("identity")]
    [InlineData("snapshot")]
    public async Task Somebody_elses_content_under_a_name_of_ours_is_told_by_file_and_offset_and_nothing_is_modified(string what)
    {
        var disk = await WrittenAsync();
        Action<byte[]> change = bytes => Array.Fill(bytes, (byte)'x');
        var file = what == "segment" ? Segment(disk) : Identity;
        if (what == "snapshot")
        {
            file = ChangeSnapshot(disk, change);
        }
        else
        {
            Change(disk, file, change);
        }

        var damage = await AssertRefusedAsync<CorruptionException>(disk, what == "snapshot" ? IsNoSpare : static _ => true);
        Assert.Equal((file, 0), (damage.File, damage.Offset));
    }

    [Theory]
    [InlineData("0000000900000000.wal", 11)]
    [InlineData("thesis.wal", 0)]
    [InlineData("my.spare", 0)]
    [InlineData("notes.new", 0)]
    public async Task Somebody_elses_file_that_could_be_taken_for_one_of_the_log_is_told_by_name_and_nothing_is_modified(string name, long offset)
    {
        var disk = await WrittenAsync();
        var path = Path.Combine(SimulatedDatabase.Directory, name);
        disk.WriteWholeDurably(path, "somebody's "u8);

        var damage = await AssertRefusedAsync<CorruptionException>(disk);
        Assert.Equal((path, offset), (damage.File, damage.Offset));
    }

    [Theory]
    [InlineData("README.txt")]
    [InlineData("log.identity.bak")]
    [InlineData("thesis.snapshot")]
    [InlineData("0000ffff.spare")]
    [InlineData("snapshots/notes.txt")]
    [InlineData("snapshots/notes.snapshot")]
    [InlineData("snapshots/notes.snapshot.tmp")]
    public async Task Somebody_elses_file_that_is_in_nobodys_way_stays_as_it_is_while_the_store_is_written(string name)
    {
        foreach (var bytes in (int[])[11, SimulatedDatabase.Small.LogSegmentBytes])
        {
            var disk = await WrittenAsync();
            var path = Path.Combine(SimulatedDatabase.Directory, name);
            var content = new byte[bytes];
            Array.Fill(content, (byte)'x');
            disk.WriteWholeDurably(path, content);
            await using (var database = await SimulatedDatabase.OpenAsync(disk))
            {
                var workload = new Workload(21);
                for (var step = 0; step < 60; step++)
                {
                    await workload.StepAsync(database);
                }
            }

            Assert.Equal(content, disk.ReadWhole(path));
        }
    }

    /// <summary>A store that was closed: one segment with frames, snapshots, spare files.</summary>
    private static async Task<SimulatedFileSystem> WrittenAsync()
    {
        var disk = new SimulatedFileSystem(20);
        var workload = new Workload(20);
        await using (var database = await SimulatedDatabase.CreateAsync(disk))
        {
            for (var step = 0; step < 30; step++)
            {
                await workload.StepAsync(database);
            }
        }

        Assert.Single(SimulatedDatabase.Segments(disk));
        Assert.NotEmpty(SimulatedDatabase.Snapshots(disk));
        return disk.Crash(CrashKeeps.All);
    }

    private static string Segment(SimulatedFileSystem disk) => Path.Combine(SimulatedDatabase.Directory, SimulatedDatabase.Segments(disk)[0]);

    private static void Change(SimulatedFileSystem disk, string path, Action<byte[]> change)
    {
        var bytes = disk.ReadWhole(path);
        change(bytes);
        disk.WriteWholeDurably(path, bytes);
    }

    /// <summary>Changes the snapshots of one shard; returns the newest, which is the one that opening reads.</summary>
    private static string ChangeSnapshot(SimulatedFileSystem disk, Action<byte[]> change)
    {
        var snapshots = SimulatedDatabase.Snapshots(disk).GroupBy(path => Path.GetFileName(path).Split('-')[0]).First().ToArray();
        foreach (var snapshot in snapshots)
        {
            Change(disk, snapshot, change);
        }

        return snapshots[^1];
    }

    /// <summary>
    /// Where the log itself is sound it has been opened before a record is refused, and spare files hold nothing: they are made ready and put back.
    /// </summary>
    private static bool IsNoSpare(string path) => !path.EndsWith(".spare", StringComparison.Ordinal);

    /// <summary>Opening throws, the same each time, and leaves the files as they are.</summary>
    private static async Task<TException> AssertRefusedAsync<TException>(SimulatedFileSystem disk, Func<string, bool>? counts = null)
        where TException : Exception
    {
        var before = Files();
        var error = await Assert.ThrowsAsync<TException>(() => SimulatedDatabase.OpenAsync(disk));
        Assert.Equal(before, Files());
        Assert.Equal(error.Message, (await Assert.ThrowsAsync<TException>(() => SimulatedDatabase.OpenAsync(disk))).Message);
        Assert.Equal(before, Files());
        return error;

        KeyValuePair<string, string>[] Files() =>
            [.. disk.HashesBelow(SimulatedDatabase.Directory).Where(file => counts is null || counts(file.Key))];
    }

    private static void AssertNewer(string file, UnsupportedFormatException error)
    {
        Assert.Equal((file, 2, 1), (error.File, error.FoundVersion, error.NewestSupportedVersion));
        Assert.Contains($"{file} has format version 2; this program reads versions up to 1", error.Message, StringComparison.Ordinal);
    }
}
