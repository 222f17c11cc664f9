namespace ActorVectorStore.Cluster.Tests;

/// <summary>Reading an index makes way for those who read the shard meanwhile.</summary>
public sealed class UpkeepLanesTests
{
    // Ten milliseconds' worth of it.
    private const long FewBytes = 5 << 20;

    [Fact]
    public void Way_is_made_until_nobody_reads()
    {
        var asked = 0;
        UpkeepLanes.MakeWay(() => ++asked < 4, long.MaxValue, CancellationToken.None)();
        Assert.Equal(4, asked);
    }

    [Fact]
    public void Way_is_not_made_for_ever_where_somebody_always_reads()
    {
        var asked = 0;
        var makeWay = UpkeepLanes.MakeWay(() => ++asked > 0, FewBytes, CancellationToken.None);
        makeWay();
        var before = asked;
        makeWay();
        Assert.InRange(before, 2, int.MaxValue);
        Assert.Equal(1, asked - before);
    }

    [Fact]
    public void Nobody_waits_any_more_when_work_shall_end()
    {
        var asked = 0;
        UpkeepLanes.MakeWay(() => ++asked > 0, long.MaxValue, new CancellationToken(canceled: true))();
        Assert.Equal(1, asked);
    }
}
