using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster.Tests;

public sealed class CollectionHandleTests : ClusterTest
{
    private static readonly CollectionSchema TwoShards = new(Words, 2, Distance.Dot, 2);

    private static UpsertPoints Large(ulong id) => new(
        [new Point(PointId.FromNumber(id), new float[2], Payload.Parse($"{{\"text\":\"{new string('x', 400_000)}\"}}"))]);

    [Fact]
    public async Task A_write_that_is_too_much_for_one_shard_is_sent_to_none()
    {
        var collection = await CreateAsync(await StartAsync(new ShardOptions(QueueBytesMax: 1 << 20)), TwoShards);
        var (came, go) = Journal.HoldNext();
        var first = collection.WriteAsync([(1, Large(1))], default);
        await came;
        var refused = await Assert.ThrowsAsync<OverloadedException>(() => collection.WriteAsync([(0, Upsert(2)), (1, Large(3))], default));
        Assert.Contains("shard 1", refused.Resource, StringComparison.Ordinal);
        Assert.Equal(0, collection.Shards[0].Health.PendingBytes);
        go.SetResult(null);
        await first;
        await collection.Shards[0].DrainAsync();
        Assert.Equal(0, (await StoreOfAsync(collection)).Count);
        await collection.WriteAsync([(0, Upsert(2)), (1, Large(3))], default);
    }

    [Fact]
    public async Task A_write_that_was_abandoned_still_counts_until_it_is_done()
    {
        var collection = await CreateAsync(await StartAsync(new ShardOptions(QueueBytesMax: 1 << 20)), OneShard);
        var (came, go) = Journal.HoldNext();
        using var cancellation = new CancellationTokenSource();
        var abandoned = collection.WriteAsync([(0, Large(1))], cancellation.Token);
        await came;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        await Assert.ThrowsAsync<OverloadedException>(() => collection.WriteAsync([(0, Large(2))], default));
        go.SetResult(null);
        await collection.Shards[0].DrainAsync();
        Assert.Equal(0, collection.Shards[0].Health.PendingBytes);
        Assert.Equal(1, (await StoreOfAsync(collection)).Count);
        await collection.WriteAsync([(0, Large(2))], default);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_before_it_is_sent_does_nothing_anywhere()
    {
        var collection = await CreateAsync(await StartAsync(), TwoShards);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => collection.WriteAsync([(0, Upsert(1)), (1, Upsert(2))], new CancellationToken(canceled: true)));
        Assert.All(collection.Shards, shard => Assert.Equal((0L, 0L), (shard.Health.PendingBytes, shard.Health.Statistics!.LivePoints)));
    }

    [Fact]
    public async Task Growth_beyond_the_memory_budget_waits_until_rows_are_on_disk()
    {
        var collection = await CreateAsync(await StartAsync(new ShardOptions(MemoryBytesMax: 4 << 20)), OneShard);
        for (var written = 0UL; written < 40;)
        {
            try
            {
                await collection.WriteAsync([(0, Large(written + 1))], default);
                written++;
            }
            catch (OverloadedException e)
            {
                Assert.Contains("memory of the database", e.Message, StringComparison.Ordinal);
            }

            Assert.InRange(collection.Shards[0].Health.Statistics!.MemoryBytes, 0, 5 << 20);
        }

        var store = await StoreOfAsync(collection);
        Assert.Equal(40, store.Count);
        Assert.InRange(store.Statistics.SegmentFiles, 1, 40);
    }
}
