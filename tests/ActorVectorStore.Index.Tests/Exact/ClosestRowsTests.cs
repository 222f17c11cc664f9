using CsCheck;

namespace ActorVectorStore.Index.Tests;

public sealed class ClosestRowsTests
{
    private static readonly Gen<float> AnyCost = Gen.OneOf(Gen.Float[-1e30f, 1e30f], Gen.OneOf(0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue));

    [Fact]
    public void What_is_kept_is_what_sorting_by_cost_and_row_keeps_in_any_order_of_offers() =>
        Gen.Select(AnyCost.Array[0, 300], Gen.Int[1, 40], Gen.Int[0, 1_000]).Sample(
            (costs, capacity, seed) =>
            {
                var rows = Enumerable.Range(0, costs.Length).ToArray();
                new Random(seed).Shuffle(rows);
                var closest = new ClosestRows(capacity);
                foreach (var row in rows)
                    closest.Offer(costs[row], row);
                var expected = costs.Select((cost, row) => (Row: row, Cost: cost)).OrderBy(hit => hit.Cost).ThenBy(hit => hit.Row).Take(capacity);
                Assert.Equal(expected, closest.ToArray());
            },
            iter: 500);

    [Fact]
    public void The_bound_is_infinite_until_enough_rows_are_kept_and_then_the_highest_cost()
    {
        var closest = new ClosestRows(2);
        closest.Offer(5, 0);
        Assert.Equal(float.PositiveInfinity, closest.Bound);
        closest.Offer(-7, 1);
        Assert.Equal(5, closest.Bound);
        closest.Offer(3, 2);
        Assert.Equal(3, closest.Bound);
    }

    [Fact]
    public void Rows_are_numbered_from_the_first_one()
    {
        var closest = new ClosestRows(1, firstRow: 100);
        closest.Offer(1, 5);
        Assert.Equal([(105, 1f)], closest.ToArray());
    }
}
