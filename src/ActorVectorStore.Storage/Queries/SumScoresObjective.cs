using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>See <see cref="RecommendStrategy.SumScores"/>.</summary>
/// <param name="positives">So many of the vectors are positives, and come first.</param>
internal sealed class SumScoresObjective(int positives) : RowObjective
{
    public override bool HigherIsBetter => true;

    public override bool TryScore(ReadOnlySpan<double> similarities, out float score)
    {
        score = PreciseArithmetic.Saturate(Sum(similarities[..positives]) - Sum(similarities[positives..]));
        return true;
    }

    private static double Sum(ReadOnlySpan<double> similarities)
    {
        var sum = 0.0;
        foreach (var similarity in similarities)
            sum += RowSimilarity.OrZero(similarity);
        return sum;
    }
}
