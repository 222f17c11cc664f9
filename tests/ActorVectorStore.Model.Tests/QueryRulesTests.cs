namespace ActorVectorStore.Model.Tests;

public sealed class QueryRulesTests
{
    private static readonly CollectionSchema Schema = new(CollectionName.Parse("things"),
    [
        VectorSchema.Dense("", 2, Distance.Cosine),
        VectorSchema.Dense("byte", 2, Distance.Euclid, ElementType.UInt8),
        VectorSchema.Sparse("words"),
        VectorSchema.Multi("tokens", 2, Distance.Cosine),
    ]);

    private static readonly VectorInput Vector = VectorInput.Of(new float[] { 1, 2 });

    private static readonly VectorInput Point = VectorInput.Of(PointId.FromNumber(7));

    private static readonly QueryRequest Nearest = new() { Query = new NearestQuery(Vector) };

    private static readonly Prefetch Found = new() { Query = new NearestQuery(Point) };

    [Fact]
    public void Queries_of_every_kind_pass()
    {
        RequestRules.CheckQuery(Schema, Nearest with { Offset = 1, Limit = 65_535, VectorNames = ["", "words"], Fields = PointFields.All });
        RequestRules.CheckQuery(Schema, Nearest with { Using = "words", Query = new NearestQuery(VectorInput.Of(new SparseVector(new uint[] { 3 }, new float[] { -1 }))) });
        RequestRules.CheckQuery(Schema, Nearest with { Using = "tokens", Query = new NearestQuery(VectorInput.Of(new MultiVector(new float[4], 2))) });
        RequestRules.CheckQuery(Schema, Nearest with { Using = "byte", Query = new NearestQuery(VectorInput.Of(new float[] { -0.5f, 300 })) });
        RequestRules.CheckQuery(Schema, Nearest with { Query = new RecommendQuery([], [Point], RecommendStrategy.BestScore) });
        RequestRules.CheckQuery(Schema, Nearest with { Query = new RecommendQuery([Vector, Point], [Point]) });
        RequestRules.CheckQuery(Schema, Nearest with { Query = new NearestQuery(Point) { Relevance = new MarginalRelevance { Diversity = 1, CandidatesLimit = 16_384 } } });
        RequestRules.CheckQuery(Schema, Nearest with { Query = new ReciprocalRankFusion { Weights = [0, 2] }, Prefetches = [Found, Found with { Prefetches = [Found] }], Using = "unknown" });
        RequestRules.CheckQueryBatch(Schema, [Nearest, Nearest with { Query = new DistributionFusion(), Prefetches = [Found] }]);
    }

    [Fact]
    public void What_is_compared_is_a_vector_of_the_collection_and_fits_it()
    {
        Refused(Nearest with { Using = "x" }, "using", "the name of a vector of the collection", "'x'");
        Refused(Nearest with { Using = "words" }, "query vector", "a vector that is Sparse", "one that is Dense");
        Refused(Nearest with { Query = new NearestQuery(VectorInput.Of(new float[3])) }, "query vector", "2 components", "3");
        Refused(Nearest with { Query = new NearestQuery(VectorInput.Of(new[] { 0, float.NaN })) }, "query vector", "finite components", "NaN as component 1");
        Refused(Nearest with { Using = "tokens", Query = new NearestQuery(VectorInput.Of(new MultiVector(default, 2))) }, "query vector", "at least one vector", "an empty list");
        Refused(Nearest with { Using = "tokens", Query = new NearestQuery(VectorInput.Of(new MultiVector(new float[3], 3))) }, "query vector", "vectors of 2 components", "3");
        Refused(
            Nearest with { Using = "words", Query = new NearestQuery(VectorInput.Of(new SparseVector(new uint[1], new[] { float.PositiveInfinity }))) },
            "query vector",
            "finite components",
            "Infinity as component 0");
        Refused(Nearest with { Query = null! }, "query", "a query", "null");
        Refused(Nearest with { Query = new NearestQuery(null!) }, "query vector", "a vector or a point", "null");
        Refused(Nearest with { Query = new NearestQuery(new GivenVector(null!)) }, "query vector", "a vector or a point", "null");
        Refused(Nearest with { VectorNames = ["words", "x"] }, "vector names", "the name of a vector of the collection", "'x'");
    }

