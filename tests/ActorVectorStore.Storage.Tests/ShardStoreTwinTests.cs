using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>The shard against its dumb twin, through random logs, with views kept open over everything that follows.</summary>
public sealed class ShardStoreTwinTests
{
    private const int Dimension = 3;

    [Theory]
    [InlineData(Distance.Cosine)]
    [InlineData(Distance.Dot)]
    [InlineData(Distance.Euclid)]
    [InlineData(Distance.Manhattan)]
    public void Every_outcome_is_the_twins_and_every_view_and_pin_answers_as_the_twin_did_at_its_index(Distance distance) =>
        Gen.Select(OperationGens.Log(Dimension, 25), Gen.Int.Array[26], Shards.WholeComponent.Array[Dimension]).Sample(
            (log, upkeep, query) =>
            {
                using var store = Shards.Empty(Shards.Schema(Dimension, distance));
                var twin = new DictionaryShard();
                var views = new List<(ReadView View, DictionaryShard Twin)> { (store.OpenView(), twin.Copy()) };
                for (var i = 0; i < log.Length; i++)
                {
                    store.Apply((2 * i) + 1, []);
                    Assert.Equal(twin.Apply(2 * (i + 1), log[i]), store.Apply(2 * (i + 1), log[i]));
                    views.Add((store.OpenView(), twin.Copy()));
                    Upkeep(store, upkeep[i]);
                }

                Assert.Equal(twin.Pins, store.Pins);
                Assert.Equal(twin.Indexes, store.PayloadIndexes);
                views.AddRange(twin.Pins.Keys.Select(name => (store.OpenView(name), twin.At(name))));
                foreach (var (view, then) in views)
                {
                    AssertSamePoints(then, view);
                    AssertSameSearch(then, view, distance, query);
                    view.Dispose();
                }
            },
            iter: 40);

    // A random choice of flush, compaction and checkpoint.
    private static void Upkeep(ShardStore store, int choice)
    {
        if ((choice & 3) == 0)
            store.Flush();
        if ((choice & 12) == 0)
            store.Compact(everything: (choice & 16) == 0);
        if ((choice & 96) == 0)
            store.Checkpoint();
    }

    [Fact]
    public void A_restored_shard_goes_on_as_if_nothing_had_happened() =>
        Gen.Select(Shards.Log(Dimension, 12), Shards.Log(Dimension, 6)).Sample(
            (before, after) =>
            {
                using var store = Shards.Empty(Shards.Schema(Dimension));
                var index = 0;
                foreach (var operations in before)
                    store.Apply(++index, operations);
                using var restored = Shards.Restore(store.Schema, Shards.Snapshot(store));
                Assert.Equal(store.AppliedIndex, restored.AppliedIndex);
                Assert.Equal(Shards.Digest(store), Shards.Digest(restored));
                foreach (var operations in after)
                {
                    store.Apply(++index, operations);
                    restored.Apply(index, operations);
                }

                Assert.Equal((store.AppliedIndex, store.Count), (restored.AppliedIndex, restored.Count));
                Assert.Equal(Shards.Digest(store), Shards.Digest(restored));
            },
            iter: 60);

    [Fact]
    public void An_event_applied_as_bytes_is_the_event_applied_as_operations() =>
        OperationGens.Log(Dimension, 8).Sample(
            log =>
            {
                using var one = Shards.Empty(Shards.Schema(Dimension));
                using var other = Shards.Empty(Shards.Schema(Dimension));
                var index = 0;
                foreach (var operations in log.Where(operations => operations.Length > 0))
                {
                    Assert.Equal(one.Apply(++index, operations), other.Apply(index, OperationCodec.Encode(operations)));
                }

                Assert.Equal(Shards.Digest(one), Shards.Digest(other));
            },
            iter: 40);

    [Fact]
    public void The_digest_tells_any_two_different_shards_apart() =>
        Gen.Select(Shards.Log(Dimension, 5), Shards.Log(Dimension, 5)).Sample(
            (log, otherLog) =>
            {
                using var one = Shards.Empty(Shards.Schema(Dimension));
                using var other = Shards.Empty(Shards.Schema(Dimension));
                var (twin, otherTwin) = (new DictionaryShard(), new DictionaryShard());
                Apply(one, twin, log);
                Apply(other, otherTwin, otherLog);
                var same = twin.Count == otherTwin.Count && twin.Ids.All(id => Equals(twin.Get(id), otherTwin.Get(id)));
                Assert.Equal(same, Shards.Digest(one) == Shards.Digest(other));
            },
            iter: 100);

