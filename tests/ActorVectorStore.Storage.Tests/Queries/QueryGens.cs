using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>
/// Generators of points with vectors of every kind and of queries over them. Components are small whole numbers and examples are one, two or four, so that sums are exact and ties are real ties.
/// </summary>
internal static class QueryGens
{
    public static readonly IReadOnlyList<VectorSchema> Vectors =
    [
        VectorSchema.Dense("dot", 3, Distance.Dot),
        VectorSchema.Dense("euclid", 2, Distance.Euclid, ElementType.Float16),
        VectorSchema.Dense("manhattan", 17, Distance.Manhattan),
        VectorSchema.Sparse("sparse"),
        VectorSchema.Multi("dots", 2, Distance.Dot),
        VectorSchema.Multi("euclids", 16, Distance.Euclid),
        VectorSchema.Multi("manhattans", 3, Distance.Manhattan, ElementType.BFloat16),
    ];

    public static readonly Gen<PointId> Id = Gen.Frequency(
        (5, Gen.ULong[0, 25].Select(PointId.FromNumber)), (1, Gen.Byte[0, 3].Select(b => PointId.FromUuid(new Guid(b, 2, 3, 4, 5, 6, 7, 8, 9, 10, b)))));

    private static readonly Gen<float> Component = Gen.Int[-3, 3].Select(n => (float)n);

    private static readonly Gen<string> GroupValue = Gen.OneOf("1", "2", "-1", "\"a\"", "\"b\"", "\"1\"", "1.5", "1e0", "true", "null", "{}", "9223372036854775808", "[\"a\"]");

    public static readonly Gen<Payload> Payload = Gen.Select(GroupValue.Array[0, 3], Gen.Int[0, 3], (values, form) => Model.Payload.Parse(form switch
    {
        0 => "{}",
        1 when values.Length > 0 => $"{{\"g\":{values[0]},\"n\":{values.Length}}}",
        _ => $"{{\"g\":[{string.Join(',', values)}],\"n\":{values.Length}}}",
    }));

    public static readonly Gen<PayloadPath> GroupPath = Gen.OneOf("g", "g[]", "g[0]", "n").Select(PayloadPath.Parse);

    public static readonly Gen<Filter?> Filter = Gen.Frequency(
        (4, Gen.Const((Filter?)null)),
        (1, Gen.OneOf("a", "1").Select(text => (Filter?)Model.Filter.AllOf(Model.Filter.Field("g").Is(text)))),
        (1, Gen.Int[0, 3].Select(n => (Filter?)Model.Filter.NoneOf(Model.Filter.Field("n").Is(n)))),
        (1, Id.Array[0, 12].Select(ids => (Filter?)Model.Filter.NoneOf(Model.Filter.HasId(ids)))));

    private static readonly Gen<Point> Point = Gen.Select(Id, NamedVectors(ofFive: 4), Payload, (id, vectors, payload) => new Point(id, vectors, payload));

    /// <summary>Points with all vectors, so that queries by points have something to go by.</summary>
    public static readonly Gen<Point[]> WholePoints = Gen.Select(Id, NamedVectors(ofFive: 5), Payload, (id, vectors, payload) => new Point(id, vectors, payload)).Array[30, 60];

    public static readonly Gen<ShardOperation> Operation = Gen.Frequency(
        (4, Point.Array[1, 12].Select(points => (ShardOperation)new UpsertPoints(points))), (1, Id.Array[1, 4].Select(ids => (ShardOperation)new DeletePoints(ids))));

    private static readonly Gen<float?> Threshold = Gen.Frequency((4, Gen.Const((float?)null)), (1, Gen.Int[-4, 12].Select(n => (float?)n)));

    public static CollectionSchema Schema(int shardCount = 1) => new(CollectionName.Parse("queries"), Vectors, shardCount);

    /// <summary>A vector of a schema; a list has at least so many.</summary>
    public static Gen<VectorValue> Value(VectorSchema vector, int listMin = 0) => vector.Kind switch
    {
        VectorKind.Dense => Component.Array[vector.Dimension].Select(components => (VectorValue)new DenseVector(components)),
        VectorKind.Multi => Gen.Int[listMin, 3].SelectMany(count => Component.Array[count * vector.Dimension].Select(components => (VectorValue)new MultiVector(components, vector.Dimension))),
        _ => Gen.UInt[0, 12].HashSet[0, 5].SelectMany(indices => Component.Array[indices.Count].Select(values => (VectorValue)new SparseVector(indices.ToArray(), values))),
    };

