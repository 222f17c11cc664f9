using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>
/// One ranking of points: a <see cref="QueryRequest"/>, a <see cref="QueryGroupsRequest"/>, or a <see cref="Prefetch"/> of one of them; there are no others. A stage without prefetches ranks
/// all points of the collection, one with prefetches only those that they found. The rules are checked by <see cref="RequestRules"/>.
/// </summary>
/// <remarks>
/// Filters hold for all that lies below: a prefetch finds only points that pass its own filter and those of the stages that it is a prefetch of. All stages of a request see each shard at the
/// same moment. Each ranking is of the whole collection, however many shards it has.
/// </remarks>
public abstract record QueryStage
{
    private protected QueryStage()
    {
    }

    /// <summary>How points are ranked.</summary>
    public required PointQuery Query { get; init; }

    /// <summary>
    /// Rankings whose points alone are ranked; none: all points are. At most <see cref="ModelLimits.QueryStagesMax"/> stages in one another and beside one another, this one included, and
    /// <see cref="ModelLimits.QueryDepthMax"/> in one another; more are refused when the stage is made.
    /// </summary>
    /// <exception cref="InvalidRequestException">There are too many, or one is null.</exception>
    public IReadOnlyList<Prefetch> Prefetches
    {
        get;
        init
        {
            field = ValueList<Prefetch>.Copy("prefetches", value, ModelLimits.QueryStagesMax);
            Measure();
        }
    } = ValueList<Prefetch>.Empty;

    /// <summary>Name of the vector that is compared; empty for the one without name. Points that do not have it are not found.</summary>
    public string Using { get; init; } = "";

    /// <summary>Results wanted, at least 1; fewer come back only if fewer points qualify.</summary>
    public int Limit { get; init; } = 10;

    /// <summary>The worst score that still qualifies, inclusive: a lower bound where higher scores are better, otherwise an upper one. Null: none.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Which points qualify; null: all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>How the search goes about it. A stage with prefetches compares all of their points and does not look at it.</summary>
    public SearchParameters Parameters { get; init; } = SearchParameters.Default;

    /// <summary>Stages, this one included.</summary>
    internal int StageCount { get; private set; } = 1;

    /// <summary>Stages in one another, this one included.</summary>
    internal int Depth { get; private set; } = 1;

    // When it is made, so that nothing that walks through the stages can meet one that is too deep for it.
    private void Measure()
    {
        StageCount = 1 + Prefetches.Sum(prefetch => prefetch.StageCount);
        Depth = 1 + Prefetches.Select(prefetch => prefetch.Depth).DefaultIfEmpty().Max();
        if (StageCount > ModelLimits.QueryStagesMax)
            throw new InvalidRequestException("prefetches", $"at most {ModelLimits.QueryStagesMax} stages", StageCount.ToString(CultureInfo.InvariantCulture));
        if (Depth > ModelLimits.QueryDepthMax)
            throw new InvalidRequestException("prefetches", $"at most {ModelLimits.QueryDepthMax} stages in one another", Depth.ToString(CultureInfo.InvariantCulture));
    }
}
