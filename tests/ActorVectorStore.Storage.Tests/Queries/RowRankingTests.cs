using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Rankings of one shard against the dumb twin, whatever was flushed and compacted when, now and at a pin.</summary>
public sealed class RowRankingTests
{
    private static readonly Gen<(string Using, PointQuery Query)> Query = QueryGens.Query(ids: null);

    [Fact]
    public void Rows_are_ranked_as_the_twin_ranks_all_points_whatever_was_flushed_compacted_and_pinned_when() =>
        Gen.Select(QueryGens.Operation.Array[1, 2].Array[1, 8], Gen.Int.Array[8], QueryGens.Request(ids: null, depth: 0).Array[1, 8], QueryGens.Id.HashSet[0, 5]).Sample(
            (log, upkeep, requests, excluded) =>
            {
                using var life = QueryLife.Of(log, upkeep);
                life.AssertViews((view, twin) =>
                {
                    var plain = requests.Where(request => request.Query is not NearestQuery { Relevance: not null }).ToArray();
                    var found = view.Rank([.. plain.Select(request => RowQueryOf(request, excluded))]);
                    for (var i = 0; i < plain.Length; i++)
                        AssertSame(twin.Run(WithoutThese(plain[i], excluded) with { Offset = 0 }), found[i]);
                });
            },
            iter: LongRuns.AreWanted ? 3_000 : 150);

    [Fact]
    public void Some_rows_are_ranked_again_as_if_there_were_no_others() =>
        Gen.Select(QueryGens.Operation.Array[1, 2].Array[1, 8], Gen.Int.Array[8], QueryGens.Request(ids: null, depth: 0), QueryGens.Request(ids: null, depth: 0)).Sample(
            (log, upkeep, first, second) =>
            {
                using var life = QueryLife.Of(log, upkeep);
                life.AssertViews((view, twin) =>
                {
                    var plain = first with { Offset = 0, Query = first.Query is NearestQuery nearest ? nearest with { Relevance = null } : first.Query };
                    var again = second with { Offset = 0, Query = second.Query is NearestQuery other ? other with { Relevance = null } : second.Query };
                    var among = view.Rank([RowQueryOf(plain, [])])[0];
                    var prefetch = new Prefetch { Query = plain.Query, Using = plain.Using, Limit = plain.Limit, Filter = plain.Filter, ScoreThreshold = plain.ScoreThreshold };
                    var expected = twin.Run(again with { Filter = null, Prefetches = [prefetch] });
                    AssertSame(expected, view.Rank(RowQueryOf(again with { Filter = null }, []), among));
                });
            },
            iter: 100);

    [Fact]
    public void Groups_and_their_rows_are_those_of_the_twin() =>
        Gen.Select(
            Gen.Select(QueryGens.Operation.Array[1, 2].Array[1, 8], Gen.Int.Array[8], Gen.Bool),
            QueryGens.Request(ids: null, depth: 0),
            QueryGens.GroupPath,
            Gen.OneOf(1, 2, 20),
            Gen.OneOf(1, 3, 50)).Sample(
            (lived, request, path, limit, size) =>
            {
                using var life = QueryLife.Of(lived.Item1, lived.Item2, lived.Item3);
                life.AssertViews((view, twin) =>
                {
                    var query = RowQueryOf(request with { Query = request.Query is NearestQuery nearest ? nearest with { Relevance = null } : request.Query }, []);
                    var expected = twin.Run(new QueryGroupsRequest
                    {
                        Query = query.Query, Using = query.Using, Filter = query.Filter, ScoreThreshold = query.ScoreThreshold, GroupBy = path, Limit = limit, GroupSize = size,
                    });
                    var groups = view.RankGroups(query, path, limit);
                    Assert.Equal(expected.Select(group => (group.Value, group.Hits[0].Id)), groups.Select(group => (group.Value, group.Rows.Single().Id)));
                    var filled = RankedGroup.Merge(view.FillGroups(query, path, groups, size), query.OrderIn(QueryGens.Schema()), limit, size);
                    Assert.Equal(expected.Select(group => group.Value), filled.Select(group => group.Value));
                    Assert.All(expected.Zip(filled), pair => AssertSame(pair.First.Hits, pair.Second.Rows));
                });
            },
            iter: LongRuns.AreWanted ? 3_000 : 150);

