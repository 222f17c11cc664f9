using ActorVectorStore.FileSystem;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

public sealed class WriteAheadLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private WriteAheadLog Open(WalOptions? options = null) => WriteAheadLog.Open(PhysicalFileSystem.Instance, _directory.Path, options ?? Small);

    [Fact]
    public async Task An_appended_batch_is_read_back_after_reopening()
    {
        await using (var log = Open())
        {
            Assert.Equal(1, log.Append(Batch("a", 1, "one")).FirstOrdinal);
            Assert.Equal(2, (await log.AppendAsync(Batch("b", 7, "two"))).FirstOrdinal);
            Assert.Equal(3, log.Append(Batch("a", 2, "three")).FirstOrdinal);
            Assert.Equal(["one", "three"], log.ReadStream("a").Payloads());
        }

        await using var again = Open();
        Assert.Equal(["one", "three"], again.ReadStream("a").Payloads());
        Assert.Equal(["two"], again.ReadStream("b").Payloads());
        Assert.Equal(["one", "two", "three"], again.ReadAll().Payloads());
        Assert.Equal(new StreamState(2, 0), again.ReadState("a"));
        Assert.Equal(3, again.PublishedOrdinal);
        Assert.Equal(0, again.Recovery.TornBytes);
    }

    [Fact]
    public async Task Many_segments_are_read_back_from_their_indexes_and_deleted_ones_are_freed()
    {
        const int Count = 3000;
        var streams = new[] { "x", "y", "z" };
        await using (var log = Open())
        {
            for (var i = 0; i < Count; i++)
            {
                log.Append(Batch(streams[i % 3], (i / 3) + 1, $"{i}:{new string('p', i % 300)}", i % 10 == 0 ? ["ten"] : []));
            }

            Assert.True(log.Statistics.Segments > 5);
        }

        await using (var log = Open())
        {
            Assert.Equal(1, log.Recovery.SegmentsScanned);
            Assert.Equal(Count, log.ReadAll().Payloads().Count);
            Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), log.ReadAll().Ordinals());
            Assert.Equal(Count / 10, log.ReadTag("ten").Payloads().Count);
            Assert.Equal(Count - 1500, log.ReadAll(1501).Payloads().Count);
            Assert.Equal(Count / 3, log.ReadStream("y").Payloads().Count);
            await log.DeleteToAsync("x", 999);
            await log.DeleteToAsync("y", 1000);
            await log.DeleteToAsync("z", 990);
            var report = await log.ReclaimAsync();
            var segments = log.Statistics.Segments;
            Assert.True(segments < 4, $"{report} {segments}");
            Assert.Equal(1 + 10, log.ReadAll().Payloads().Count);
        }

        await using var again = Open();
        Assert.Equal(new StreamState(1000, 1000), again.ReadState("y"));
        Assert.Equal(1 + 10, again.ReadAll().Payloads().Count);
        Assert.Equal(10, again.ReadStream("z").Payloads().Count);
        Assert.Equal(Count, again.PublishedOrdinal);
        Assert.Throws<SequenceConflictException>(() => again.Append(Batch("y", 1000, "again")));
        Assert.Equal(Count + 1, again.Append(Batch("y", 1001, "next")).FirstOrdinal);
    }

    [Fact]
    public async Task Concurrent_callers_share_syncs_and_nothing_is_lost()
    {
        const int Callers = 64, Each = 200;
        await using (var log = Open(new WalOptions { SegmentBytes = 1 << 20 }))
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                for (var i = 1; i <= Each; i++)
                {
                    await log.AppendAsync(Batch($"caller {caller}", i, $"{caller}/{i}"));
                }
            })));
            Assert.True(log.Statistics.Commits < Callers * Each / 4, $"{log.Statistics.Commits} commits");
        }

        await using var again = Open();
        Assert.Equal(Callers * Each, again.ReadAll().Payloads().Count);
        Assert.Equal(Enumerable.Range(1, Each).Select(i => $"5/{i}"), again.ReadStream("caller 5").Payloads());
    }
}