    /// <summary>A query without prefetches, in which given vectors and points mix as the generator of ids has it; no ids: vectors only.</summary>
    public static Gen<(string Using, PointQuery Query)> Query(Gen<PointId>? ids) => Gen.OneOf(Vectors.ToArray()).SelectMany(vector =>
    {
        var given = Value(vector, listMin: 1).Select(VectorInput.Of);
        var input = ids is null ? given : Gen.Frequency((1, given), (1, ids.Select(VectorInput.Of)));
        var some = Gen.OneOf(1, 2, 4).SelectMany(count => input.Array[count]);
        return Gen.Select(Gen.Int[0, 5], input, some, Gen.Frequency((1, some), (1, Gen.Const(Array.Empty<VectorInput>()))), Relevance, (kind, one, positives, negatives, relevance) => (vector.Name, kind switch
        {
            0 or 1 => new NearestQuery(one),
            2 => new NearestQuery(one) { Relevance = relevance },
            3 => new RecommendQuery(positives, negatives),
            4 => new RecommendQuery(positives, negatives, RecommendStrategy.BestScore),
            _ => (PointQuery)new RecommendQuery(negatives, positives, RecommendStrategy.SumScores),
        }));
    });

    private static Gen<MarginalRelevance> Relevance => Gen.Select(
        Gen.OneOf(0f, 0.25f, 0.5f, 1f), Gen.OneOf<int?>(null, 1, 5, 30), (diversity, candidates) => new MarginalRelevance { Diversity = diversity, CandidatesLimit = candidates });

    private static Gen<FusionQuery> Fusion(int prefetches) => Gen.Select(Gen.Int[0, 3], Gen.Int[1, 60], Gen.OneOf(0f, 0.5f, 1f, 3f).Array[prefetches], (kind, k, weights) => kind switch
    {
        0 => new DistributionFusion(),
        1 => new ReciprocalRankFusion(),
        2 => new ReciprocalRankFusion { K = k },
        _ => (FusionQuery)new ReciprocalRankFusion { K = k, Weights = weights },
    });

    /// <summary>A prefetch with prefetches inside one another.</summary>
    public static Gen<Prefetch> Prefetch(Gen<PointId>? ids, int depth) => Stage(ids, depth, Gen.Int[1, 12]).Select(stage => stage);

    /// <summary>A query with or without prefetches.</summary>
    public static Gen<QueryRequest> Request(Gen<PointId>? ids, int depth) => Gen.Select(Stage(ids, depth, Gen.OneOf(1, 3, 10, 100)), Gen.OneOf(0, 0, 1, 5), (stage, offset) => new QueryRequest
    {
        Query = stage.Query,
        Using = stage.Using,
        Limit = stage.Limit,
        Filter = stage.Filter,
        ScoreThreshold = stage.ScoreThreshold,
        Prefetches = stage.Prefetches,
        Offset = offset,
        Fields = PointFields.None,
    });

    private static Gen<Prefetch> Stage(Gen<PointId>? ids, int depth, Gen<int> limit)
    {
        var prefetches = depth == 0 ? Gen.Const(Array.Empty<Prefetch>()) : Gen.Frequency((1, Gen.Const(Array.Empty<Prefetch>())), (2, Prefetch(ids, depth - 1).Array[1, 3]));
        return prefetches.SelectMany(below => Gen.Select(Query(ids), Fusion(below.Length), Gen.Bool, limit, Filter, Threshold, (query, fusion, isFused, limit, filter, threshold) => new Prefetch
        {
            Query = isFused && below.Length > 0 ? fusion : query.Query,
            Using = query.Using,
            Limit = limit,
            Filter = filter,
            ScoreThreshold = threshold,
            Prefetches = below,
        }));
    }

    private static Gen<NamedVectors> NamedVectors(int ofFive) => Vectors
        .Select(vector => Gen.Frequency((5 - ofFive, Gen.Const((NamedVector?)null)), (ofFive, Value(vector).Select(value => (NamedVector?)new NamedVector(vector.Name, value)))))
        .Aggregate(
            Gen.Const(Array.Empty<NamedVector>()),
            (all, next) => Gen.Select(all, next, (some, one) => one is { } vector ? [.. some, vector] : some))
        .Select(vectors => new NamedVectors(vectors));
}