    [Fact]
    public void Stages_say_where_what_is_wrong_with_them_is() => Refused(
        Nearest with { Prefetches = [Found, Found with { Prefetches = [Found with { Limit = 0 }] }] }, "prefetches[1].prefetches[0].limit", "1 to 65536", "0");

    [Fact]
    public void Recommendations_have_examples()
    {
        Refused(Nearest with { Query = new RecommendQuery([], [Point]) }, "positives", "at least one for AverageVector", "none");
        Refused(Nearest with { Query = new RecommendQuery([], [], RecommendStrategy.SumScores) }, "positives", "at least one positive or negative", "none");
        Refused(Nearest with { Query = new RecommendQuery([Point], [], (RecommendStrategy)3) }, "strategy", "AverageVector, BestScore or SumScores", "3");
        Assert.Throws<InvalidRequestException>(() => new RecommendQuery([.. Enumerable.Repeat(Point, 1_025)]));
        Assert.Throws<InvalidRequestException>(() => new RecommendQuery([null!]));
        var many = new RecommendQuery([.. Enumerable.Repeat(Point, 1_000)]);
        Refused(Nearest with { Query = many, Prefetches = [Found with { Query = many }] }, "query", "at most 1024 vectors and points to compare with", "more");
    }

    [Fact]
    public void Fusions_have_prefetches_and_weights_for_each()
    {
        Refused(Nearest with { Query = new DistributionFusion() }, "prefetches", "at least one for a fusion", "none");
        Refused(Nearest with { Query = new ReciprocalRankFusion { K = 0 }, Prefetches = [Found] }, "k", "at least 1", "0");
        Refused(Nearest with { Query = new ReciprocalRankFusion { Weights = [1, 1] }, Prefetches = [Found] }, "weights", "1, one for each prefetch, or none", "2");
        Refused(Nearest with { Query = new ReciprocalRankFusion { Weights = [-1] }, Prefetches = [Found] }, "weights", "finite weights of at least 0", "-1");
        Refused(Nearest with { Query = new ReciprocalRankFusion { Weights = [float.NaN] }, Prefetches = [Found] }, "weights", "finite weights of at least 0", "NaN");
    }

    [Fact]
    public void Picks_have_bounds_also_where_they_follow_from_the_limit()
    {
        Refused(Nearest with { Query = new NearestQuery(Vector) { Relevance = new MarginalRelevance { Diversity = 1.5f } } }, "diversity", "0 to 1", "1.5");
        Refused(Nearest with { Query = new NearestQuery(Vector) { Relevance = new MarginalRelevance { CandidatesLimit = 16_385 } } }, "candidates limit", "1 to 16384", "16385");
        Refused(Nearest with { Limit = 16_385, Query = new NearestQuery(Vector) { Relevance = new MarginalRelevance() } }, "candidates limit", "1 to 16384", "16385");
    }

    [Fact]
    public void Stages_are_limited_in_number_and_depth_when_they_are_made()
    {
        var deepest = Found;
        for (var depth = 2; depth < ModelLimits.QueryDepthMax; depth++)
            deepest = Found with { Prefetches = [deepest] };
        RequestRules.CheckQuery(Schema, Nearest with { Prefetches = [deepest] });
        var deep = Assert.Throws<InvalidRequestException>(() => Found with { Prefetches = [Found with { Prefetches = [deepest] }] });
        Assert.Equal(("at most 8 stages in one another", "9"), (deep.Expected, deep.Found));
        RequestRules.CheckQuery(Schema, Nearest with { Prefetches = [.. Enumerable.Repeat(Found, 63)] });
        Assert.Throws<InvalidRequestException>(() => Nearest with { Prefetches = [.. Enumerable.Repeat(Found, 64)] });
        Assert.Throws<InvalidRequestException>(() => Nearest with { Prefetches = [Found, Found with { Prefetches = [.. Enumerable.Repeat(Found, 62)] }] });
        Assert.Throws<InvalidRequestException>(() => Nearest with { Prefetches = [null!] });
    }

