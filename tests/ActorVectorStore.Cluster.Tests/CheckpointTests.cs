namespace ActorVectorStore.Cluster.Tests;

public sealed class CheckpointTests : ClusterTest
{
    private static readonly ShardOptions Often = new(CheckpointEventBytes: 1 << 10);

    [Fact]
    public async Task A_checkpoint_is_made_after_so_many_bytes_of_events()
    {
        var collection = await CreateAsync(await StartAsync(Often), OneShard);
        var id = 0;
        while (Journal.SnapshotCount < 3)
        {
            await WriteAsync(collection, (ulong)++id);
        }

        // Each event has fewer than 64 bytes. A flush is followed by one checkpoint, and a compaction by another.
        Assert.InRange(Journal.SnapshotCount, 3, 2 + (2 * id * 64 / (1 << 10)));
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
