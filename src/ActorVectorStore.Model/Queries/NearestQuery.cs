namespace ActorVectorStore.Model;

/// <summary>
/// The points closest to a vector. <see cref="Distance"/> says what the scores of dense vectors mean; <see cref="QueryStage.Using"/> says which vector is compared, and that decides:
/// </summary>
/// <remarks>
/// <para><b>Sparse:</b> the inner product; higher is better. Points whose vector has no index in common with the query are not found.</para>
/// <para><b>Lists:</b> for each vector of the query the closest one of the point's list, summed up (max-sim; Khattab, Zaharia: ColBERT, 2020, figure 1). Under Euclid the root of the sum of
/// the squared distances, under Manhattan the sum of the distances; lower is better for both. Points with an empty list are not found.</para>
/// </remarks>
/// <param name="Target">The vector.</param>
public sealed record NearestQuery(VectorInput Target) : PointQuery
{
    /// <summary>Picks results that differ from one another; null: the closest ones, however alike.</summary>
    public MarginalRelevance? Relevance { get; init; }

    /// <inheritdoc />
    public override IEnumerable<VectorInput> Inputs => [Target];
}
