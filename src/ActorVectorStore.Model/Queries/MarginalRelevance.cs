namespace ActorVectorStore.Model;

/// <summary>
/// Picks of the closest points such as differ from those that were picked already (maximal marginal relevance; Carbonell, Goldstein: The use of MMR, 1998). The first is the closest; each
/// next one has the highest <c>(1 - diversity) * similarity to the query - diversity * greatest similarity to one that was picked</c>, of equal ones the closer one. Scores are those of the
/// comparison with the query; results come in the order in which they were picked.
/// </summary>
/// <remarks>The similarity is the score, of Euclid the negative of its square, of Manhattan its negative; of sparse vectors without a common index 0.</remarks>
public sealed record MarginalRelevance
{
    /// <summary>From 0, which picks the closest ones, to 1, which picks the most different ones behind the closest.</summary>
    public float Diversity { get; init; } = 0.5f;

    /// <summary>
    /// How many of the closest points are looked at, 1 to <see cref="ModelLimits.RelevanceCandidatesMax"/>; null: as many as there are results, offset included. Their vectors have at
    /// most <see cref="ModelLimits.QueryVectorBytesMax"/>, or the request is refused.
    /// </summary>
    public int? CandidatesLimit { get; init; }
}
