using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>See <see cref="RecommendStrategy.BestScore"/>.</summary>
/// <param name="positives">So many of the vectors are positives, and come first.</param>
internal sealed class BestScoreObjective(int positives) : RowObjective
{
    public override bool HigherIsBetter => true;

    public override bool TryScore(ReadOnlySpan<double> similarities, out float score)
    {
        var positive = Greatest(similarities[..positives]);
        var negative = Greatest(similarities[positives..]);
        score = (float)(positive > negative ? Sigmoid(positive) : -Sigmoid(negative));
        return true;
    }

    private static double Greatest(ReadOnlySpan<double> similarities)
    {
        var greatest = double.NegativeInfinity;
        foreach (var similarity in similarities)
            greatest = Math.Max(greatest, RowSimilarity.OrZero(similarity));
        return greatest;
    }

    private static double Sigmoid(double similarity) => 0.5 * ((similarity / (1 + Math.Abs(similarity))) + 1);
}
