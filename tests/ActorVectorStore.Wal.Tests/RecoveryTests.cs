using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Openings after something unusual.</summary>
public sealed class RecoveryTests
{
    private readonly SimulatedFileSystem _disk = new(1);

    [Fact]
    public async Task A_power_loss_behind_the_recycling_of_a_larger_file_does_not_keep_the_log_shut()
    {
        var large = Small with { SegmentBytes = 128 << 10, SpareSegmentsMax = 4 };
        var log = Workload.Open(_disk, large, WalMutations.None);
        log.Append(Batch("a", 1, "kept"));
        await log.DisposeAsync();

        var states = new List<SimulatedFileSystem>();
        _disk.OperationEnded = _ => states.Add(_disk.Clone());
        log = Workload.Open(_disk, Small, WalMutations.None);
        for (var sequence = 2; sequence < 60; sequence++)
        {
            log.Append(Batch("a", sequence, new string('x', 5000)));
        }

        foreach (var state in states)
        {
            foreach (var keeps in CrashKeeps.EachPattern((ulong)states.IndexOf(state)))
            {
                Assert.Equal("kept", Workload.Open(state.Crash(keeps), Small, WalMutations.None).ReadStream("a").Payloads()[0]);
            }
        }
    }

    /// <summary>The spares that the first opening leaves have another salt than the second one takes, since nothing was written between.</summary>
    [Fact]
    public async Task A_power_loss_in_the_first_commit_of_a_log_that_was_opened_empty_before_does_not_keep_it_shut()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var disk = new SimulatedFileSystem(seed);
            var log = Workload.Open(disk, Small, WalMutations.None);
            disk.Fail(DiskOperations.Write, 4);
            Assert.ThrowsAny<IOException>(() => log.Append(Batch("a", 1, "refused")));
            await log.DisposeAsync();
            Assert.Contains(disk.ListFiles("/log"), name => name.EndsWith(".spare", StringComparison.Ordinal));
            disk = disk.Crash(CrashKeeps.All);
            var states = new List<SimulatedFileSystem>();
            disk.OperationEnded = _ => states.Add(disk.Clone());
            Workload.Open(disk, Small, WalMutations.None).Append(Batch("a", 1, "first"));
            foreach (var keeps in states.Select((_, i) => CrashKeeps.TornInsideSector(seed + (ulong)i)))
            {
                Assert.All(states, state => Assert.InRange(Workload.Open(state.Clone().Crash(keeps), Small, WalMutations.None).ReadAll().Payloads().Count, 0, 1));
            }
        }
    }

    [Fact]
    public async Task A_log_that_was_only_looked_at_after_a_crash_is_closed_with_a_proven_end()
    {
        var position = Workload.Open(_disk, Small, WalMutations.None).Append(Batch("a", 1, "kept")).Position;
        var disk = _disk.Crash(CrashKeeps.All);
        await Workload.Open(disk, Small, WalMutations.None).DisposeAsync();
        disk = disk.Crash(CrashKeeps.All);
        disk.FlipBit("/log/0000000100000000.wal", position.Offset + 8, 0);
        Assert.Throws<CorruptionException>(() => Workload.Open(disk, Small, WalMutations.None));
    }

    [Fact]
    public async Task A_log_that_is_opened_and_closed_again_and_again_does_not_grow()
    {
        var log = Workload.Open(_disk, Small, WalMutations.None);
        log.Append(Batch("a", 1, "kept"));
        await log.DisposeAsync();
        var end = WalInspector.Inspect(_disk, "/log").Tail;
        await Workload.Open(_disk, Small, WalMutations.None).DisposeAsync();
        Assert.Equal(end, WalInspector.Inspect(_disk, "/log").Tail);
    }

    [Fact]
    public void Payloads_that_look_like_heads_everywhere_do_not_make_the_search_behind_a_torn_commit_read_again_and_again()
    {
        var log = Workload.Open(_disk, Small with { SegmentBytes = 8 << 20, CommitBytesMax = 8 << 20 }, WalMutations.None);
        log.Append(Batch("aligned!", 1, "kept"));
        var numbers = Enumerable.Range(0, 1 << 19).Select(i => (i % 262) + 1L).ToArray();
        var torn = log.Append(new EventBatch("aligned!", 2, 1, MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray())).Position;
        var disk = _disk.Crash(CrashKeeps.All);
        disk.FlipBit("/log/0000000100000000.wal", torn.Offset + 8, 0);

        log = Workload.Open(disk, Small, WalMutations.None);
        Assert.Equal(["kept"], log.ReadAll().Payloads());
        Assert.InRange(log.Recovery.BytesRead, 4 << 20, 20 << 20);
    }

    [Fact]
    public void A_lost_index_costs_a_scan_and_nothing_else()
    {
        var log = Workload.Open(_disk, Small, WalMutations.None);
        for (var sequence = 1; sequence < 60; sequence++)
        {
            log.Append(Batch("a", sequence, new string('x', 5000)));
        }

        var again = Workload.Open(_disk.Crash(CrashKeeps.None), Small, WalMutations.None);
        Assert.True(again.Recovery.SegmentsScanned > 1);
        Assert.Equal(59, again.ReadStream("a").Payloads().Count);
    }
}
