using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore;

/// <summary>
/// A stage of a query whose points are vectors. Filters and excluded points are all that hold for it, where it ranks all points; what prefetches found has passed them already.
/// </summary>
/// <param name="Stage">What was asked for.</param>
/// <param name="Rows">How the rows of a shard are ranked; null for a fusion.</param>
/// <param name="Window">Results of the stage, those that are skipped at the front included.</param>
/// <param name="Prefetches">The stages that find what this one ranks; none: it ranks all.</param>
internal sealed record PlannedStage(QueryStage Stage, RowQuery? Rows, int Window, IReadOnlyList<PlannedStage> Prefetches)
{
    /// <summary>How results are picked, or null.</summary>
    public MarginalRelevance? Relevance => (Stage.Query as NearestQuery)?.Relevance;

    /// <summary>The stages that rank all points of the collection.</summary>
    public IEnumerable<PlannedStage> Leaves => Prefetches.Count == 0 ? [this] : Prefetches.SelectMany(prefetch => prefetch.Leaves);

    /// <summary>Plans a query and all of its prefetches.</summary>
    /// <param name="stage">The query, valid.</param>
    /// <param name="window">Results wanted of it.</param>
    /// <param name="inputs">The vectors of its points.</param>
    public static PlannedStage Of(QueryStage stage, int window, QueryInputs inputs) => Of(stage, window, inputs, [], new HashSet<PointId>());

    private static PlannedStage Of(QueryStage stage, int window, QueryInputs inputs, IReadOnlyList<Filter> filters, IReadOnlySet<PointId> excluded)
    {
        filters = stage.Filter is { } filter ? [.. filters, filter] : filters;
        excluded = stage.Query.Inputs.OfType<VectorOfPoint>().Select(point => point.Id).Concat(excluded).ToHashSet();
        var relevance = (stage.Query as NearestQuery)?.Relevance;
        var rows = stage.Query is FusionQuery ? null : new RowQuery
        {
            Query = inputs.Resolve(stage.Query, stage.Using),
            Using = stage.Using,
            Limit = relevance is null ? window : relevance.CandidatesLimit ?? window,
            ScoreThreshold = stage.ScoreThreshold,
            Filter = stage.Prefetches.Count > 0 ? null : filters.Count > 1 ? Filter.AllOf(filters) : filters.SingleOrDefault(),
            Excluded = stage.Prefetches.Count > 0 ? new HashSet<PointId>() : excluded,
            Parameters = stage.Parameters,
        };
        return new PlannedStage(stage, rows, window, [.. stage.Prefetches.Select(prefetch => Of(prefetch, prefetch.Limit, inputs, filters, excluded))]);
    }
}
