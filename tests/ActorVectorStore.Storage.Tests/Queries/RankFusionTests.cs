using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Fusions worked out by hand.</summary>
public sealed class RankFusionTests
{
    [Fact]
    public void Reciprocal_ranks_are_added_up_and_equal_sums_are_ordered_by_id()
    {
        var fused = RankFusion.Fuse(new ReciprocalRankFusion(), [Ranking(false, (1, 9), (2, 8), (3, 7)), Ranking(true, (3, 1), (4, 2))]);
        Assert.False(fused.LowerIsBetter);
        Assert.Equal([(3UL, 0.25f + 0.5f), (1UL, 0.5f), (2UL, 1f / 3), (4UL, 1f / 3)], Hits(fused));
    }

    [Fact]
    public void Weights_stretch_the_places_of_a_ranking_and_zero_gives_nothing()
    {
        // Place 0: 1 / (1 / 2 + 59) and place 1: 1 / (2 / 2 + 59) with weight 2.
        var fusion = new ReciprocalRankFusion { K = 60, Weights = [2, 0] };
        var fused = RankFusion.Fuse(fusion, [Ranking(false, (1, 9), (2, 8)), Ranking(false, (5, 9))]);
        Assert.Equal([(1UL, (float)(1 / 59.5)), (2UL, (float)(1 / 60.0)), (5UL, 0f)], Hits(fused));
        var plain = new ReciprocalRankFusion { K = 60 };
        Assert.Equal([(1UL, (float)(1 / 60.0)), (2UL, (float)(1 / 61.0))], Hits(RankFusion.Fuse(plain, [Ranking(false, (1, 9), (2, 8))])));
    }

    [Fact]
    public void Greatest_weights_give_the_largest_finite_score() => Assert.Equal(
        float.MaxValue,
        RankFusion.Fuse(new ReciprocalRankFusion { K = 1, Weights = [float.MaxValue, float.MaxValue] }, [Ranking(false, (1, 9)), Ranking(false, (1, 9))]).Rows[0].Score);

    [Fact]
    public void Distributions_put_the_mean_at_one_half_and_three_deviations_at_the_ends()
    {
        // Mean 2, deviation of the sample 1: 3 lies at 4 of 6 deviations, 1 at 2 of 6.
        var fused = RankFusion.Fuse(new DistributionFusion(), [Ranking(false, (1, 3), (2, 2), (3, 1))]);
        Assert.Equal([(1UL, (float)(4 / 6.0)), (2UL, 0.5f), (3UL, (float)(2 / 6.0))], Hits(fused));
    }

    [Fact]
    public void Scores_of_which_lower_ones_are_better_are_turned_before_they_are_distributed()
    {
        var fused = RankFusion.Fuse(new DistributionFusion(), [Ranking(true, (1, 1), (2, 2), (3, 3))]);
        Assert.Equal([(1UL, (float)(4 / 6.0)), (2UL, 0.5f), (3UL, (float)(2 / 6.0))], Hits(fused));
    }

    [Fact]
    public void A_ranking_of_one_point_or_of_equal_scores_gives_one_half_and_an_empty_one_nothing() => Assert.Equal(
        [(7UL, 1f), (8UL, 0.5f)],
        Hits(RankFusion.Fuse(new DistributionFusion(), [Ranking(false, (7, -5)), Ranking(false, (7, 2), (8, 2)), Ranking(true)])));

    [Fact]
    public void Picks_are_the_closest_and_then_those_that_are_least_like_what_was_picked()
    {
        var vector = VectorSchema.Dense("v", 2, Distance.Cosine);
        float[][] vectors = [[1, 0.1f], [1, 0.11f], [0.9f, 0.5f], [0, 1]];
        var scores = vectors.Select(components => (float)NaiveScore.Of(Distance.Cosine, [1, 0], components)).ToArray();
        RankedRow[] candidates = [.. scores.Select((score, n) => new RankedRow(PointId.FromNumber((ulong)n), score, default))];
        int[] Picks(float diversity, int count) =>
            [.. MarginalPicks.Of(vector, candidates, [.. vectors.Select(components => new DenseVector(components))], diversity, count).Select(row => (int)row.Id.Number)];
        Assert.Equal([0, 1, 2, 3], Picks(0, 4));
        Assert.Equal([0, 3, 2, 1], Picks(1, 9));
        Assert.Equal([0, 3], Picks(0.6f, 2));
        Assert.Empty(MarginalPicks.Of(vector, [], [], 0.5f, 3));
    }

    private static PointRanking Ranking(bool lowerIsBetter, params (ulong Id, float Score)[] hits) =>
        new([.. hits.Select(hit => new RankedRow(PointId.FromNumber(hit.Id), hit.Score, default))], lowerIsBetter);

    private static IEnumerable<(ulong, float)> Hits(PointRanking ranking) => ranking.Rows.Select(row => (row.Id.Number, row.Score));
}
