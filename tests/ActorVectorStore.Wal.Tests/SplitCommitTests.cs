using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>A group that is cut where its segment ends, and what becomes of the part behind the cut.</summary>
public sealed class SplitCommitTests
{
    private static readonly WalOptions Splitting = Small with { CommitBytesMax = 1 << 20 };

    [Theory]
    [InlineData(DiskOperations.Sync)]
    [InlineData(DiskOperations.Write)]
    public void When_the_first_part_of_a_split_group_fails_the_part_behind_the_cut_fails_too(DiskOperations kind)
    {
        var disk = new SimulatedFileSystem(1);
        var log = Workload.Open(disk, Splitting, WalMutations.None);
        log.Append(Batch("a", 1, "kept"));
        var appends = Enumerable.Range(2, 10).Select(sequence => log.AppendAsync(Batch("a", sequence, new string('x', 12_000))).AsTask()).ToArray();
        disk.Fail(kind, 1);
        log.CommitQueued();

        Assert.All(appends, append => Assert.IsType<LogPoisonedException>(append.Exception?.InnerException));
        Assert.Equal(0, log.Statistics.QueuedBatches);
    }

    [Fact]
    public async Task A_split_group_is_acknowledged_as_a_whole_over_two_segments()
    {
        var disk = new SimulatedFileSystem(2);
        var log = Workload.Open(disk, Splitting, WalMutations.None);
        var appends = Enumerable.Range(1, 10).Select(sequence => log.AppendAsync(Batch("a", sequence, new string('x', 12_000))).AsTask()).ToArray();
        log.CommitQueued();
        var receipts = await Task.WhenAll(appends);

        Assert.True(receipts[^1].Position.Segment > receipts[0].Position.Segment);
        Assert.Equal(10, Workload.Open(disk.Crash(CrashKeeps.None), Splitting, WalMutations.None).ReadStream("a").Payloads().Count);
    }
}
