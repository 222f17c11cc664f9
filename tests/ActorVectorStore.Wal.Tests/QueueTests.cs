using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>What may wait for a commit, and what becomes of it.</summary>
public sealed class QueueTests
{
    private static readonly WalOptions Narrow = Small with { QueueBytesMax = 64 << 10 };

    private readonly SimulatedFileSystem _disk = new(1);

    [Fact]
    public async Task Empty_events_do_not_wait_without_bound()
    {
        var log = Open();
        var waiting = new List<Task>();
        for (var sequence = 1; sequence < 1000; sequence++)
        {
            waiting.Add(log.AppendAsync(new EventBatch("a", sequence, 1, default)).AsTask());
        }

        Assert.InRange(waiting.Count(task => task.IsFaulted), 500, 950);
        Assert.True(log.Statistics.QueuedBytes <= Narrow.QueueBytesMax, $"{log.Statistics.QueuedBytes} bytes");
        log.CommitQueued();
        await Assert.ThrowsAsync<LogOverloadedException>(() => Task.WhenAll(waiting));
    }

    [Fact]
    public async Task A_batch_beyond_the_bound_is_accepted_beside_a_deletion_and_refused_beside_a_payload()
    {
        var log = Open();
        log.Append(Batch("a", 1, "old"));
        var deletion = log.DeleteToAsync("a", 1).AsTask();
        var large = log.AppendAsync(Batch("b", 1, new string('x', 100_000))).AsTask();
        var refused = log.AppendAsync(Batch("c", 1, "small")).AsTask();
        log.CommitQueued();
        await deletion;
        await large;
        await Assert.ThrowsAsync<LogOverloadedException>(() => refused);
        Assert.Equal(1, log.Append(Batch("c", 1, "later")).FirstOrdinal - 2);
    }

    [Fact]
    public async Task Deletions_and_states_are_never_refused_because_a_large_batch_waits()
    {
        var log = Open();
        log.Append(Batch("a", 1, "old"));
        var large = log.AppendAsync(Batch("a", 2, new string('x', 100_000))).AsTask();
        var deletion = log.DeleteToAsync("a", 1).AsTask();
        var state = log.ReadStateAsync("a").AsTask();
        log.CommitQueued();
        await large;
        await deletion;
        Assert.Equal(new StreamState(2, 1), await state);
    }

    [Fact]
    public void The_numbers_of_a_cancelled_batch_are_free_again_when_the_one_behind_it_fails()
    {
        var log = Open();
        log.Append(Batch("a", 1, "kept"));
        using var cancellation = new CancellationTokenSource();
        var first = log.AppendAsync(new EventBatch("a", 2, 1, default), cancellation.Token).AsTask();
        var second = log.AppendAsync(Batch("a", 3, new string('x', 200_000))).AsTask();
        cancellation.Cancel();
        _disk.CapacityBytes = _disk.UsedBytes;
        log.CommitQueued();
        Assert.True(first.IsCanceled);
        Assert.IsType<DiskFullException>(second.Exception?.InnerException);

        _disk.CapacityBytes += 1 << 20;
        log.Append(Batch("a", 2, "again"));
        Assert.Equal(["kept", "again"], log.ReadStream("a").Payloads());
    }

    [Fact]
    public async Task A_cancelled_batch_leaves_a_gap_before_the_ones_accepted_behind_it()
    {
        var log = Open();
        using var cancellation = new CancellationTokenSource();
        var first = log.AppendAsync(Batch("a", 1, "cancelled"), cancellation.Token).AsTask();
        var second = log.AppendAsync(Batch("a", 2, "kept")).AsTask();
        cancellation.Cancel();
        log.CommitQueued();
        await second;
        Assert.True(first.IsCanceled);
        Assert.Throws<SequenceConflictException>(() => log.Append(Batch("a", 1, "late")));
        Assert.Equal(["kept"], log.ReadStream("a").Payloads());
    }

    [Fact]
    public void A_batch_that_has_a_tag_twice_comes_once()
    {
        var log = Open();
        log.Append(Batch("a", 1, "once", "red", "red"));
        Assert.Equal(["once"], log.ReadTag("red").Payloads());
        Assert.Equal(["once"], Workload.Open(_disk.Crash(CrashKeeps.None), Narrow, WalMutations.None).ReadTag("red").Payloads());
    }

    [Fact]
    public async Task Blocking_callers_wait_for_room_and_all_of_them_get_it()
    {
        using var directory = new TemporaryDirectory();
        await using var log = WriteAheadLog.Open(PhysicalFileSystem.Instance, directory.Path, Narrow);
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Factory.StartNew(
            () =>
            {
                for (var sequence = 1; sequence <= 20; sequence++)
                {
                    log.Append(Batch($"caller {caller}", sequence, new string('x', 20_000)));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        await Task.WhenAll(callers);
        Assert.Equal(16 * 20, log.Statistics.Batches);
        Assert.Equal(0, log.Statistics.QueuedBytes);
    }

    private WriteAheadLog Open() => Workload.Open(_disk, Narrow, WalMutations.None);
}
