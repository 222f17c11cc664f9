namespace ActorVectorStore.Model;

/// <summary>
/// The points most like some examples and least like others. Each request has at most <see cref="ModelLimits.QueryInputsMax"/> examples; those that are points are left out of the results.
/// </summary>
/// <remarks>
/// <para><b>Similarity</b> is the score of a <see cref="NearestQuery"/> turned so that higher is better: cosine, inner product, the negative square of a Euclidean distance, the negative
/// Manhattan distance; 0 for sparse vectors that have no index in common.</para>
/// <para><b>Means.</b> Under cosine each dense example has length one before the mean is taken, since its length says nothing. Sparse vectors lack nothing but zeros. Of lists there is no mean:
/// the query is all vectors of the positives, and those of the negatives with their signs turned.</para>
/// </remarks>
public sealed record RecommendQuery : PointQuery
{
    /// <summary>Copies the lists.</summary>
    /// <param name="positives">What results are to be like.</param>
    /// <param name="negatives">What they are not to be like; there is at least one example of either.</param>
    /// <param name="strategy">How one score is made of all.</param>
    /// <exception cref="InvalidRequestException">There are too many examples, or one is null.</exception>
    public RecommendQuery(
        IReadOnlyList<VectorInput> positives, IReadOnlyList<VectorInput>? negatives = null, RecommendStrategy strategy = RecommendStrategy.AverageVector)
    {
        Positives = ValueList<VectorInput>.Copy("positives", positives, ModelLimits.QueryInputsMax);
        Negatives = ValueList<VectorInput>.Copy("negatives", negatives ?? [], ModelLimits.QueryInputsMax);
        Strategy = strategy;
    }

    /// <summary>What results are to be like.</summary>
    public IReadOnlyList<VectorInput> Positives { get; }

    /// <summary>What results are not to be like.</summary>
    public IReadOnlyList<VectorInput> Negatives { get; }

    /// <summary>How one score is made of all.</summary>
    public RecommendStrategy Strategy { get; }

    /// <inheritdoc />
    public override IEnumerable<VectorInput> Inputs => Positives.Concat(Negatives);
}
