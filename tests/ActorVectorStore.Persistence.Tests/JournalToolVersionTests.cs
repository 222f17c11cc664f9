using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>The tool on what a newer program wrote: it says which version it found and which it knows, and modifies nothing.</summary>
public sealed class JournalToolVersionTests : PersistenceTest
{
    private readonly JournalTool _tool = new(PhysicalFileSystem.Instance);

    [Theory]
    [InlineData("*.wal", 56)]
    [InlineData("log.identity", 24)]
    public async Task A_log_of_a_newer_version_is_refused_by_every_operation(string pattern, int checksumOffset)
    {
        await WriteAsync(EventBatchFormat.Version);
        var file = Directory.GetFiles(DataDirectory, pattern).Single();
        Change(file, bytes =>
        {
            bytes[8] = 2;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(checksumOffset), XxHash3.HashToUInt64(bytes.AsSpan(0, checksumOffset)));
        });
        var before = Files();
        using var target = new MemoryStream();

        AssertNewer(file, 2, Assert.Throws<UnsupportedFormatException>(() => _tool.Inspect(DataDirectory)));
        AssertNewer(file, 2, Assert.Throws<UnsupportedFormatException>(() => _tool.Verify(DataDirectory)));
        AssertNewer(file, 2, await Assert.ThrowsAsync<UnsupportedFormatException>(() => _tool.ExportAsync(DataDirectory, target)));
        Assert.Equal(0, target.Length);
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task An_event_batch_of_a_newer_version_is_refused_where_events_are_read_behind_the_lines_of_those_before_it()
    {
        var position = await WriteAsync(EventBatchFormat.Version + 1);
        var before = Files();
        using var target = new MemoryStream();

        Assert.Equal(3, _tool.Inspect(DataDirectory).Log.PublishedOrdinal);
        AssertNewer($"The event batch at {position}", 2, Assert.Throws<UnsupportedFormatException>(() => _tool.Verify(DataDirectory)));
        AssertNewer($"The event batch at {position}", 2, await Assert.ThrowsAsync<UnsupportedFormatException>(() => _tool.ExportAsync(DataDirectory, target)));
        Assert.Equal(1, target.ToArray().Count(b => b == '\n'));
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_snapshot_of_a_newer_version_is_among_the_problems_with_both_versions_and_the_rest_is_verified()
    {
        var kit = Start();
        JournalOf(kit).WriteTexts("a", 1, 2);
        SnapshotsOf(kit).Save("a", 2, TestEvent.Plain("snapshot"));
        await EndAsync(kit);
        var file = Directory.GetFiles(Path.Combine(DataDirectory, "snapshots")).Single();
        Change(file, bytes =>
        {
            bytes[8] = 9;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Crc32.HashToUInt32(bytes.AsSpan(0, 12)));
        });
        var before = Files();

        Assert.Equal(1, _tool.Inspect(DataDirectory).Snapshots);
        var verification = _tool.Verify(DataDirectory);
        Assert.Equal((2, 0), (verification.Events, verification.Snapshots));
        var problem = Assert.Single(verification.Problems);
        Assert.Equal(file, problem.File);
        Assert.Contains("format version 9; this program reads versions up to 1", problem.Found, StringComparison.Ordinal);
        Assert.Equal(2, await _tool.ExportAsync(DataDirectory, Stream.Null));
        Assert.Equal(before, Files());
    }

    /// <summary>Three events in batches of their own, of which the second says the given version; returns where that one is.</summary>
    private async Task<WalPosition> WriteAsync(int version)
    {
        Directory.CreateDirectory(DataDirectory);
        await using var log = WriteAheadLog.Open(PhysicalFileSystem.Instance, DataDirectory, new WalOptions { SegmentBytes = 64 << 10 });
        var positions = Enumerable.Range(1, 3).Select(number => log.Append(BatchOf(number, number == 2 ? version : EventBatchFormat.Version)).Position).ToList();
        return positions[1];
    }

    private static EventBatch BatchOf(long sequenceNr, int version)
    {
        var builder = new EventBatchBuilder();
        builder.Begin(sequenceNr, DateTime.UnixEpoch.Ticks);
        builder.Add("writer", "", 4, "", [], "{}"u8.ToArray());
        var batch = builder.Take("a").Batch;
        var payload = batch.Payload.ToArray();
        payload[0] = (byte)version;
        return batch with { Payload = payload };
    }

    private static void Change(string file, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(file);
        change(bytes);
        File.WriteAllBytes(file, bytes);
    }

    // The lock file names the process that looks, as it must.
    private KeyValuePair<string, string>[] Files() =>
        [.. PhysicalFileSystem.Instance.HashesBelow(DataDirectory).Where(file => Path.GetFileName(file.Key) != PhysicalFileSystem.LockFileName)];

    private static void AssertNewer(string file, int version, UnsupportedFormatException error)
    {
        Assert.Equal((file, version, 1), (error.File, error.FoundVersion, error.NewestSupportedVersion));
        Assert.Contains($"format version {version}; this program reads versions up to 1", error.Message, StringComparison.Ordinal);
    }
}
