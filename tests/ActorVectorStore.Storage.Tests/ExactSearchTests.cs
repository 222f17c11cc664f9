using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

public sealed class DenseSearchTests
{
    public static TheoryData<Distance> Distances => [.. Enum.GetValues<Distance>()];

    /// <summary>Rows in memory are measured without the zeros behind them, decoded ones of a file with them: a flush changes no score.</summary>
    [Fact]
    public void A_vectors_length_is_to_the_last_bit_the_same_with_zeros_behind_it()
    {
        var random = new SeededRandom(8);
        for (var dimension = 1; dimension <= 200; dimension++)
        {
            var vector = Enumerable.Range(0, dimension).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            var length = PreciseArithmetic.Length(vector);
            Assert.Equal(length, PreciseArithmetic.Length(PreciseArithmetic.Pad(vector, RowLayout.StrideOf(dimension))));
            Assert.Equal(Math.Sqrt(vector.Sum(component => (double)component * component)), length, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void Scores_are_right_to_single_precision_in_every_dimension(Distance distance) =>
        Gen.Int[1, 200].SelectMany(dimension => Gen.Float[-1, 1].Array[dimension].Array[2, 20]).Sample(
            vectors =>
            {
                var terms = vectors[0].Length;
                foreach (var hit in Search(distance, vectors[0], vectors[1..]))
                {
                    var naive = NaiveScore.Of(distance, vectors[0], vectors[1 + (int)hit.Id.Number]);
                    Assert.Equal(naive, hit.Score, 1e-6 * (1 + terms));
                }
            },
            iter: 100);

    [Theory]
    [MemberData(nameof(Distances))]
    public void Equal_vectors_come_in_the_order_of_their_ids_whatever_the_limit(Distance distance)
    {
        var vectors = Enumerable.Range(0, 3_000).Select(_ => new float[] { 1, 2, 3 }).ToArray();
        foreach (var limit in new[] { 1, 7, 2_999, 3_000, 5_000 })
        {
            var ids = Search(distance, [3, 2, 1], vectors.Reverse(), limit).Select(hit => hit.Id.Number);
            Assert.Equal(Enumerable.Range(0, Math.Min(limit, 3_000)).Select(n => (ulong)n), ids);
        }
    }

    [Theory]
    [InlineData(Distance.Cosine, 0f)]
    [InlineData(Distance.Dot, 0f)]
    [InlineData(Distance.Euclid, 5f)]
    [InlineData(Distance.Manhattan, 7f)]
    public void A_vector_of_length_zero_has_a_plain_score(Distance distance, float score)
    {
        Assert.Equal(score, Assert.Single(Search(distance, [3, 4], [[0, 0]])).Score);
        Assert.Equal(score, Assert.Single(Search(distance, [0, 0], [[3, 4]])).Score);
        var both = Assert.Single(Search(distance, [0, 0], [[0, -0f]])).Score;
        Assert.Equal(0, BitConverter.SingleToInt32Bits(both));
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void Huge_tiny_and_mixed_magnitudes_give_finite_scores_as_double_precision_does(Distance distance)
    {
        float[] magnitudes = [float.MaxValue, 1e30f, 1e20f, 1, 1e-20f, 1e-30f, 1e-38f, float.Epsilon];
        var vectors = magnitudes.SelectMany(m => new float[][] { [m, m, -m], [-m, m, m], [m, 1, 0], [m, 0, 0] }).ToArray();
        foreach (var query in vectors)
        {
            foreach (var hit in Search(distance, query, vectors))
            {
                var naive = NaiveScore.Of(distance, query, vectors[(int)hit.Id.Number]);
                // Float arithmetic may lose 1e-6 of the largest term, and all of a dot product below its smallest normal number.
                var largestTerm = distance switch
                {
                    Distance.Cosine => 1,
                    Distance.Dot => query.Max(Math.Abs) * (double)vectors[(int)hit.Id.Number].Max(Math.Abs),
                    _ => Math.Abs(naive),
                };
                Assert.True(float.IsFinite(hit.Score));
                Assert.InRange(hit.Score, naive - (1e-6 * largestTerm) - 1e-37, naive + (1e-6 * largestTerm) + 1e-37);
            }
        }
    }

    [Theory]
    [InlineData(Distance.Euclid)]
    [InlineData(Distance.Cosine)]
    public void Tiny_vectors_keep_their_order(Distance distance)
    {
        // The squares of these components are zero in single precision.
        float[][] vectors = [[1e-30f, 0], [1e-30f, 1e-30f], [0, 1e-30f]];
        Assert.Equal([0, 1, 2], Search(distance, [2e-30f, 1e-32f], vectors).Select(hit => (int)hit.Id.Number));
    }

    [Fact]
    public void Long_vectors_of_tiny_components_keep_their_angle()
    {
        // The products with a query of length one are a few units of the smallest float: rounded in single precision, they are a percent off.
        var query = Enumerable.Repeat(1f, ModelLimits.DimensionMax).ToArray();
        var vectors = new[] { 4e-41f, 4.1e-41f, 4.3e-41f, 4.6e-41f }.Select(value => Enumerable.Repeat(value, ModelLimits.DimensionMax).ToArray());
        Assert.All(Search(Distance.Cosine, query, vectors), hit => Assert.Equal(1, hit.Score, 1e-5));
    }

    [Theory]
    [InlineData(Distance.Dot, float.MaxValue, float.MaxValue)]
    [InlineData(Distance.Dot, float.MinValue, float.MinValue)]
    [InlineData(Distance.Euclid, float.MinValue, float.MaxValue)]
    [InlineData(Distance.Manhattan, float.MinValue, float.MaxValue)]
    public void A_score_beyond_the_range_of_float_is_the_nearest_finite_float(Distance distance, float query, float score)
    {
        Assert.Equal(score, Assert.Single(Search(distance, [query, query], [[float.MaxValue, float.MaxValue]])).Score);
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void The_smallest_and_the_largest_dimension_work(Distance distance)
    {
        var one = Search(distance, [2], [[1], [2], [-3]]);
        Assert.Equal(3, one.Count);
        var large = Enumerable.Range(0, 3).Select(row => Enumerable.Range(0, ModelLimits.DimensionMax).Select(i => (float)((i + row) % 3)).ToArray()).ToArray();
        foreach (var hit in Search(distance, large[0], large))
        {
            var naive = NaiveScore.Of(distance, large[0], large[(int)hit.Id.Number]);
            Assert.Equal(naive, hit.Score, 1e-5 * Math.Max(1, Math.Abs(naive)));
        }

        Assert.Equal(0UL, Search(distance, large[0], large)[0].Id.Number);
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void A_threshold_is_inclusive_and_the_next_better_number_excludes(Distance distance)
    {
        var store = Store(distance, 2, [[1, 0], [2, 0], [3, 1]]);
        using var view = store.OpenView();
        var all = view.Search(new SearchRequest { Vector = new float[] { 1, 0.5f } });
        foreach (var hit in all)
        {
            var stricter = distance.HigherIsBetter() ? MathF.BitIncrement(hit.Score) : MathF.BitDecrement(hit.Score);
            Assert.Contains(hit.Id, Ids(view, hit.Score));
            Assert.DoesNotContain(hit.Id, Ids(view, stricter));
        }

        Assert.Equal(all.Count, Ids(view, distance.HigherIsBetter() ? float.NegativeInfinity : float.PositiveInfinity).Count());

        static IEnumerable<PointId> Ids(ReadView view, float threshold) =>
            view.Search(new SearchRequest { Vector = new float[] { 1, 0.5f }, ScoreThreshold = threshold }).Select(hit => hit.Id);
    }

    [Fact]
    public void A_cancelled_search_throws_and_the_view_stays_usable()
    {
        var store = Store(Distance.Dot, 2, Enumerable.Range(0, 100).Select(n => new float[] { n, 0 }));
        using var view = store.OpenView();
        var request = new SearchRequest { Vector = new float[] { 1, 0 }, Limit = 1 };
        Assert.Throws<OperationCanceledException>(() => view.Search(request, new CancellationToken(canceled: true)));
        Assert.Equal(99UL, view.Search(request)[0].Id.Number);
    }

    private static IReadOnlyList<ScoredPoint> Search(Distance distance, float[] query, IEnumerable<float[]> vectors, int limit = 100)
    {
        using var view = Store(distance, query.Length, vectors).OpenView();
        return view.Search(new SearchRequest { Vector = query, Limit = limit });
    }

    /// <summary>A shard whose point ids are the positions of the vectors, inserted from the last to the first.</summary>
    private static ShardStore Store(Distance distance, int dimension, IEnumerable<float[]> vectors) =>
        Shards.Of(Shards.Schema(dimension, distance), [.. vectors.Select((vector, i) => Shards.Point((ulong)i, vector)).Reverse()]);
}
