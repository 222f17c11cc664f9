using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Segments that are freed while somebody reads, that are damaged, or that hold nothing but numbers.</summary>
public sealed class ReclaimTests
{
    private static readonly WalOptions Rewriting = Small with { RewriteLivePercentMax = 60 };

    private SimulatedFileSystem _disk = new(1);

    [Fact]
    public async Task A_slow_reader_sees_every_live_batch_of_a_segment_that_was_sealed_and_freed_meanwhile()
    {
        var log = Open();
        log.Append(Batch("a", 1, "old"));
        log.Append(Batch("idle", 1, "first"));
        Fill(log, "a", 2, 14);
        log.Append(Batch("idle", 2, "second"));
        using var reader = log.ReadStream("idle");
        Fill(log, "a", 15, 40);
        await DeleteAsync(log, "a", 40);
        Assert.True((await log.ReclaimAsync()).BatchesRewritten > 0);

        Assert.Equal(["first", "second"], reader.Payloads());
        Assert.Equal(["first", "second"], log.ReadStream("idle").Payloads());
    }

    [Fact]
    public void A_reader_does_not_see_what_was_appended_after_it_was_made_though_the_segment_was_sealed()
    {
        var log = Open();
        log.Append(Batch("a", 1, "before", "tag"));
        using var stream = log.ReadStream("a");
        using var tag = log.ReadTag("tag");
        log.Append(Batch("a", 2, "after", "tag"));
        Fill(log, "b", 1, 30);
        Assert.Equal(["before"], stream.Payloads());
        Assert.Equal(["before"], tag.Payloads());
    }

    [Fact]
    public async Task A_damaged_segment_is_left_and_shown_and_the_others_are_freed()
    {
        var log = Open();
        log.Append(Batch("idle", 1, "kept"));
        Fill(log, "a", 1, 60);
        await log.DisposeAsync();
        _disk = _disk.Crash(CrashKeeps.All);
        var position = PositionOfIdle();
        _disk.FlipBit("/log/0000000100000000.wal", position + FrameFormat.HeadBytes + 21, 0);

        log = Open();
        await DeleteAsync(log, "a", 60);
        var report = await log.ReclaimAsync();
        Assert.True(report.SegmentsFreed >= 3, $"{report}");
        Assert.IsType<CorruptionException>(log.Statistics.BackgroundProblem);
        Assert.Equal(0, (await log.ReclaimAsync()).SegmentsFreed);
        using var reader = log.ReadStream("idle");
        Assert.Throws<CorruptionException>(() => reader.MoveNext());
    }

    [Fact]
    public async Task Damage_keeps_a_reader_where_it_is()
    {
        var log = Open();
        var damaged = log.Append(Batch("a", 1, new string('d', 100))).Position;
        log.Append(Batch("a", 2, "behind"));
        await log.DisposeAsync();
        _disk = _disk.Crash(CrashKeeps.All);
        log = Open();
        _disk.FlipBit("/log/0000000100000000.wal", damaged.Offset + FrameFormat.HeadBytes + 30, 0);
        foreach (var reader in (BatchReader[])[log.ReadStream("a"), log.ReadAll()])
        {
            using (reader)
            {
                Assert.Throws<CorruptionException>(() => reader.MoveNext());
                Assert.Throws<CorruptionException>(() => reader.MoveNext());
            }
        }
    }

    [Fact]
    public async Task Numbers_alone_are_not_moved_again_on_every_pass()
    {
        var log = Open();
        for (var stream = 0; stream < 1500; stream++)
        {
            log.Append(Batch($"stream {stream}", 1, "x"));
            await DeleteAsync(log, $"stream {stream}", 1);
        }

        for (var pass = 0; pass < 4; pass++)
        {
            await log.ReclaimAsync();
        }

        Assert.Equal(0, (await log.ReclaimAsync()).SegmentsFreed);
        Assert.Equal(new StreamState(1, 1), log.ReadState("stream 7"));
    }

    [Fact]
    public async Task A_lower_deletion_behind_a_higher_one_never_brings_events_back()
    {
        var log = Open();
        Fill(log, "a", 1, 12);
        var high = log.DeleteToAsync("a", 10).AsTask();
        var low = log.DeleteToAsync("a", 5).AsTask();
        log.CommitQueued();
        await Task.WhenAll(high, low);
        Fill(log, "b", 1, 30);
        await DeleteAsync(log, "b", 30);
        await log.ReclaimAsync();
        Assert.Equal(new StreamState(12, 10), log.ReadState("a"));
        Assert.Equal(new StreamState(12, 10), Workload.Open(_disk.Crash(CrashKeeps.None), Rewriting, WalMutations.None).ReadState("a"));
    }

    [Fact]
    public void Higher_evidence_in_an_earlier_segment_is_what_its_place_is_remembered_by()
    {
        var stream = new StreamEntry("a");
        stream.Learn(new StreamState(12, 5), 7);
        stream.Learn(new StreamState(12, 10), 6);
        Assert.Equal((10, 6u, 7u), (stream.DeletedTo, stream.DeletedSegment, stream.HighestSegment));
    }

    private WriteAheadLog Open() => Workload.Open(_disk, Rewriting, WalMutations.None);

    private long PositionOfIdle()
    {
        using var log = OfflineLog.Open(_disk, "/log");
        using var reader = log.ReadAll();
        Assert.True(reader.MoveNext());
        return reader.Current.Position.Offset;
    }

    private static void Fill(WriteAheadLog log, string stream, int from, int to)
    {
        for (var sequence = from; sequence <= to; sequence++)
        {
            log.Append(Batch(stream, sequence, new string('x', 5000)));
        }
    }

    private static async Task DeleteAsync(WriteAheadLog log, string stream, long to)
    {
        var deletion = log.DeleteToAsync(stream, to);
        log.CommitQueued();
        await deletion;
    }
}
