using ActorVectorStore.Model;
using Akka.Actor;
using Akka.TestKit;

namespace ActorVectorStore.Cluster.Tests;

/// <summary>Time passes only where a test lets it.</summary>
public sealed class PassivationTests() : ClusterTest("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private static readonly ShardOptions Passivating = new(PassivateAfter: Interval);

    private TestScheduler Clock => (TestScheduler)System.Scheduler;

    [Fact]
    public async Task A_shard_is_put_away_when_nobody_used_it_for_the_time_between_two_looks()
    {
        var collection = await CreateAsync(await StartAsync(Passivating), OneShard);
        await WriteAsync(collection, 1);
        Clock.Advance(Interval);
        await WriteAsync(collection, 2);
        Clock.Advance(Interval);
        await WriteAsync(collection, 3);
        Assert.NotNull(collection.Shards[0].LoadedStatistics);
        Clock.Advance(Interval);
        Clock.Advance(Interval);
        await PutAwayAsync(collection.Shards[0]);
    }

    [Fact]
    public async Task A_shard_without_the_option_stays()
    {
        var collection = await CreateAsync(await StartAsync(), OneShard);
        Clock.Advance(TimeSpan.FromDays(1));
        Clock.Advance(TimeSpan.FromDays(1));
        await WriteAsync(collection, 1);
        Assert.NotNull(collection.Shards[0].LoadedStatistics);
    }

    [Fact]
    public async Task What_was_put_away_gives_its_memory_back_and_its_next_use_finds_everything()
    {
        var directory = await StartAsync();
        var collection = await CreateAsync(directory, OneShard);
        await WriteAsync(collection, 1);
        var store = await StoreOfAsync(collection);
        await PassivateAsync(directory, collection.Shards[0]);
        Assert.Equal(0, directory.MemoryUsedBytes);
        Assert.Throws<ObjectDisposedException>(store.OpenView);
        Assert.Equal((0L, null, null), (collection.Shards[0].Health.PendingBytes, collection.Shards[0].Health.Statistics, collection.Shards[0].Health.LastUpkeepFailure));
        Assert.Equal([new ShardPosition(0, 2)], await WriteAsync(collection, 2));
        Assert.Equal(2, (await StoreOfAsync(collection)).Count);
        await PassivateAsync(directory, collection.Shards[0]);
        Assert.Equal(2, (await StoreOfAsync(collection)).Count);
    }

    [Fact]
    public async Task A_checkpoint_for_which_nobody_waits_any_more_keeps_no_shard()
    {
        var collection = await CreateAsync(await StartAsync(), OneShard);
        await WriteAsync(collection, 1);
        using var use = await collection.Shards[0].UseAsync(default);
        var request = new UpkeepRequest(UpkeepPurpose.Backup);
        request.Fail(new InvalidOperationException("The actor has stopped."));
        request.Complete(use.Store);
        Assert.False(use.Store.IsHeld);
    }

    [Fact]
    public async Task A_use_keeps_the_shard_and_so_does_a_write_that_is_under_way_or_was_abandoned()
    {
        var directory = await StartAsync();
        var collection = await CreateAsync(directory, OneShard);
        using (var use = await collection.Shards[0].UseAsync(default))
        {
            await LookAsync(directory, collection);
            Assert.Equal(0, use.Store.Count);
        }

        var (came, go) = Journal.HoldNext();
        using var cancellation = new CancellationTokenSource();
        var abandoned = WriteAsync(collection, 1, cancellation.Token);
        await came;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        for (var look = 0; look < 3; look++)
        {
            await directory.PassivateIdleAsync();
        }

        go.SetResult(null);
        await collection.Shards[0].DrainAsync();
        Assert.Equal(1, collection.Shards[0].LoadedStatistics!.LivePoints);
        await PassivateAsync(directory, collection.Shards[0]);
    }

    [Fact]
    public async Task An_open_view_and_a_leased_checkpoint_keep_the_shard()
    {
        var directory = await StartAsync();
        var collection = await CreateAsync(directory, OneShard);
        await WriteAsync(collection, 1);
        using (var view = (await StoreOfAsync(collection)).OpenView())
        {
            await LookAsync(directory, collection);
            Assert.Single(view.Get([PointId.FromNumber(1)], PointFields.Vector));
        }

        using (await collection.Shards[0].CheckpointAsync(default))
        {
            await LookAsync(directory, collection);
        }

        Assert.NotNull(collection.Shards[0].LoadedStatistics);
    }

    [Fact]
    public async Task There_is_no_actor_of_a_shard_that_was_not_used_or_was_put_away()
    {
        var directory = await StartAsync();
        await directory.CreateAsync(OneShard, default);
        Assert.Empty(await ShardActorsAsync());
        var collection = directory.Find(Words);
        await WriteAsync(collection, 1);
        Assert.Single(await ShardActorsAsync());
        await PassivateAsync(directory, collection.Shards[0]);
        while ((await ShardActorsAsync()).Length > 0)
        {
            await Task.Yield();
        }

        Assert.Equal(1, (await StoreOfAsync(collection)).Count);
        Assert.Single(await ShardActorsAsync());
    }

    [Fact]
    public async Task A_collection_can_be_dropped_while_its_shard_is_put_away_or_comes_to_rest()
    {
        var directory = await StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var collection = await CreateAsync(directory, OneShard);
            await WriteAsync(collection, 1);
            await directory.PassivateIdleAsync();
            await directory.PassivateIdleAsync();
            if (round % 2 == 0)
            {
                await PutAwayAsync(collection.Shards[0]);
            }

            await directory.DropAsync(Words, default);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreOfAsync(collection));
        }
    }

    [Fact]
    public async Task A_database_can_be_closed_while_shards_come_to_rest()
    {
        var directory = await StartAsync();
        var collection = await CreateAsync(directory, new CollectionSchema(Words, 2, Distance.Dot, 8));
        await directory.PassivateIdleAsync();
        await directory.PassivateIdleAsync();
        await directory.CloseAsync(new ObjectDisposedException("the database"));
        await System.Terminate();
        await directory.StopKeepersAsync();
        foreach (var shard in collection.Shards)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => StoreOfAsync(shard));
        }
    }

    [Fact]
    public async Task A_shard_of_which_something_failed_stays_and_says_so_until_it_has_succeeded()
    {
        var directory = await StartAsync(new ShardOptions(CheckpointEventBytes: 1 << 10));
        var collection = await CreateAsync(directory, OneShard);
        Journal.SnapshotFailure = new IOException("no snapshots today");
        var id = 0UL;
        while (collection.Shards[0].Health.LastUpkeepFailure is null)
        {
            await WriteAsync(collection, ++id);
        }

        var store = await StoreOfAsync(collection);
        await LookAsync(directory, collection);
        await LookAsync(directory, collection);
        Assert.Same(store, await StoreOfAsync(collection));
        Assert.Equal("no snapshots today", collection.Shards[0].Health.LastUpkeepFailure!.Message);
        await WriteAsync(collection, ++id);
        Journal.SnapshotFailure = null;
        while (collection.Shards[0].LoadedStatistics is not null)
        {
            await directory.PassivateIdleAsync();
        }
    }

    [Fact]
    public async Task No_shard_is_put_away_that_could_not_be_opened_again()
    {
        var canReopen = false;
        var directory = CatalogDirectory.Start(System, new ShardOptions(), new Storage.ShardDisk(Disk, "shards"), canReopen: () => Volatile.Read(ref canReopen));
        await directory.ReadyAsync(default);
        var collection = await CreateAsync(directory, OneShard);
        await LookAsync(directory, collection);
        Assert.NotNull(collection.Shards[0].LoadedStatistics);
        Volatile.Write(ref canReopen, true);
        await PassivateAsync(directory, collection.Shards[0]);
    }

    private async Task<IActorRef[]> ShardActorsAsync() =>
        [.. ((ActorRefWithCell)(await System.ActorSelection("/user/shards").Ask<ActorIdentity>(new Identify(null))).Subject).Children];

    /// <summary>Two looks without a use between them, and whatever the shard does of them. It is still open then.</summary>
    private async Task LookAsync(CatalogDirectory directory, CollectionHandle collection)
    {
        await directory.PassivateIdleAsync();
        await directory.PassivateIdleAsync();
        foreach (var actor in new[] { "/user/shards", "/user/shards/1-0", "/user/shards/1-0/shard" })
        {
            await System.ActorSelection(actor).Ask<ActorIdentity>(new Identify(null));
        }

        Assert.NotNull(collection.Shards[0].LoadedStatistics);
    }

    private static async Task PassivateAsync(CatalogDirectory directory, ShardHandle shard)
    {
        await directory.PassivateIdleAsync();
        await directory.PassivateIdleAsync();
        await PutAwayAsync(shard);
    }

    private static async Task PutAwayAsync(ShardHandle shard)
    {
        while (shard.LoadedStatistics is not null)
        {
            await Task.Yield();
        }
    }
}
