using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using static ActorVectorStore.Storage.Tests.IndexedShards;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Searches on other threads while points come and go, and files are written, merged and indexed.</summary>
public sealed class ConcurrentIndexTests
{
    private const int Dimension = 8;

    [Theory]
    [InlineData(Distance.Cosine)]
    [InlineData(Distance.Euclid)]
    public async Task Searches_find_nearly_all_of_their_view_whatever_goes_on_beside_them(Distance distance)
    {
        using var store = Shards.Empty(Schema(Dimension, distance));
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 500, Dimension))]);
        var isDone = false;
        Task<(double Recall, int Views)>[] readers = [.. Enumerable.Range(0, 2).Select(reader => Task.Factory.StartNew(
            () => ReadUntil(store, () => Volatile.Read(ref isDone), reader), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        try
        {
            Live(store, new SeededRandom(2));
        }
        finally
        {
            Volatile.Write(ref isDone, true);
        }

        foreach (var (recall, views) in await Task.WhenAll(readers))
        {
            Assert.True(recall > 0.95, $"recall {recall} over {views} views");
        }
    }

    // The owner: applies, and has one piece of background work at a time run on another thread.
    private static void Live(ShardStore store, SeededRandom random)
    {
        (Task Running, Action Complete)? work = null;
        for (var round = 0; round < 150; round++)
        {
            store.Apply(store.AppliedIndex + 1, [new UpsertPoints(Points(random, random.Next(3000), random.Next(1, 60), Dimension))]);
            store.Apply(store.AppliedIndex + 1, [new DeletePoints([.. Enumerable.Range(0, 15).Select(_ => PointId.FromNumber((ulong)random.Next(3000)))])]);
            if (work is { Running.IsCompleted: false } && round % 5 != 0)
                continue;
            End(work);
            work = Begin(store, random);
        }

        End(work);
    }

    private static void End((Task Running, Action Complete)? work)
    {
        work?.Running.GetAwaiter().GetResult();
        work?.Complete();
    }

    private static (Task Running, Action Complete)? Begin(ShardStore store, SeededRandom random)
    {
        if (random.Chance(0.5) && store.BeginVectorIndex() is { } index)
            return (Task.Run(() => index.Run(IndexRun.Alone)), () => store.Complete(index));
        if (random.Chance(0.5) && store.BeginCompaction(everything: random.Chance(0.3)) is { } compaction)
            return (Task.Run(() => compaction.Run()), () => store.Complete(compaction));
        return store.BeginFlush() is { } flush ? (Task.Run(() => flush.Run()), () => store.Complete(flush)) : null;
    }

    private static (double Recall, int Views) ReadUntil(ShardStore store, Func<bool> isDone, int reader)
    {
        var random = new SeededRandom((ulong)reader + 50);
        var (recall, views) = (0.0, 0);
        while (!isDone() || views < 10)
        {
            using var view = store.OpenView();
            recall += Recall(view, Requests(random, Dimension, 4));
            views++;
        }

        return (recall / Math.Max(1, views), views);
    }
}