    private static void Apply(ShardStore store, DictionaryShard twin, ShardOperation[][] log)
    {
        for (var i = 0; i < log.Length; i++)
        {
            store.Apply(i + 1, log[i]);
            twin.Apply(i + 1, log[i]);
        }
    }

    private static void AssertSamePoints(DictionaryShard twin, ReadView view)
    {
        Assert.Equal(twin.Count, view.Count);
        var asked = twin.Ids.Concat(Enumerable.Range(0, 45).Select(n => PointId.FromNumber((ulong)n))).ToArray();
        var found = view.Get(asked, PointFields.All);
        Assert.Equal(asked.Where(id => twin.Get(id) is not null), found.Select(record => record.Id));
        foreach (var record in found)
        {
            var (point, version) = twin.Get(record.Id)!.Value;
            Assert.Equal((point, version), (new Point(record.Id, record.Vector!.Value, record.Payload), record.Version));
        }

        foreach (var limit in new[] { 1, 3, 100 })
            Assert.Equal(twin.Ids, ScrollAll(view, limit));
        var offset = PointId.FromNumber(7);
        Assert.Equal(twin.Scroll(offset, 5), view.Scroll(new ScrollRequest { Offset = offset, Limit = 5 }).Points.Select(record => record.Id));
    }

    private static List<PointId> ScrollAll(ReadView view, int limit)
    {
        var ids = new List<PointId>();
        PointId? offset = null;
        do
        {
            var page = view.Scroll(new ScrollRequest { Offset = offset, Limit = limit, Fields = PointFields.None });
            ids.AddRange(page.Points.Select(record => record.Id));
            Assert.True(page.NextOffset is null || page.Points.Count == limit);
            offset = page.NextOffset;
        }
        while (offset is not null);
        return ids;
    }

    private static void AssertSameSearch(DictionaryShard twin, ReadView view, Distance distance, float[] query)
    {
        var expected = twin.Search(distance, query);
        var all = view.Search(new SearchRequest { Vector = query, Limit = 100, Fields = PointFields.All });
        AssertSameHits(expected, all, distance);
        var page = view.Search(new SearchRequest { Vector = query, Limit = 4, Offset = 2, Fields = PointFields.None });
        Assert.Equal(all.Skip(2).Take(4).Select(hit => hit.Id), page.Select(hit => hit.Id));
        foreach (var hit in all)
            Assert.Equal(twin.Get(hit.Id), (new Point(hit.Id, hit.Vector!.Value, hit.Payload), hit.Version));
        if (all.Count == 0)
            return;
        var threshold = all[all.Count / 2].Score;
        var qualified = view.Search(new SearchRequest { Vector = query, Limit = 100, ScoreThreshold = threshold });
        Assert.Equal(all.Where(hit => distance.Passes(hit.Score, threshold)).Select(hit => hit.Id), qualified.Select(hit => hit.Id));
        var batch = view.SearchBatch([new SearchRequest { Vector = query, Limit = 100 }, new SearchRequest { Vector = new float[Dimension], Limit = 2 }]);
        Assert.Equal(all.Select(hit => (hit.Id, hit.Score)), batch[0].Select(hit => (hit.Id, hit.Score)));
        Assert.Equal(Math.Min(2, twin.Count), batch[1].Count);
    }

    private static void AssertSameHits(List<(PointId Id, double Score)> expected, IReadOnlyList<ScoredPoint> found, Distance distance)
    {
        Assert.Equal(expected.Count, found.Count);
        for (var i = 1; i < found.Count; i++)
            Assert.True(distance.Compare(found[i - 1].Score, found[i - 1].Id, found[i].Score, found[i].Id) < 0, $"Results {i - 1} and {i} are out of order.");
        if (distance == Distance.Cosine)
        {
            // Lengths are roots: near-ties may be ordered either way, but each point has its score.
            var scores = expected.ToDictionary(hit => hit.Id, hit => hit.Score);
            Assert.All(found, hit => Assert.Equal(scores[hit.Id], hit.Score, 1e-6));
            return;
        }

        Assert.Equal(expected.Select(hit => (hit.Id, (float)hit.Score)), found.Select(hit => (hit.Id, hit.Score)));
    }
}