    [Theory]
    [InlineData(Distance.Cosine, RecommendStrategy.BestScore)]
    [InlineData(Distance.Dot, RecommendStrategy.SumScores)]
    [InlineData(Distance.Euclid, RecommendStrategy.BestScore)]
    [InlineData(Distance.Euclid, RecommendStrategy.SumScores)]
    [InlineData(Distance.Manhattan, RecommendStrategy.SumScores)]
    [InlineData(Distance.Cosine, RecommendStrategy.AverageVector)]
    [InlineData(Distance.Dot, RecommendStrategy.AverageVector)]
    public void Every_score_is_finite_whatever_the_magnitudes(Distance distance, RecommendStrategy strategy)
    {
        float[] magnitudes = [float.MaxValue, 1e30f, 1, 0, 1e-30f, float.Epsilon];
        var vectors = magnitudes.SelectMany(m => new float[][] { [m, -m], [-m, m], [m, 0] }).ToArray();
        foreach (var isList in new[] { false, true })
        {
            var vector = isList ? VectorSchema.Multi("v", 2, distance) : VectorSchema.Dense("v", 2, distance);
            VectorValue ValueOf(float[] components) => isList ? new MultiVector(components, 2) : new DenseVector(components);
            using var store = Shards.Empty(new CollectionSchema(CollectionName.Parse("test"), [vector]));
            store.Apply(1, [new UpsertPoints([.. vectors.Select((components, n) => new Point(PointId.FromNumber((ulong)n), new NamedVectors([new("v", ValueOf(components))])))])]);
            using var view = store.OpenView();
            foreach (var (positive, negative) in vectors.SelectMany(one => vectors.Select(other => (one, other))))
            {
                var query = new RecommendQuery([new GivenVector(ValueOf(positive)), new GivenVector(ValueOf(positive))], [new GivenVector(ValueOf(negative))], strategy);
                var rows = view.Rank([new RowQuery { Query = query, Using = "v", Limit = 100 }])[0];
                Assert.Equal(vectors.Length, rows.Count);
                Assert.All(rows, row => Assert.True(float.IsFinite(row.Score)));
            }
        }
    }

    [Fact]
    public void Max_sim_under_cosine_is_the_sum_of_the_greatest_cosines()
    {
        var random = new SeededRandom(3);
        float[] Some(int count) => [.. Enumerable.Range(0, count * 5).Select(_ => (float)(random.NextDouble() - 0.5))];
        using var store = Shards.Empty(new CollectionSchema(CollectionName.Parse("test"), [VectorSchema.Multi("v", 5, Distance.Cosine)]));
        var lists = Enumerable.Range(0, 40).Select(n => Some(1 + (n % 4))).ToArray();
        store.Apply(1, [new UpsertPoints([.. lists.Select((list, n) => new Point(PointId.FromNumber((ulong)n), new NamedVectors([new("v", new MultiVector(list, 5))])))])]);
        var query = Some(3);
        for (var round = 0; round < 2; round++)
        {
            using var view = store.OpenView();
            var rows = view.Rank([new RowQuery { Query = new NearestQuery(VectorInput.Of(new MultiVector(query, 5))), Using = "v", Limit = 100 }])[0];
            Assert.Equal(40, rows.Count);
            Assert.All(rows, row => Assert.Equal(
                query.Chunk(5).Sum(one => lists[(int)row.Id.Number].Chunk(5).Max(other => NaiveScore.Of(Distance.Cosine, one, other))), row.Score, 1e-5));
            Assert.Equal(rows.OrderByDescending(row => row.Score).Select(row => row.Id), rows.Select(row => row.Id));
            store.Flush();
        }
    }

