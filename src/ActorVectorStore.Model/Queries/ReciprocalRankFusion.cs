namespace ActorVectorStore.Model;

/// <summary>
/// A ranking of weight w gives the point at place n, the first at 0, <c>1 / ((n + 1) / w + k - 1)</c>: with weight 1 that is <c>1 / (n + k)</c> (Cormack, Clarke, Buettcher: Reciprocal rank
/// fusion, 2009).
/// </summary>
public sealed record ReciprocalRankFusion : FusionQuery
{
    /// <summary>At least 1; the greater, the less the first places count.</summary>
    public int K { get; init; } = 2;

    /// <summary>One for each prefetch, in their order, finite and at least 0; none: 1 for each. With weight 0 a ranking gives nothing.</summary>
    public IReadOnlyList<float> Weights { get; init => field = ValueList<float>.Copy("weights", value, ModelLimits.QueryStagesMax); } = ValueList<float>.Empty;
}
