using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Makes one ranking of several; the meanings are at <see cref="ReciprocalRankFusion"/> and <see cref="DistributionFusion"/>. Pure. Sums are in double precision, in the order of the rankings.
/// </summary>
public static class RankFusion
{
    /// <summary>Adds up what the rankings give.</summary>
    /// <param name="fusion">How they give.</param>
    /// <param name="rankings">Rankings of the same views.</param>
    /// <returns>All of their points, the highest score first, equal scores by id.</returns>
    public static PointRanking Fuse(FusionQuery fusion, IReadOnlyList<PointRanking> rankings)
    {
        ArgumentNullException.ThrowIfNull(rankings);
        var sums = new Dictionary<PointId, (RankedRow Row, double Score)>();
        for (var ranking = 0; ranking < rankings.Count; ranking++)
        {
            var scores = ScoresOf(fusion, rankings[ranking], ranking);
            for (var place = 0; place < scores.Length; place++)
            {
                var row = rankings[ranking].Rows[place];
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, row.Id, out _);
                sum = (row, sum.Score + scores[place]);
            }
        }

        return new PointRanking([.. sums.Values.Select(sum => sum.Row with { Score = PreciseArithmetic.Saturate(sum.Score) }).Order(RankedRow.HighestFirst)], LowerIsBetter: false);
    }

    private static double[] ScoresOf(FusionQuery fusion, PointRanking ranking, int number) => fusion switch
    {
        ReciprocalRankFusion ranks => ByPlace(ranking.Rows.Count, ranks.K, ranks.Weights.Count == 0 ? 1 : ranks.Weights[number]),
        _ => ByDistribution([.. ranking.Rows.Select(row => ranking.LowerIsBetter ? -(double)row.Score : row.Score)]),
    };

    private static double[] ByPlace(int count, int k, double weight)
    {
        var scores = new double[count];
        for (var place = 0; place < count && weight > 0; place++)
            scores[place] = 1 / (((place + 1) / weight) + k - 1);
        return scores;
    }

    private static double[] ByDistribution(double[] scores)
    {
        if (scores.Length == 0 || scores.AsSpan().IndexOfAnyExcept(scores[0]) < 0)
            return Array.ConvertAll(scores, _ => 0.5);
        var mean = scores.Sum() / scores.Length;
        var deviation = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Length - 1));
        return Array.ConvertAll(scores, score => (score - mean + (3 * deviation)) / (6 * deviation));
    }
}