    [Theory]
    [InlineData(Distance.Cosine)]
    [InlineData(Distance.Euclid)]
    [InlineData(Distance.Manhattan)]
    public void A_row_has_to_the_last_bit_the_same_score_whether_all_are_searched_or_some_are_compared_again(Distance distance)
    {
        var random = new SeededRandom(5);
        float[] Some() => [.. Enumerable.Range(0, 19).Select(_ => (float)(random.NextDouble() - 0.5))];
        using var store = Shards.Of(Shards.Schema(19, distance), [.. Enumerable.Range(0, 300).Select(n => Shards.Point((ulong)n, Some()))]);
        var query = new RowQuery { Query = new NearestQuery(VectorInput.Of(Some())), Limit = 300 };
        for (var round = 0; round < 2; round++)
        {
            using var view = store.OpenView();
            var rows = view.Rank([query])[0];
            Assert.Equal(300, rows.Count);
            Assert.Equal(rows, view.Rank(query, [.. rows.Reverse()]));
            store.Flush();
        }
    }

    [Fact]
    public void The_mean_of_examples_under_cosine_is_one_of_directions_and_a_vector_of_zeros_has_none()
    {
        var schema = VectorSchema.Dense("v", 2, Distance.Cosine);
        static DenseVector Of(params float[] components) => new(components);
        Assert.Equal(Of(0.5f, 0.5f), ExampleMean.Of(schema, [Of(100, 0), Of(0, 0.01f)], []));
        Assert.Equal(Of(1, 0), ExampleMean.Of(schema, [Of(100, 0), Of(0, 3)], [Of(0, 7)]));
        Assert.Equal(Of(0.5f, 0), ExampleMean.Of(schema, [Of(100, 0), Of(0, 0)], []));
        Assert.Equal(Of(50, 0), ExampleMean.Of(VectorSchema.Dense("v", 2, Distance.Dot), [Of(100, 0), Of(0, 0)], []));
        Assert.Equal(Of(float.MaxValue, 0), ExampleMean.Of(VectorSchema.Dense("v", 2, Distance.Dot), [Of(float.MaxValue, 0)], [Of(float.MinValue, 0)]));
    }

    [Fact]
    public void Cancellation_ends_a_ranking_of_any_kind()
    {
        using var life = QueryLife.Of([[new UpsertPoints([new Point(default, new NamedVectors([new("sparse", new SparseVector(new[] { 1u }, new[] { 1f }))]), Payload.Parse("""{"g":1}"""))])]], [1]);
        using var view = life.Store.OpenView();
        var cancelled = new CancellationToken(canceled: true);
        var query = new RowQuery { Query = new NearestQuery(VectorInput.Of(new SparseVector(new[] { 1u }, new[] { 1f }))), Using = "sparse", Limit = 1 };
        Assert.Throws<OperationCanceledException>(() => view.Rank([query], cancelled));
        Assert.Throws<OperationCanceledException>(() => view.Rank(query, view.Rank([query])[0], cancelled));
        Assert.Throws<OperationCanceledException>(() => view.RankGroups(query, PayloadPath.Parse("g"), 1, cancelled));
        Assert.Single(view.Rank([query])[0]);
    }

    private static RowQuery RowQueryOf(QueryRequest request, HashSet<PointId> excluded) => new()
    {
        Query = request.Query, Using = request.Using, Limit = request.Limit, ScoreThreshold = request.ScoreThreshold, Filter = request.Filter, Excluded = excluded,
    };

    private static QueryRequest WithoutThese(QueryRequest request, HashSet<PointId> excluded)
    {
        var others = Filter.NoneOf(Filter.HasId([.. excluded]));
        return request with { Filter = request.Filter is null ? others : Filter.AllOf(request.Filter, others) };
    }

    private static void AssertSame(IEnumerable<(PointId Id, float Score)> expected, IEnumerable<RankedRow> found) =>
        Assert.Equal(expected, found.Select(row => (row.Id, row.Score)));
}
