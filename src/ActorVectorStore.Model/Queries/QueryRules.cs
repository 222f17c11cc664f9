using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>Whether queries are what they may be. Pure; part of <see cref="RequestRules"/>.</summary>
/// <param name="schema">The collection.</param>
internal sealed class QueryRules(CollectionSchema schema)
{
    private readonly List<Filter> _filters = [];
    private int _inputs;

    /// <summary>Offsets and limits of all stages that were checked, summed up.</summary>
    public long Window { get; private set; }

    /// <summary>Bytes of the vectors that were given.</summary>
    public long VectorBytes { get; private set; }

    /// <summary>A query and all of its prefetches.</summary>
    /// <exception cref="InvalidRequestException">It is not what it may be.</exception>
    public void Check(QueryRequest request)
    {
        _inputs = 0;
        RequestRules.RequireRange("offset", request.Offset, 0, ModelLimits.SearchWindowMax - 1);
        CheckStage(request, "", request.Offset, request.Limit);
        if (request.Offset + request.Limit > ModelLimits.SearchWindowMax)
            throw new InvalidRequestException("offset plus limit", $"at most {ModelLimits.SearchWindowMax}", Text(request.Offset + request.Limit));
        CheckFields(request.Fields, request.VectorNames);
    }

    /// <summary>A query whose results are grouped, and all of its prefetches.</summary>
    /// <exception cref="InvalidRequestException">It is not what it may be.</exception>
    public void Check(QueryGroupsRequest request)
    {
        _inputs = 0;
        if (request.GroupBy is null)
            throw new InvalidRequestException("group by", "a path", "null");
        RequestRules.RequireRange("group size", request.GroupSize, 1, ModelLimits.SearchWindowMax);
        CheckStage(request, "", offset: 0, (long)request.Limit * request.GroupSize);
        if ((long)request.Limit * request.GroupSize > ModelLimits.SearchWindowMax)
            throw new InvalidRequestException("limit times group size", $"at most {ModelLimits.SearchWindowMax}", Text((long)request.Limit * request.GroupSize));
        Window += (long)request.Limit * request.GroupSize;
        CheckFields(request.Fields, request.VectorNames);
    }

    /// <summary>Bounds of what a search is told of its ways.</summary>
    /// <exception cref="InvalidRequestException">A value is outside.</exception>
    public static void Check(SearchParameters? parameters, string part = "")
    {
        if (parameters is null)
            throw new InvalidRequestException($"{part}parameters", "parameters", "null");
        if (parameters.HnswEf is { } ef)
            RequestRules.RequireRange($"{part}hnsw ef", ef, 1, ModelLimits.HnswEfMax);
        if (parameters.Quantization?.Oversampling is { } factor && !(factor >= 1 && factor <= ModelLimits.OversamplingMax))
            throw new InvalidRequestException($"{part}oversampling", $"1 to {ModelLimits.OversamplingMax}", Text(factor));
    }

    // Results are what the stage gives at most, its offset counted in.
    private void CheckStage(QueryStage stage, string part, int offset, long results)
    {
        RequestRules.RequireRange($"{part}limit", stage.Limit, 1, ModelLimits.SearchWindowMax);
        if (stage.ScoreThreshold is { } threshold && float.IsNaN(threshold))
            throw new InvalidRequestException($"{part}score threshold", "a number", "NaN");
        Check(stage.Parameters, part);
        Window += offset + stage.Limit;
        CheckQuery(stage, offset + results, part);
        if (stage.Filter is { } filter)
            _filters.Add(filter);

        // All that hold for a stage, together: it throws where they are too many.
        _ = _filters.Count > 1 ? new Filter { Must = [.. _filters] } : null;
        for (var i = 0; i < stage.Prefetches.Count; i++)
            CheckStage(stage.Prefetches[i], string.Create(CultureInfo.InvariantCulture, $"{part}prefetches[{i}]."), offset: 0, stage.Prefetches[i].Limit);
        if (stage.Filter is not null)
            _filters.RemoveAt(_filters.Count - 1);
    }

    private void CheckQuery(QueryStage stage, long results, string part)
    {
        switch (stage.Query)
        {
            case FusionQuery fusion:
                CheckFusion(fusion, stage.Prefetches.Count, part);
                return;
            case RecommendQuery recommend:
                CheckRecommend(recommend, part);
                break;
            case NearestQuery { Relevance: { } relevance }:
                CheckRelevance(relevance, results, part);
                break;
            case null:
                throw new InvalidRequestException($"{part}query", "a query", "null");
        }

        if (stage.Using is null)
            throw new InvalidRequestException($"{part}using", "the name of a vector of the collection", "null");
        var vector = VectorRules.Compared(schema, stage.Using, $"{part}using");
        foreach (var input in stage.Query.Inputs)
            CheckInput(vector, input, $"{part}query vector");
    }

    private void CheckInput(VectorSchema vector, VectorInput? input, string part)
    {
        if (++_inputs > ModelLimits.QueryInputsMax)
            throw new InvalidRequestException("query", $"at most {ModelLimits.QueryInputsMax} vectors and points to compare with", "more");
        if (input is null or GivenVector { Vector: null })
            throw new InvalidRequestException(part, "a vector or a point", "null");
        if (input is not GivenVector given)
            return;
        VectorRules.CheckInput(vector, given.Vector, part);
        VectorBytes += given.Vector.Bytes;
    }

    private void CheckRelevance(MarginalRelevance relevance, long results, string part)
    {
        if (!(relevance.Diversity is >= 0 and <= 1))
            throw new InvalidRequestException($"{part}diversity", "0 to 1", Text(relevance.Diversity));
        var candidates = (int)Math.Min(relevance.CandidatesLimit ?? results, int.MaxValue);
        RequestRules.RequireRange($"{part}candidates limit", candidates, 1, ModelLimits.RelevanceCandidatesMax);
        Window += candidates;
    }

    private static void CheckRecommend(RecommendQuery recommend, string part)
    {
        if (!Enum.IsDefined(recommend.Strategy))
            throw new InvalidRequestException($"{part}strategy", "AverageVector, BestScore or SumScores", Text((int)recommend.Strategy));
        if (recommend.Positives.Count == 0 && recommend.Strategy == RecommendStrategy.AverageVector)
            throw new InvalidRequestException($"{part}positives", "at least one for AverageVector", "none");
        if (recommend.Positives.Count + recommend.Negatives.Count == 0)
            throw new InvalidRequestException($"{part}positives", "at least one positive or negative", "none");
    }

    private static void CheckFusion(FusionQuery fusion, int prefetches, string part)
    {
        if (prefetches == 0)
            throw new InvalidRequestException($"{part}prefetches", "at least one for a fusion", "none");
        if (fusion is not ReciprocalRankFusion ranks)
            return;
        if (ranks.K < 1)
            throw new InvalidRequestException($"{part}k", "at least 1", Text(ranks.K));
        if (ranks.Weights.Count > 0 && ranks.Weights.Count != prefetches)
            throw new InvalidRequestException($"{part}weights", $"{prefetches}, one for each prefetch, or none", Text(ranks.Weights.Count));
        foreach (var weight in ranks.Weights)
        {
            if (!(weight >= 0 && float.IsFinite(weight)))
                throw new InvalidRequestException($"{part}weights", "finite weights of at least 0", Text(weight));
        }
    }

    private void CheckFields(PointFields fields, IReadOnlyList<string>? names)
    {
        RequestRules.CheckFields(fields);
        foreach (var name in names ?? [])
            VectorRules.Compared(schema, name, "vector names");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
