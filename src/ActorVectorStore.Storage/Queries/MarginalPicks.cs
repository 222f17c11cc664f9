using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Picks of candidates such as differ from one another; the meaning is at <see cref="MarginalRelevance"/>. Pure.</summary>
/// <remarks>Costs a comparison for each candidate and each pick; lists are compared with the pick as the point and the candidate as the query. Memory: once more the candidates' vectors.</remarks>
public static class MarginalPicks
{
    /// <summary>The picks in their order.</summary>
    /// <param name="vector">What is compared.</param>
    /// <param name="candidates">Best first.</param>
    /// <param name="vectors">The candidates' vectors.</param>
    /// <param name="diversity">From 0 to 1.</param>
    /// <param name="count">Picks wanted.</param>
    /// <param name="cancellationToken">Looked at before each comparison.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<RankedRow> Of(
        VectorSchema vector, IReadOnlyList<RankedRow> candidates, IReadOnlyList<VectorValue> vectors, float diversity, int count, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(candidates);
        var similarities = PairSimilarity.Of(vector, vectors);
        var greatest = new double[candidates.Count];
        Array.Fill(greatest, double.NegativeInfinity);
        var left = Enumerable.Range(0, candidates.Count).ToList();
        var picks = new List<RankedRow>();
        while (picks.Count < count && left.Count > 0)
        {
            var place = picks.Count == 0 ? 0 : BestOf(left, i => ((1.0 - diversity) * SimilarityScale.OfScore(vector.Distance, candidates[i].Score)) - (diversity * greatest[i]));
            var pick = left[place];
            left.RemoveAt(place);
            picks.Add(candidates[pick]);
            similarities.CompareWith(pick);
            foreach (var i in left)
            {
                cancellationToken.ThrowIfCancellationRequested();
                greatest[i] = Math.Max(greatest[i], RowSimilarity.OrZero(similarities.Of(i)));
            }
        }

        return picks;
    }

    private static int BestOf(List<int> left, Func<int, double> valueOf)
    {
        var (best, highest) = (0, valueOf(left[0]));
        for (var place = 1; place < left.Count; place++)
        {
            if (valueOf(left[place]) is var value && value > highest)
                (best, highest) = (place, value);
        }

        return best;
    }
}
