using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>What a disk without space refuses, and what it must not.</summary>
public sealed class FullDiskTests
{
    private readonly SimulatedFileSystem _disk = new(1);

    [Fact]
    public async Task A_full_disk_is_emptied_by_deleting_and_writes_resume()
    {
        var log = Open(Small);
        var written = FillDisk(log);
        await DeleteAsync(log, "a", written);
        var report = await log.ReclaimAsync();
        Assert.True(report.SegmentsFreed > 1, $"{report}, {log.Statistics.BackgroundProblem}");
        log.Append(Batch("a", written + 1, new string('z', 5000)));
        Assert.Null(log.Statistics.Poisoned);
        await log.DisposeAsync();

        var reopened = Workload.Open(_disk.Crash(CrashKeeps.None), Small, WalMutations.None);
        Assert.Equal(new StreamState(written + 1, written), reopened.ReadState("a"));
    }

    [Fact]
    public async Task A_deletion_that_waits_behind_a_refused_batch_gets_the_reserve()
    {
        var log = Open(Small);
        var written = FillDisk(log);
        var refused = log.AppendAsync(Batch("a", written + 1, new string('y', 30_000))).AsTask();
        var deletion = log.DeleteToAsync("a", written).AsTask();
        log.CommitQueued();
        await Assert.ThrowsAsync<DiskFullException>(() => refused);
        await deletion;
        Assert.Equal(new StreamState(written, written), log.ReadState("a"));
    }

    [Fact]
    public async Task A_segment_for_whose_index_there_is_no_space_is_freed_all_the_same_or_sealed_later()
    {
        // Names so long that the index does not fit into what the segment has left.
        var log = Open(Small);
        log.Append(Batch("first", 1, "x"));
        _disk.CapacityBytes = _disk.UsedBytes;
        var written = AppendUntilFull(log, number => Batch($"{new string('n', 2000)}{number}", 1, "x"));
        Assert.IsType<DiskFullException>(log.Statistics.BackgroundProblem);
        _disk.CapacityBytes += 1 << 20;
        for (var stream = 0; stream < written; stream++)
        {
            await DeleteAsync(log, $"{new string('n', 2000)}{stream}", 1);
        }

        await log.ReclaimAsync();
        await log.ReclaimAsync();
        await log.DisposeAsync();
        _disk.CapacityBytes = long.MaxValue / 2;
        var reopened = Workload.Open(_disk.Crash(CrashKeeps.None), Small, WalMutations.None);
        Assert.Single(reopened.ReadAll().Payloads());
        Assert.Equal(written + 1, reopened.StreamCount);
    }

    [Fact]
    public void A_commit_that_finds_no_space_for_its_own_bytes_poisons_the_log()
    {
        var disk = new FullFile(_disk);
        var log = WriteAheadLog.Open(disk, "/log", Small, new WalTesting(IsInline: true));
        log.Append(Batch("a", 1, "kept"));
        disk.IsFull = true;
        var failure = Assert.Throws<LogPoisonedException>(() => log.Append(Batch("a", 2, "unknown")));
        Assert.IsType<DiskFullException>(failure.InnerException);
        disk.IsFull = false;
        Assert.Throws<LogPoisonedException>(() => log.Append(Batch("a", 2, "again")));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_while_preparing_refuses_one_append_and_not_the_next()
    {
        var log = Open(Small);
        log.Append(Batch("a", 1, "kept"));
        _disk.Fail(DiskOperations.Open, 1, times: 100);
        Assert.ThrowsAny<IOException>(() =>
        {
            for (var sequence = 2; sequence < 100; sequence++)
            {
                log.Append(Batch("a", sequence, new string('x', 5000)));
            }
        });
        Assert.Null(log.Statistics.Poisoned);
        _disk.StopFailing();
        log.Append(Batch("a", 100, new string('x', 60_000)));
    }

    [Fact]
    public async Task A_full_disk_is_opened_read_and_deleted_from()
    {
        var log = Open(Small);
        var written = FillDisk(log);
        await log.DisposeAsync();
        log = Open(Small);
        Assert.Equal(written, log.ReadAll().Payloads().Count);
        await DeleteAsync(log, "a", written - 1);
        await log.ReclaimAsync();
        log.Append(Batch("a", written + 1, new string('z', 5000)));
        Assert.Equal(2, log.ReadAll().Payloads().Count);
    }

    [Fact]
    public void A_segment_whose_enlargement_found_no_space_is_used_as_it_was_before()
    {
        var refusals = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var disk = new SimulatedFileSystem(seed);
            var log = Workload.Open(disk, Small, WalMutations.None);
            log.Append(Batch("a", 1, "kept"));
            disk.Refuse(DiskOperations.AnySpace, 1 + (long)(seed % 4));
            refusals += Record.Exception(() => log.Append(Batch("b", 1, new string('y', 70_000)))) is DiskFullException ? 1 : 0;
            disk.StopFailing();
            for (var sequence = 2; sequence <= 40 && log.Statistics.Poisoned is null; sequence++)
            {
                log.Append(Batch("a", sequence, new string('x', 5000)));
            }

            var written = log.ReadStream("a").Payloads();
            var reopened = Workload.Open(disk.Crash(CrashKeeps.All), Small, WalMutations.None);
            Assert.Equal(written, reopened.ReadStream("a").Payloads());
            Assert.Equal(1, reopened.Recovery.SegmentsScanned);
        }

        Assert.True(refusals > 15, $"{refusals} refusals");
    }

    [Theory]
    [InlineData(Shortage.OneOperation)]
    [InlineData(Shortage.EveryOperation)]
    [InlineData(Shortage.FreeBlocks)]
    public async Task Space_that_runs_out_at_any_operation_is_told_or_not_noticed_and_costs_nothing_that_was_acknowledged(Shortage shortage)
    {
        var (seeds, steps, stride) = LongRuns.AreWanted ? (2ul, 80, 1) : (1ul, 60, 7);
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            var runs = await FullDiskEverywhere.RunAsync(seed, steps, shortage, stride);
            Assert.True(runs * stride > 150, $"{runs} runs of seed {seed}");
        }
    }

    private WriteAheadLog Open(WalOptions options) => Workload.Open(_disk, options, WalMutations.None);

    private int FillDisk(WriteAheadLog log)
    {
        _disk.CapacityBytes = _disk.UsedBytes + (400 << 10);
        return AppendUntilFull(log, number => Batch("a", number + 1, new string('x', 5000)));
    }

    private static int AppendUntilFull(WriteAheadLog log, Func<int, EventBatch> batch)
    {
        for (var written = 0; ; written++)
        {
            try
            {
                log.Append(batch(written));
            }
            catch (DiskFullException)
            {
                return written;
            }
        }
    }

    private static async Task DeleteAsync(WriteAheadLog log, string stream, long to)
    {
        var deletion = log.DeleteToAsync(stream, to);
        log.CommitQueued();
        await deletion;
    }
}
