using System.Runtime.Intrinsics;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Index.Tests;

public sealed class ExactQueriesTests
{
    private static readonly Gen<int> QueryCounts = Gen.OneOf(1, 2, 5, 15, 16, 17, 33, 64, 65, 70);

    public static TheoryData<Metric, RowElement> Cases
    {
        get
        {
            var cases = new TheoryData<Metric, RowElement>();
            foreach (var metric in Enum.GetValues<Metric>())
            {
                foreach (var element in Enum.GetValues<RowElement>())
                    cases.Add(metric, element);
            }

            return cases;
        }
    }

    public static TheoryData<Metric> Metrics => [.. Enum.GetValues<Metric>()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_found_is_what_sorting_all_costs_finds(Metric metric, RowElement element) =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 150], QueryCounts, Gen.Int[1, 20], Gen.Enum<Values>(), Gen.ULong).Sample(
            (dimension, rowCount, queryCount, k, values, seed) =>
            {
                using var world = new World(metric, element, dimension, rowCount, queryCount, values, seed);
                world.AssertFinds(k, world.Search(k), Enumerable.Range(0, rowCount));
            },
            iter: 60);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Among_chosen_rows_only_those_are_found(Metric metric, RowElement element) =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 150], QueryCounts, Gen.Int[1, 20], Gen.Double[0, 1], Gen.ULong).Sample(
            (dimension, rowCount, queryCount, k, share, seed) =>
            {
                using var world = new World(metric, element, dimension, rowCount, queryCount, Values.Plain, seed);
                var random = new SeededRandom(seed + 1);
                var chosen = Enumerable.Range(0, rowCount).Where(_ => random.Chance(share)).ToArray();
                world.AssertFinds(k, world.Search(k, chosen), chosen);
            },
            iter: 60);

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Tiles_of_every_width_find_the_same(Metric metric) =>
        Gen.Select(Gen.Int[1, 400], Gen.Int[1, 150], Gen.Int[1, 64], Gen.Enum<Values>(), Gen.ULong).Sample(
            (dimension, rowCount, queryCount, values, seed) =>
            {
                using var world = new World(metric, RowElement.Float32, dimension, rowCount, Math.Max(queryCount, 16), values, seed);
                world.AssertFinds(5, world.SearchTiles<Lanes128, Vector128<float>>(5), Enumerable.Range(0, rowCount));
                world.AssertFinds(5, world.SearchTiles<Lanes256, Vector256<float>>(5), Enumerable.Range(0, rowCount));
                world.AssertFinds(5, world.SearchTiles<Lanes512, Vector512<float>>(5), Enumerable.Range(0, rowCount));
            },
            iter: 100);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Costs_are_finite_and_right_to_single_precision(Metric metric, RowElement element) =>
        Gen.Select(Gen.Int[1, 2_000], Gen.Enum<Values>(), Gen.Enum<Values>(), Gen.ULong).Sample(
            (dimension, queryValues, rowValues, seed) =>
            {
                var random = new SeededRandom(seed);
                var query = StoredRows.Vector(random, dimension, queryValues);
                using var rows = new StoredRows([StoredRows.Vector(random, dimension, rowValues)], element);
                using var queries = new ExactQueries(metric, query, dimension);
                AssertRight(metric, query, rows, queries.Cost(0, rows.Table(dimension), 0));
                AssertRight(metric, query, rows, queries.Cost(0, rows.Table(dimension, hasInverseLengths: false), 0));
            },
            iter: 200);

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Vectors_of_65536_components_are_compared(Metric metric)
    {
        foreach (var values in Enum.GetValues<Values>())
        {
            using var world = new World(metric, RowElement.Float32, 65_536, rowCount: 5, queryCount: 17, values, seed: 5);
            AssertRight(metric, world.Queries[0], world.Rows, world.Exact.Cost(0, world.Table, 0));
            world.AssertFinds(3, world.Search(3), Enumerable.Range(0, 5));
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Equal_rows_come_in_the_order_of_their_numbers(Metric metric)
    {
        foreach (var queryCount in new[] { 1, 20 })
        {
            var rows = Enumerable.Repeat(new float[] { 1, 2, 3 }, 500).ToArray();
            using var stored = new StoredRows(rows, RowElement.Float32);
            using var queries = new ExactQueries(metric, [.. Enumerable.Repeat(new float[] { 1, 2, 3 }, queryCount).SelectMany(query => query)], 3);
            var sinks = Enumerable.Range(0, queryCount).Select(_ => new ClosestRows(7)).ToArray();
            queries.Search(stored.Table(3), sinks);
            Assert.All(sinks, sink => Assert.Equal(Enumerable.Range(0, 7), sink.ToArray().Select(hit => hit.Row)));
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Zeros_behind_rows_may_be_compared_and_change_nothing(Metric metric)
    {
        foreach (var queryCount in new[] { 1, 20 })
        {
            var random = new SeededRandom(11);
            var rows = Enumerable.Range(0, 100).Select(_ => StoredRows.Vector(random, 100, Values.Plain)).ToArray();
            var queries = Enumerable.Range(0, queryCount).SelectMany(_ => StoredRows.Vector(random, 100, Values.Plain)).ToArray();
            using var exact = new ExactQueries(metric, queries, 100);
            using var stored = new StoredRows(rows, RowElement.Float32, zerosBehind: 12);
            var (sinks, padded) = (NewSinks(queryCount, 10), NewSinks(queryCount, 10));
            exact.Search(stored.Table(100), sinks);
            exact.Search(stored.Table(112), padded);
            Assert.Equal(sinks.SelectMany(sink => sink.ToArray()), padded.SelectMany(sink => sink.ToArray()));
        }
    }

    [Fact]
    public void A_vector_of_length_zero_has_cosine_zero_with_everything()
    {
        using var rows = new StoredRows([[0, 0], [3, 4]], RowElement.Float32);
        using var queries = new ExactQueries(Metric.Cosine, [3, 4, 0, 0], 2);
        Assert.Equal(0, queries.Cost(0, rows.Table(2), 0));
        Assert.Equal(-1, queries.Cost(0, rows.Table(2), 1), 1e-6);
        Assert.Equal(0, queries.Cost(1, rows.Table(2), 1));
    }

    [Fact]
    public void Beyond_single_precision_the_order_is_still_right()
    {
        float[][] rows = [[3e38f, -3e38f], [2e38f, 1e38f], [3e-30f, 0], [2e-30f, 0], [0, 0]];
        using var stored = new StoredRows(rows, RowElement.Float32);
        using var far = new ExactQueries(Metric.Euclid, [3e38f, 1e38f], 2);
        Assert.Equal(1e38f, far.Cost(0, stored.Table(2), 1), 1e32f);
        using var near = new ExactQueries(Metric.Euclid, [0, 0], 2);
        var sink = new ClosestRows(5);
        near.Search(stored.Table(2), [sink]);
        Assert.Equal([4, 3, 2, 1, 0], sink.ToArray().Select(hit => hit.Row));
        Assert.Equal(2e-30f, sink.ToArray()[1].Cost, 1e-36f);
        using var dot = new ExactQueries(Metric.Dot, [1e38f, 3e38f], 2);
        Assert.Equal(float.MaxValue, dot.Cost(0, stored.Table(2), 0));
        Assert.Equal(float.MinValue, dot.Cost(0, stored.Table(2), 1));
    }

    /// <summary>
    /// Squares near the smallest single are rounded up to it by a third or vanish: the first row's distance is 2.8e-22 and its sum 7.8e-44, the second one's 2.6e-22 and 9.0e-44.
    /// </summary>
    [Fact]
    public void Rows_too_close_for_squares_in_single_precision_are_told_apart()
    {
        float[] far = [2.8e-22f, .. new float[63]], near = [.. Enumerable.Repeat(3.3e-23f, 64)];
        using var rows = new StoredRows([far, near], RowElement.Float32);
        foreach (var queryCount in new[] { 1, 20 })
        {
            using var queries = new ExactQueries(Metric.Euclid, new float[queryCount * 64], 64);
            var sinks = NewSinks(queryCount, 1);
            queries.Search(rows.Table(64), sinks);
            Assert.All(sinks, sink => Assert.Equal(1, Assert.Single(sink.ToArray()).Row));
        }
    }

    [Fact]
    public void A_sink_decides_who_is_found()
    {
        using var world = new World(Metric.Euclid, RowElement.Float32, 8, rowCount: 200, queryCount: 20, Values.Plain, seed: 4);
        var sinks = Enumerable.Range(0, 20).Select(_ => new EvenRowsSink(3)).ToArray();
        world.Exact.Search(world.Table, sinks);
        world.AssertFinds(3, sinks.Select(sink => sink.Closest), Enumerable.Range(0, 100).Select(row => 2 * row));
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        using var rows = new StoredRows([[1, 2, 3]], RowElement.Float32);
        using var queries = new ExactQueries(Metric.Dot, [1, 2, 3], 3);
        Assert.Throws<ArgumentException>(() => queries.Search(rows.Table(2), [new ClosestRows(1)]));
        Assert.Throws<ArgumentException>(() => queries.Search(rows.Table(3), [new ClosestRows(1), new ClosestRows(1)]));
        Assert.Throws<ArgumentException>(() => new ExactQueries(Metric.Dot, [1, 2, 3], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Table(4));
    }

    private static ClosestRows[] NewSinks(int count, int k) => [.. Enumerable.Range(0, count).Select(_ => new ClosestRows(k))];

    private static void AssertRight(Metric metric, float[] query, StoredRows rows, float cost)
    {
        var naive = Math.Clamp(NaiveCost.Of(metric, query, rows.Values[0]), float.MinValue, float.MaxValue);

        // A query brought to length one and one over a row's length are rounded, too; what is below the smallest normal single is not right to its last bit.
        var bound = ((RowKernel.ErrorBound(rows.Dimension, Lanes128.Count) + 3e-7) * NaiveCost.Magnitude(metric, query, rows.Values[0])) + 1.2e-38;
        Assert.True(float.IsFinite(cost), $"{cost}");
        Assert.True(Math.Abs(cost - naive) <= bound, $"{metric} {rows.Element}: cost {cost}, expected {naive}, bound {bound}");
    }

    /// <summary>Takes rows of even numbers only.</summary>
    private sealed class EvenRowsSink(int k) : IRowSink
    {
        public ClosestRows Closest { get; } = new(k);

        public float Bound => Closest.Bound;

        public void Offer(float cost, int row)
        {
            if (row % 2 == 0)
                Closest.Offer(cost, row);
        }
    }

    private sealed class World : IDisposable
    {
        private readonly Metric _metric;

        public World(Metric metric, RowElement element, int dimension, int rowCount, int queryCount, Values values, ulong seed)
        {
            _metric = metric;
            var random = new SeededRandom(seed);
            Rows = new StoredRows([.. Enumerable.Range(0, rowCount).Select(_ => StoredRows.Vector(random, dimension, values))], element);
            Queries = [.. Enumerable.Range(0, queryCount).Select(_ => StoredRows.Vector(random, dimension, values))];
            Exact = new ExactQueries(metric, [.. Queries.SelectMany(query => query)], dimension);
        }

        public StoredRows Rows { get; }

        public float[][] Queries { get; }

        public ExactQueries Exact { get; }

        public RowTable Table => Rows.Table(Rows.Dimension);

        public ClosestRows[] Search(int k)
        {
            var sinks = NewSinks(Queries.Length, k);
            Exact.Search(Table, sinks);
            return sinks;
        }

        public ClosestRows[] Search(int k, int[] chosen)
        {
            var sinks = NewSinks(Queries.Length, k);
            Exact.Search(Table, chosen, sinks);
            return sinks;
        }

        public ClosestRows[] SearchTiles<TLanes, TVector>(int k)
            where TLanes : struct, ILanes<TVector>
            where TVector : unmanaged
        {
            var sinks = NewSinks(Queries.Length, k);
            switch (_metric)
            {
                case Metric.Cosine:
                    ExactScan<CosineCost, Products, Float32Element>.Many<TLanes, TVector>(Exact, 0, Table, new ChosenRows(Table.Count), sinks);
                    break;
                case Metric.Dot:
                    ExactScan<DotCost, Products, Float32Element>.Many<TLanes, TVector>(Exact, 0, Table, new ChosenRows(Table.Count), sinks);
                    break;
                case Metric.Euclid:
                    ExactScan<EuclidCost, SquaredDifferences, Float32Element>.Many<TLanes, TVector>(Exact, 0, Table, new ChosenRows(Table.Count), sinks);
                    break;
                default:
                    ExactScan<ManhattanCost, AbsoluteDifferences, Float32Element>.Many<TLanes, TVector>(Exact, 0, Table, new ChosenRows(Table.Count), sinks);
                    break;
            }

            return sinks;
        }

        /// <summary>The rows found are, to the last bit of their costs, those that sorting the costs of all eligible rows finds.</summary>
        public void AssertFinds(int k, IEnumerable<ClosestRows> found, IEnumerable<int> eligible)
        {
            var rows = eligible.ToArray();
            var costs = new float[rows.Length];
            foreach (var (query, closest) in found.Index())
            {
                Exact.Costs(query, Table, rows, costs);
                Assert.Equal(costs.Select((_, place) => Exact.Cost(query, Table, rows[place])), costs);
                var expected = rows.Zip(costs).OrderBy(hit => hit.Second).ThenBy(hit => hit.First).Take(k);
                Assert.Equal(expected, closest.ToArray());
            }
        }

        public void Dispose()
        {
            Exact.Dispose();
            Rows.Dispose();
        }
    }
}
