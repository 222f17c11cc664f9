namespace ActorVectorStore.Model;

/// <summary>How <see cref="RecommendQuery"/> makes one score of several examples.</summary>
public enum RecommendStrategy
{
    /// <summary>Searches for the vector <c>2 * mean(positives) - mean(negatives)</c>, without negatives for the mean of the positives. Wants a positive.</summary>
    AverageVector,

    /// <summary>The greatest similarity counts: of a positive as <c>s(x)</c>, of a negative, if it is not smaller, as <c>-s(x)</c>, with <c>s(x) = (1 + x / (1 + |x|)) / 2</c>. Higher is better.</summary>
    BestScore,

    /// <summary>The sum of the similarities to the positives less that to the negatives. Higher is better.</summary>
    SumScores,
}
