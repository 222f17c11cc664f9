using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

public sealed class FailureTests
{
    [Theory]
    [InlineData(31, DiskOperations.Sync)]
    [InlineData(32, DiskOperations.DirectorySync)]
    [InlineData(33, DiskOperations.Write)]
    [InlineData(34, DiskOperations.Rename)]
    [InlineData(35, DiskOperations.Open | DiskOperations.SetLength | DiskOperations.Preallocate)]
    public async Task A_failing_operation_stops_acknowledgements_and_loses_nothing(ulong seed, DiskOperations kinds)
    {
        var operations = await FailEverywhere.RunAsync(seed, 40, kinds, WalMutations.None);
        Assert.True(operations > 1, $"{operations} operations");
    }

    [Fact]
    public async Task A_failed_sync_is_final()
    {
        var disk = new SimulatedFileSystem(1);
        var log = Workload.Open(disk, Small, WalMutations.None);
        log.Append(Batch("a", 1, "kept"));
        disk.Fail(DiskOperations.Sync, 1);
        var failure = Assert.Throws<LogPoisonedException>(() => log.Append(Batch("a", 2, "lost")));
        Assert.IsType<SyncFailedException>(failure.InnerException);
        Assert.Throws<LogPoisonedException>(() => log.Append(Batch("b", 1, "later")));
        await Assert.ThrowsAsync<LogPoisonedException>(async () => await log.DeleteToAsync("a", 1));
        Assert.Equal(["kept"], log.ReadStream("a").Payloads());
        Assert.Equal(new StreamState(1, 0), await log.ReadStateAsync("a"));
        Assert.NotNull(log.Statistics.Poisoned);
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_serves_reads_and_resumes_when_there_is_space()
    {
        var disk = new SimulatedFileSystem(2);
        var log = Workload.Open(disk, Small, WalMutations.None);
        disk.CapacityBytes = disk.UsedBytes + (200 << 10);
        var written = 0;
        DiskFullException? full = null;
        while (full is null)
        {
            try
            {
                log.Append(Batch("a", written + 1, new string('x', 5000)));
                written++;
            }
            catch (DiskFullException e)
            {
                full = e;
            }
        }

        Assert.InRange(written, 10, 50);
        Assert.Throws<DiskFullException>(() => log.Append(Batch("a", written + 1, new string('y', 5000))));
        Assert.Equal(written, log.ReadStream("a").Payloads().Count);
        Assert.NotNull(log.Statistics.SpaceProblem);
        Assert.Null(log.Statistics.Poisoned);

        disk.CapacityBytes += 1 << 20;
        log.Append(Batch("a", written + 1, new string('z', 5000)));
        Assert.Null(log.Statistics.SpaceProblem);
        await log.DisposeAsync();

        var reopened = Workload.Open(disk.Crash(CrashKeeps.None), Small, WalMutations.None);
        Assert.Equal(written + 1, reopened.ReadStream("a").Payloads().Count);
    }
}
