using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Looking in from outside, without changing anything.</summary>
public sealed class InspectionTests
{
    private SimulatedFileSystem _disk = new(1);

    [Fact]
    public async Task An_inspection_tells_what_the_log_holds_and_changes_nothing()
    {
        await WriteAsync();
        var before = _disk.ListFiles("/log").Where(name => name != "LOCK").ToDictionary(name => name, name => _disk.ReadWhole($"/log/{name}"));
        var found = WalInspector.Inspect(_disk, "/log");
        Assert.Equal((40, 1, 0), (found.PublishedOrdinal, found.Streams, found.TornBytes));
        Assert.All(found.Segments.SkipLast(1), segment => Assert.True(segment is { IsSealed: true, HasIndex: true }));
        Assert.All(before, pair => Assert.Equal(pair.Value, _disk.ReadWhole($"/log/{pair.Key}")));
    }

    [Fact]
    public async Task A_verification_lists_the_damage_of_every_segment()
    {
        await WriteAsync();
        Assert.Equal(40, WalInspector.Verify(_disk, "/log").Batches);
        _disk.FlipBit("/log/0000000100000000.wal", 3000, 0);
        _disk.FlipBit("/log/0000000200000000.wal", 3000, 0);
        Assert.Equal(
            ["/log/0000000100000000.wal", "/log/0000000200000000.wal"],
            WalInspector.Verify(_disk, "/log").Problems.Select(problem => problem.File));
    }

    [Fact]
    public async Task A_log_is_read_offline_and_its_torn_end_is_left_as_it_is()
    {
        var log = Workload.Open(_disk, Small, WalMutations.None);
        log.Append(Batch("a", 1, "kept"));
        var torn = log.AppendAsync(Batch("a", 2, "torn")).AsTask();
        var whole = log.AppendAsync(Batch("b", 1, "whole")).AsTask();
        log.CommitQueued();
        await Task.WhenAll(torn, whole);
        _disk = _disk.Crash(CrashKeeps.All);
        _disk.FlipBit("/log/0000000100000000.wal", (await torn).Position.Offset + 8, 0);
        using (var offline = OfflineLog.Open(_disk, "/log"))
        {
            Assert.Equal(["kept"], offline.ReadAll().Payloads());
            Assert.Equal(new StreamState(1, 0), offline.ReadState("a"));
        }

        Assert.True(WalInspector.Inspect(_disk, "/log").TornBytes > 0);
    }

    private async Task WriteAsync()
    {
        var log = Workload.Open(_disk, Small, WalMutations.None);
        for (var sequence = 1; sequence <= 40; sequence++)
        {
            log.Append(Batch("a", sequence, new string('x', 5000)));
        }

        await log.DisposeAsync();
        _disk = _disk.Crash(CrashKeeps.All);
    }
}
