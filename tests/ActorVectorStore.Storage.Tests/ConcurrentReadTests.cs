using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Readers beside a writer. Each event rewrites every point with its own index, so half an event cannot hide.</summary>
public sealed class ConcurrentReadTests
{
    private const int Points = 64;
    private const int EventsMin = 400;
    private const int ViewsPerReader = 200;
    private const int Readers = 3;

    [Fact]
    public async Task Readers_see_whole_events_while_a_writer_replaces_deletes_and_compacts()
    {
        using var store = Shards.Empty(Shards.Schema(3, Distance.Manhattan));
        using var readersAtWork = new CountdownEvent(Readers);
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Factory.StartNew(
            () => ReadViews(store, readersAtWork), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        // The writer goes on until each reader has seen its share, so that views and events do overlap, however the threads are scheduled.
        var index = 0L;
        while (index < EventsMin || !readersAtWork.IsSet)
        {
            if (readers.Any(reader => reader.IsFaulted))
                break;
            store.Apply(++index, Event(index));
            if (index % 5 == 0)
                store.Flush().Compact(everything: index % 3 == 0).Checkpoint();
        }

        var indexesSeen = await Task.WhenAll(readers);
        Assert.All(indexesSeen, count => Assert.True(count > 1, "A reader saw one index only: it did not run beside the writer."));
    }

    // Event 4n deletes all points, every other one rewrites all.
    internal static ShardOperation[] Event(long index)
    {
        var ids = Enumerable.Range(0, Points).Select(n => PointId.FromNumber((ulong)n));
        return index % 4 == 0
            ? [new DeletePoints([.. ids])]
            : [new UpsertPoints([.. ids.Select(id => new Point(id, new float[] { index, index % 97, 1 }, Payload.Parse($"{{\"index\":{index}}}")))])];
    }

    private static int ReadViews(ShardStore store, CountdownEvent readersAtWork)
    {
        var indexes = new HashSet<long>();
        try
        {
            for (var i = 0; i < ViewsPerReader || indexes.Count < 2; i++)
            {
                using var view = store.OpenView();
                indexes.Add(view.Index);
                AssertWhole(view);
            }
        }
        finally
        {
            readersAtWork.Signal();
        }

        return indexes.Count;
    }

    internal static void AssertWhole(ReadView view)
    {
        var index = view.Index;
        var expected = index % 4 == 0 ? 0 : Points;
        var digest = view.ContentDigest();
        Assert.Equal(expected, view.Count);
        var ids = Enumerable.Range(0, Points).Select(n => PointId.FromNumber((ulong)n)).ToArray();
        AssertRecords(view.Get(ids, PointFields.All), index, expected);
        AssertRecords(view.Scroll(new ScrollRequest { Limit = 2 * Points, Fields = PointFields.All }).Points, index, expected);
        var hits = view.Search(new SearchRequest { Vector = new float[] { index, index % 97, 1 }, Limit = 2 * Points, Fields = PointFields.All });
        AssertRecords([.. hits.Select(hit => new PointRecord(hit.Id, hit.Version, hit.Payload, hit.Vector))], index, expected);
        Assert.All(hits, hit => Assert.Equal(0, hit.Score));
        Assert.Equal(digest, view.ContentDigest());
    }

    private static void AssertRecords(IReadOnlyList<PointRecord> records, long index, int expected)
    {
        Assert.Equal(expected, records.Count);
        foreach (var record in records)
        {
            Assert.Equal(index, record.Version);
            Assert.Equal([index, index % 97, 1], record.Vector!.Value.ToArray());
            Assert.Equal($"{{\"index\":{index}}}", record.Payload!.ToString());
        }
    }
}
