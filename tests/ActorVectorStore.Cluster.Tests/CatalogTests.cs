using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster.Tests;

public sealed class CatalogTests : ClusterTest
{
    [Fact]
    public async Task A_failed_change_is_answered_and_shards_do_not_notice()
    {
        var directory = await StartAsync();
        var collection = await CreateAsync(directory, OneShard);
        var store = await StoreOfAsync(collection);
        Journal.FailNext(new DiskFullException("data"));
        var other = new CollectionSchema(CollectionName.Parse("other"), 2, Distance.Dot, 1);
        await Assert.ThrowsAsync<StorageFullException>(() => directory.CreateAsync(other, default));
        await WriteAsync(collection, 1);
        await directory.CreateAsync(other, default);
        Assert.Same(collection, directory.Find(Words));
        Assert.Same(store, await StoreOfAsync(collection));
    }

    [Fact]
    public async Task A_rejected_change_is_answered_and_leaves_no_hole()
    {
        var directory = await StartAsync();
        Journal.RejectNext(new IOException("no"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => directory.CreateAsync(OneShard, default));
        await directory.CreateAsync(OneShard, default);
        Assert.Equal([1L], Journal.EventsOf(CatalogId).Select(stored => stored.SequenceNr));
    }

    [Fact]
    public async Task A_drop_that_was_stored_although_it_failed_is_done_when_the_catalog_returns()
    {
        var directory = await StartAsync();
        var collection = await CreateAsync(directory, OneShard);
        Journal.NextWrites.Enqueue(() =>
        {
            Journal.Store(CatalogId, 2, new CollectionDropped(Words));
            throw new IOException("late");
        });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => directory.DropAsync(Words, default));
        await directory.ReadyAsync(default);
        Assert.Throws<CollectionNotFoundException>(() => directory.Find(Words));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync(collection, 1));
    }

    [Fact]
    public async Task A_catalog_with_a_hole_among_its_events_refuses_to_open()
    {
        Journal.Store(CatalogId, 2, new CollectionCreated(OneShard));
        var error = await Assert.ThrowsAsync<CorruptionException>(StartAsyncDefault);
        Assert.Equal((CatalogId, "events from 1"), (error.File, error.Expected));
    }

    [Fact]
    public async Task A_catalog_of_which_only_the_number_of_events_is_left_refuses_to_open()
    {
        Journal.Highest[CatalogId] = 3;
        await Assert.ThrowsAsync<CorruptionException>(StartAsyncDefault);
    }

    [Fact]
    public async Task A_record_of_a_newer_program_is_told_with_its_place()
    {
        Journal.Store(CatalogId, 1, new UnreadableRecord("cx2", "a known record", "cx2", 2));
        var error = await Assert.ThrowsAsync<UnsupportedFormatException>(StartAsyncDefault);
        Assert.Contains("record 1 of 'catalog'", error.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drop_ends_reads_and_writes_that_wait_and_erases_when_the_shard_has_stopped()
    {
        var directory = await StartAsync();
        var collection = await CreateAsync(directory, OneShard);
        var (came, go) = Journal.HoldNext();
        var write = WriteAsync(collection, 1);
        await came;
        await directory.DropAsync(Words, default);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync(collection, 2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreOfAsync(collection));
        go.SetResult(null);
        await directory.CreateAsync(OneShard, default);
    }

    [Fact]
    public async Task Closing_lets_what_is_under_way_finish_and_refuses_the_rest()
    {
        var directory = await StartAsync();
        var collection = await CreateAsync(directory, OneShard);
        var (came, go) = Journal.HoldNext();
        var write = WriteAsync(collection, 1);
        await came;
        var closing = directory.CloseAsync(new ObjectDisposedException("database"));
        Assert.False(closing.IsCompleted);
        go.SetResult(null);
        await closing;
        await write;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync(collection, 2));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => directory.DropAsync(Words, default));
    }

    private Task StartAsyncDefault() => StartAsync();
}
