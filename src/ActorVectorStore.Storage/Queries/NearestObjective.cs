using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The one similarity as a score of its distance; see <see cref="NearestQuery"/>.</summary>
internal sealed class NearestObjective(Distance distance) : RowObjective
{
    public override bool HigherIsBetter => distance.HigherIsBetter();

    public override bool TryScore(ReadOnlySpan<double> similarities, out float score)
    {
        var isFound = similarities[0] != RowSimilarity.NothingInCommon;
        score = isFound ? PreciseArithmetic.Saturate(SimilarityScale.ToScore(distance, similarities[0])) : 0;
        return isFound;
    }
}
