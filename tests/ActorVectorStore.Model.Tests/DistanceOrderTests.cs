using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class DistanceOrderTests
{
    [Theory]
    [InlineData(Distance.Cosine, true)]
    [InlineData(Distance.Dot, true)]
    [InlineData(Distance.Euclid, false)]
    [InlineData(Distance.Manhattan, false)]
    public void The_better_score_comes_first_and_passes_the_worse_as_threshold(Distance distance, bool higherIsBetter)
    {
        Assert.Equal(higherIsBetter, distance.HigherIsBetter());
        Gen.Select(Gen.Float[-5, 5], Gen.Float[-5, 5], IdGens.Id, IdGens.Id).Where((a, b, _, _) => a != b).Sample((a, b, idA, idB) =>
        {
            var aIsBetter = a > b == higherIsBetter;
            Assert.Equal(aIsBetter, distance.Compare(a, idA, b, idB) < 0);
            Assert.Equal(aIsBetter, distance.Passes(a, b));
            Assert.True(distance.Passes(a, a));
        });
    }

    [Fact]
    public void Equal_scores_are_ordered_by_id() => Gen.Select(IdGens.Id, IdGens.Id).Sample((a, b) =>
        Enum.GetValues<Distance>().All(distance => Math.Sign(distance.Compare(1, a, 1, b)) == Math.Sign(a.CompareTo(b))));

    [Fact]
    public void The_values_are_part_of_stored_formats() =>
        Assert.Equal([1, 2, 3, 4], Enum.GetValues<Distance>().Select(distance => (int)distance));

    [Fact]
    public void An_unknown_distance_is_a_typed_error() => Assert.Throws<InvalidRequestException>(() => ((Distance)9).HigherIsBetter());
}
