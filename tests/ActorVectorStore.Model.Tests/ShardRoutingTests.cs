using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class ShardRoutingTests
{
    [Theory]
    [InlineData("0", 1, 6, 904)]
    [InlineData("1", 1, 3, 580)]
    [InlineData("42", 1, 5, 759)]
    [InlineData("18446744073709551615", 1, 6, 915)]
    [InlineData("6fa459ea-ee8a-3ca4-894e-db77e160355e", 0, 2, 306)]
    [InlineData("00000000-0000-0000-0000-000000000000", 0, 1, 282)]
    [InlineData("00000000-0000-0000-0000-00000000002a", 0, 3, 496)]
    public void Placement_never_changes(string id, int ofTwo, int ofSeven, int ofAll) => Assert.Equal(
        (ofTwo, ofSeven, ofAll),
        (Shard(id, 2), Shard(id, 7), Shard(id, ModelLimits.ShardCountMax)));

    [Fact]
    public void Every_point_has_a_shard_of_the_collection() => Gen.Select(IdGens.Id, Gen.Int[1, ModelLimits.ShardCountMax]).Sample((id, count) =>
    {
        var shard = ShardRouting.ShardOf(id, count);
        return shard >= 0 && shard < count && ShardRouting.ShardOf(id, 1) == 0;
    });

    [Theory]
    [InlineData(1UL)]
    [InlineData(1024UL)]
    [InlineData(1UL << 50)]
    public void Numbers_at_any_stride_spread_evenly(ulong stride)
    {
        var points = new int[16];
        for (var i = 0UL; i < 16_000; i++)
            points[ShardRouting.ShardOf(PointId.FromNumber(i * stride), 16)]++;
        // 1,000 a shard with a standard deviation of 31 if the spread is random; the run is deterministic.
        Assert.All(points, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Uuids_that_differ_in_one_half_spread_evenly()
    {
        var points = new int[16];
        for (var i = 0UL; i < 8_000; i++)
        {
            points[ShardRouting.ShardOf(PointId.FromUuidHalves(i, 7), 16)]++;
            points[ShardRouting.ShardOf(PointId.FromUuidHalves(7, i), 16)]++;
        }

        Assert.All(points, count => Assert.InRange(count, 850, 1150));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void A_shard_count_out_of_bounds_is_refused(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ShardRouting.ShardOf(default, count));

    private static int Shard(string id, int count) => ShardRouting.ShardOf(PointId.Parse(id), count);
}
