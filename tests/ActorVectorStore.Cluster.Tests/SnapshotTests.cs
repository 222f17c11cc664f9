namespace ActorVectorStore.Cluster.Tests;

public sealed class SnapshotTests : ClusterTest
{
    private static readonly ShardOptions Often = new(SnapshotEventBytes: 1 << 10);

    [Fact]
    public async Task Loading_a_shard_does_not_write_it_again_and_again()
    {
        var collection = await CreateAsync(await StartAsync(Often), OneShard);
        for (var id = 1UL; id <= 500; id++)
        {
            await WriteAsync(collection, id);
        }

        // About 28 KiB of events: each snapshot waits for as many bytes as it will have itself.
        Assert.InRange(Journal.SnapshotCount, 2, 12);
    }

    [Fact]
    public async Task A_snapshot_that_fails_is_shown_until_one_succeeds_and_stops_nothing()
    {
        var collection = await CreateAsync(await StartAsync(Often), OneShard);
        Journal.SnapshotFailure = new IOException("no snapshots today");
        var id = 0UL;
        while (collection.Shards[0].Health.LastSnapshotFailure is null)
        {
            await WriteAsync(collection, ++id % 20);
        }

        Assert.Equal("no snapshots today", collection.Shards[0].Health.LastSnapshotFailure!.Message);
        Assert.DoesNotContain(ShardId(0), Journal.Deletions);
        Journal.SnapshotFailure = null;
        while (collection.Shards[0].Health.LastSnapshotFailure is not null)
        {
            await WriteAsync(collection, ++id % 20);
        }
    }
}
