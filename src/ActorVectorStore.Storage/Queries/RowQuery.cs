using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>A ranking of the rows of one shard: a <see cref="QueryStage"/> without prefetches, whose points have been replaced by their vectors.</summary>
public sealed record RowQuery
{
    /// <summary>A <see cref="NearestQuery"/> or a <see cref="RecommendQuery"/>, all of whose inputs are a <see cref="GivenVector"/>; its <see cref="NearestQuery.Relevance"/> does not matter.</summary>
    public required PointQuery Query { get; init; }

    /// <summary>The vector that is compared.</summary>
    public string Using { get; init; } = "";

    /// <summary>Rows wanted, at least 1.</summary>
    public required int Limit { get; init; }

    /// <summary>The worst score that qualifies; null: any.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Which points qualify; null: all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Points that do not qualify.</summary>
    public IReadOnlySet<PointId> Excluded { get; init; } = new HashSet<PointId>();

    /// <summary>How the search goes about it.</summary>
    public SearchParameters Parameters { get; init; } = SearchParameters.Default;

    /// <summary>The order of the rows, over several shards too.</summary>
    public IComparer<RankedRow> OrderIn(CollectionSchema schema) => ObjectiveIn(schema).HigherIsBetter ? RankedRow.HighestFirst : RankedRow.LowestFirst;

    internal RowObjective ObjectiveIn(CollectionSchema schema) => Query switch
    {
        RecommendQuery { Strategy: RecommendStrategy.BestScore } recommend => new BestScoreObjective(recommend.Positives.Count),
        RecommendQuery { Strategy: RecommendStrategy.SumScores } recommend => new SumScoresObjective(recommend.Positives.Count),
        _ => new NearestObjective(schema.Find(Using)!.Distance),
    };

    /// <summary>The vectors that rows are compared with, as many as the objective takes similarities.</summary>
    internal IReadOnlyList<VectorValue> ExamplesIn(CollectionSchema schema) => Query switch
    {
        RecommendQuery { Strategy: RecommendStrategy.AverageVector } recommend => [ExampleMean.Of(schema.Find(Using)!, Vectors(recommend.Positives), Vectors(recommend.Negatives))],
        _ => Vectors(Query.Inputs),
    };

    private static VectorValue[] Vectors(IEnumerable<VectorInput> inputs) => [.. inputs.Select(input => ((GivenVector)input).Vector)];
}
