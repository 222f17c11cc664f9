using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster.Tests;

public sealed class ShardActorTests : ClusterTest
{
    private static ShardEvent Event(ulong id) => new(OperationCodec.Encode([Upsert(id)]));

    [Fact]
    public async Task A_shard_whose_first_events_are_missing_refuses_to_open_and_says_which()
    {
        Journal.Store(CatalogId, 1, new CollectionCreated(OneShard));
        Journal.Store(ShardId(0), 4, Event(4));
        var directory = await StartAsync();
        var error = await Assert.ThrowsAsync<CorruptionException>(() => StoreOfAsync(directory.Find(Words)));
        Assert.Equal((ShardId(0), "events from 1 or a checkpoint that covers them"), (error.File, error.Expected));
    }

    [Fact]
    public async Task A_shard_with_a_hole_among_its_events_refuses_to_open()
    {
        Journal.Store(CatalogId, 1, new CollectionCreated(OneShard));
        Journal.Store(ShardId(0), 1, Event(1));
        Journal.Store(ShardId(0), 3, Event(3));
        var directory = await StartAsync();
        var error = await Assert.ThrowsAsync<CorruptionException>(() => StoreOfAsync(directory.Find(Words)));
        Assert.Equal("events from 2 or a checkpoint that covers them", error.Expected);
    }

    [Fact]
    public async Task A_shard_of_which_only_the_number_of_events_is_left_refuses_to_open()
    {
        Journal.Store(CatalogId, 1, new CollectionCreated(OneShard));
        Journal.Highest[ShardId(0)] = 7;
        var directory = await StartAsync();
        var error = await Assert.ThrowsAsync<CorruptionException>(() => StoreOfAsync(directory.Find(Words)));
        Assert.Equal("events from 1 or a checkpoint that covers them", error.Expected);
    }

    [Fact]
    public async Task Reads_go_on_with_the_same_store_when_a_write_has_failed_and_the_next_write_waits_for_the_shard_to_return()
    {
        var collection = await CreateAsync(await StartAsync(), OneShard);
        await WriteAsync(collection, 1);
        var store = await StoreOfAsync(collection);
        Journal.FailNext(new IOException("broken"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync(collection, 2));
        Assert.Same(store, await StoreOfAsync(collection));
        Assert.Equal(1, store.Count);
        Assert.Equal([new ShardPosition(0, 2)], await WriteAsync(collection, 3));
        Assert.Same(store, await StoreOfAsync(collection));
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public async Task An_event_that_was_stored_although_its_write_failed_is_applied_when_the_shard_returns()
    {
        var collection = await CreateAsync(await StartAsync(), OneShard);
        await WriteAsync(collection, 1);
        Journal.NextWrites.Enqueue(() =>
        {
            Journal.Store(ShardId(0), 2, Event(2));
            throw new IOException("late");
        });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync(collection, 2));
        Assert.Equal([new ShardPosition(0, 3)], await WriteAsync(collection, 3));
        Assert.Equal(3, (await StoreOfAsync(collection)).Count);
    }

    [Fact]
    public async Task A_full_disk_gets_a_typed_error_and_writes_resume_when_there_is_space()
    {
        var collection = await CreateAsync(await StartAsync(), OneShard);
        Journal.FailNext(new DiskFullException("data"));
        await Assert.ThrowsAsync<StorageFullException>(() => WriteAsync(collection, 1));
        await Retry.UntilAsync(() => WriteAsync(collection, 1), e => e is StorageFullException);
        Assert.Equal(1, (await StoreOfAsync(collection)).Count);
    }

    [Fact]
    public async Task A_rejected_event_leaves_no_hole()
    {
        var collection = await CreateAsync(await StartAsync(), OneShard);
        await WriteAsync(collection, 1);
        Journal.RejectNext(new IOException("not this one"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync(collection, 2));
        Assert.Equal([new ShardPosition(0, 2)], await WriteAsync(collection, 3));
        Assert.Equal([1L, 2L], Journal.EventsOf(ShardId(0)).Select(stored => stored.SequenceNr));
    }

    [Fact]
    public async Task What_is_logged_and_applied_was_copied_before_the_caller_could_change_it()
    {
        var collection = await CreateAsync(await StartAsync(), OneShard);
        var (came, go) = Journal.HoldNext();
        var first = WriteAsync(collection, 1);
        await came;
        var vector = new[] { 5f, 0f };
        using var cancellation = new CancellationTokenSource();
        var second = collection.WriteAsync([(0, new UpsertPoints([new Point(PointId.FromNumber(2), vector)]))], cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        vector[0] = float.NaN;
        go.SetResult(null);
        await first;
        await collection.Shards[0].DrainAsync();
        using var view = (await StoreOfAsync(collection)).OpenView();
        Assert.Equal(5, view.Get([PointId.FromNumber(2)], PointFields.Vector)[0].Vector!.Value.Span[0]);
        var logged = (UpsertPoints)OperationCodec.Decode(((ShardEvent)Journal.EventsOf(ShardId(0))[1].Payload).Operations)[0];
        Assert.Equal(5, logged.Points[0].Vector.Span[0]);
    }

    [Fact]
    public async Task Writes_that_wait_share_an_event_and_each_is_told_its_index()
    {
        var collection = await CreateAsync(await StartAsync(), OneShard);
        var (came, go) = Journal.HoldNext();
        var first = WriteAsync(collection, 1);
        await came;
        var others = Enumerable.Range(2, 5).Select(id => WriteAsync(collection, (ulong)id)).ToArray();
        go.SetResult(null);
        Assert.Equal([new ShardPosition(0, 1)], await first);
        Assert.All(await Task.WhenAll(others), positions => Assert.InRange(positions[0].Index, 2, 6));
        Assert.Equal(6, (await StoreOfAsync(collection)).Count);
    }
}
