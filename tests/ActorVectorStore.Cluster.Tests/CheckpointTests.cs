namespace ActorVectorStore.Cluster.Tests;

public sealed class CheckpointTests : ClusterTest
{
    private static readonly ShardOptions Often = new(CheckpointEventBytes: 1 << 10);

    [Fact]
    public async Task A_checkpoint_is_made_after_so_many_bytes_of_events()
    {
        var collection = await CreateAsync(await StartAsync(Often), OneShard);
        for (var id = 1UL; id <= 500; id++)
        {
            await WriteAsync(collection, id);
        }

        // About 28 KiB of events; a checkpoint after a compaction has the same number again.
        Assert.InRange(Journal.SnapshotCount, 2, 60);
    }

    [Fact]
    public async Task A_checkpoint_that_fails_is_shown_until_one_succeeds_and_stops_nothing()
    {
        var collection = await CreateAsync(await StartAsync(Often), OneShard);
        Journal.SnapshotFailure = new IOException("no snapshots today");
        var id = 0UL;
        while (collection.Shards[0].Health.LastUpkeepFailure is null)
        {
            await WriteAsync(collection, ++id % 20);
        }

        Assert.Equal("no snapshots today", collection.Shards[0].Health.LastUpkeepFailure!.Message);
        Assert.DoesNotContain(ShardId(0), Journal.Deletions);
        Journal.SnapshotFailure = null;
        while (collection.Shards[0].Health.LastUpkeepFailure is not null)
        {
            await WriteAsync(collection, ++id % 20);
        }
    }
}