    [Fact]
    public void Windows_filters_and_vectors_are_limited_over_all_stages()
    {
        Refused(Nearest with { Offset = 1, Limit = 65_536 }, "offset plus limit", "at most 65536", "65537");
        Refused(Nearest with { Offset = -1 }, "offset", "0 to 65535", "-1");
        Refused(Nearest with { ScoreThreshold = float.NaN }, "score threshold", "a number", "NaN");
        Refused(
            Nearest with { Limit = 1, Prefetches = [.. Enumerable.Repeat(Found with { Limit = 65_536 }, 16)] }, "query", "offsets and limits that sum to at most 1048576", "1048577");
        var large = Filter.AnyOf([.. Enumerable.Repeat(Filter.Field("a").Is(1), 600)]);
        RequestRules.CheckQuery(Schema, Nearest with { Prefetches = [Found with { Filter = large }, Found with { Filter = large }] });
        Refused(Nearest with { Filter = large, Prefetches = [Found with { Filter = large }] }, "filter", "at most 1024 conditions", "1203");
        var list = VectorInput.Of(new MultiVector(new float[2 << 20], 2));
        var lists = Nearest with { Using = "tokens", Query = new RecommendQuery([.. Enumerable.Repeat(list, 8)]) };
        RequestRules.CheckQuery(Schema, lists);
        var error = Assert.Throws<InvalidRequestException>(() => RequestRules.CheckQueryBatch(Schema, [lists, Nearest]));
        Assert.Equal(("queries", "vectors of at most 67108864 bytes together", "67108872 bytes"), (error.Subject, error.Expected, error.Found));
    }

    [Fact]
    public void A_batch_is_limited_and_one_bad_query_refuses_it()
    {
        Assert.Throws<InvalidRequestException>(() => RequestRules.CheckQueryBatch(Schema, []));
        RequestRules.CheckQueryBatch(Schema, [.. Enumerable.Repeat(Nearest, 1_024)]);
        Assert.Throws<InvalidRequestException>(() => RequestRules.CheckQueryBatch(Schema, [.. Enumerable.Repeat(Nearest, 1_025)]));
        Assert.Throws<InvalidRequestException>(() => RequestRules.CheckQueryBatch(Schema, [Nearest, Nearest with { Limit = 0 }]));
    }

    [Fact]
    public void Groups_have_a_path_and_bounded_places()
    {
        var groups = new QueryGroupsRequest { Query = Nearest.Query, GroupBy = PayloadPath.Parse("a"), Limit = 256, GroupSize = 256 };
        RequestRules.CheckQueryGroups(Schema, groups);
        Refused(groups with { GroupSize = 257 }, "limit times group size", "at most 65536", "65792");
        Refused(groups with { GroupSize = 0 }, "group size", "1 to 65536", "0");
        Refused(groups with { Limit = 0 }, "limit", "1 to 65536", "0");
        Refused(groups with { GroupBy = null! }, "group by", "a path", "null");
        Refused(groups with { Query = new NearestQuery(Vector) { Relevance = new MarginalRelevance() } }, "candidates limit", "1 to 16384", "65536");
        Refused(groups with { VectorNames = ["x"] }, "vector names", "the name of a vector of the collection", "'x'");
    }

    [Fact]
    public void Requests_that_say_the_same_are_equal()
    {
        var one = Nearest with { Prefetches = [Found with { Query = new ReciprocalRankFusion { Weights = [1] }, Prefetches = [Found] }], VectorNames = ["a"] };
        var other = Nearest with { Prefetches = [Found with { Query = new ReciprocalRankFusion { Weights = [1] }, Prefetches = [Found with { }] }], VectorNames = ["a"] };
        Assert.Equal(one, other);
        Assert.NotEqual(one, other with { VectorNames = ["b"] });
        Assert.NotEqual(one, other with { Prefetches = [] });
    }

    private static void Refused(QueryRequest request, string subject, string expected, string found) =>
        AssertRefused(() => RequestRules.CheckQuery(Schema, request), subject, expected, found);

    private static void Refused(QueryGroupsRequest request, string subject, string expected, string found) =>
        AssertRefused(() => RequestRules.CheckQueryGroups(Schema, request), subject, expected, found);

    private static void AssertRefused(Action check, string subject, string expected, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(check);
        Assert.Equal((subject, expected, found), (error.Subject, error.Expected, error.Found));
    }
}
