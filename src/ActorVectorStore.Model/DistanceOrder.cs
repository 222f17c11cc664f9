namespace ActorVectorStore.Model;

/// <summary>Which of two scores is the better one, for each <see cref="Distance"/>.</summary>
public static class DistanceOrder
{
    /// <summary>Whether a higher score means a closer vector: true for cosine and dot, false for Euclid and Manhattan.</summary>
    public static bool HigherIsBetter(this Distance distance) => distance switch
    {
        Distance.Cosine or Distance.Dot => true,
        Distance.Euclid or Distance.Manhattan => false,
        _ => throw Unknown(distance),
    };

    /// <summary>
    /// Orders two results: negative if the first comes first. The better score comes first; equal scores are ordered by point id, so that the
    /// order is total and does not depend on how points are stored or on which shard they live.
    /// </summary>
    public static int Compare(this Distance distance, float score, PointId id, float otherScore, PointId otherId)
    {
        var byScore = distance.HigherIsBetter() ? otherScore.CompareTo(score) : score.CompareTo(otherScore);
        return byScore != 0 ? byScore : id.CompareTo(otherId);
    }

    /// <summary>Whether a score passes a threshold: at least it where higher is better, at most it where lower is better.</summary>
    public static bool Passes(this Distance distance, float score, float threshold) =>
        distance.HigherIsBetter() ? score >= threshold : score <= threshold;

    internal static InvalidRequestException Unknown(Distance distance) =>
        new("distance", "Cosine, Dot, Euclid or Manhattan", $"value {(byte)distance}");
}
