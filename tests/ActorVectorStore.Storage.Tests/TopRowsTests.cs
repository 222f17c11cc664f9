using CsCheck;

namespace ActorVectorStore.Storage.Tests;

public sealed class TopRowsTests
{
    [Fact]
    public void Rows_of_a_segment_are_taken_out_and_come_back_once_as_in_a_sorted_list() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 3].Array[0, 40], Gen.Int[0, 3], Gen.Int[0, 1 << 20]).Sample((capacity, segments, taken, seed) =>
        {
            var random = new Random(seed);
            var costs = Enumerable.Range(0, segments.Length).Select(i => (float)i).ToArray();
            random.Shuffle(costs);
            var all = segments.Select((segment, i) => (Cost: costs[i], Row: new RowKey(segment, i))).ToArray();
            var top = new TopRows(default, capacity, float.PositiveInfinity);
            foreach (var (cost, row) in all)
                top.Offer(cost, row);
            var kept = all.OrderBy(entry => entry.Cost).Take(capacity).ToArray();
            Assert.Equal(kept.Count(entry => entry.Row.Segment == taken), top.CountOf(taken));
            var before = top.Remove(taken);
            Assert.Equal(kept.Where(entry => entry.Row.Segment == taken), before.OrderBy(entry => entry.Cost));
            Assert.Equal((kept.Length - before.Length, 0), (top.Count, top.CountOf(taken)));
            Assert.Equal(before.Length == 0 && kept.Length == capacity ? kept[^1].Cost : float.PositiveInfinity, top.Bound);
            foreach (var (cost, row) in before.Where(_ => random.Next(2) == 0))
                top.Offer(cost, row);
            top.OfferMissing(before);
            Assert.Equal(kept, top.Drain());
        });
}
