using System.Globalization;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using Akka.Actor;

namespace ActorVectorStore.Cluster;

/// <summary>
/// A shard as its callers see it: writes go through the actor's mailbox, bounded in bytes; reads open a view of the store and skip the mailbox. It
/// stays the same when the actor is restarted, and so does the store: only writes wait for the next incarnation. Any thread.
/// </summary>
public sealed class ShardHandle
{
    private readonly ActorDoor _door;
    private readonly ShardOptions _options;
    private readonly MemoryBudget _memory;
    private ShardStore? _store;
    private Exception? _snapshotFailure;
    private long _storeBytes;
    private long _pendingBytes;

    internal ShardHandle(string name, ShardOptions options, MemoryBudget memory)
    {
        (Name, _options, _memory) = (name, options, memory);
        _door = new ActorDoor(name);
    }

    /// <summary>Name for errors.</summary>
    public string Name { get; }

    /// <summary>How the shard is now.</summary>
    public ShardHealth Health => new(Name, Volatile.Read(ref _store)?.Statistics, Volatile.Read(ref _pendingBytes), Volatile.Read(ref _snapshotFailure));

    /// <summary>The store as the last incarnation left it; null before the first has recovered and after the end.</summary>
    internal ShardStore? LastStore => Volatile.Read(ref _store);

    /// <summary>The store, once the shard has recovered for the first time; from then on at once, also while its actor is away.</summary>
    /// <exception cref="StoreUnavailableException">The shard could not recover, or its collection was dropped.</exception>
    public async Task<ShardStore> StoreAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (LastStore is { } store)
            {
                return store;
            }

            await _door.IncarnationAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Completes when the writes that are under way now have completed or failed.</summary>
    public Task DrainAsync() => _door.DrainAsync();

    /// <summary>The incarnation that takes writes, once there is one.</summary>
    internal Task<ActorDoor.Incarnation> WriterAsync(CancellationToken cancellation) => _door.IncarnationAsync(cancellation);

    /// <summary>Takes room for a write until it is settled.</summary>
    /// <exception cref="OverloadedException">Too many bytes wait.</exception>
    /// <exception cref="CapacityExceededException">The write would make the database larger than its memory.</exception>
    internal void Reserve(ShardWrite write)
    {
        // A write larger than the whole queue still gets its turn when it is alone.
        var pending = Interlocked.Add(ref _pendingBytes, write.Bytes);
        if (pending > _options.QueueBytesMax && pending != write.Bytes)
        {
            Interlocked.Add(ref _pendingBytes, -write.Bytes);
            throw new OverloadedException(
                $"writes waiting for {Name}", string.Create(CultureInfo.InvariantCulture, $"{_options.QueueBytesMax} bytes"));
        }

        try
        {
            TakeMemory(write);
        }
        catch (CapacityExceededException)
        {
            Interlocked.Add(ref _pendingBytes, -write.Bytes);
            throw;
        }

        write.OnSettling(_ =>
        {
            Interlocked.Add(ref _pendingBytes, -write.Bytes);
            _memory.Add(-write.Bytes);
        });
    }

    internal void Send(ActorDoor.Incarnation to, ShardWrite write) => _door.Send(to, write);

    internal void Opened(IActorRef actor, ShardStore store)
    {
        Volatile.Write(ref _store, store);
        MemoryChanged(store);
        if (!_door.Opened(actor))
        {
            LetGoOfStore();
        }
    }

    /// <summary>The actor cannot recover: callers are told why, until another attempt succeeds.</summary>
    internal void Failed(Exception cause) => _door.Refuse(cause);

    /// <summary>The actor has stopped. Without space the next write is told so at once; otherwise it waits for the next incarnation.</summary>
    internal void Stopped(Exception cause)
    {
        _door.Stopped(cause);
        if (cause is StorageFullException)
        {
            _door.Refuse(cause);
        }

        if (_door.IsClosed)
        {
            LetGoOfStore();
        }
    }

    /// <summary>The shard is gone for good: writes and waiting reads fail with the cause. Views that are open stay readable.</summary>
    internal void Close(Exception cause)
    {
        _door.Close(cause);
        LetGoOfStore();
    }

    internal void MemoryChanged(ShardStore store)
    {
        var bytes = store.MemoryBytes;
        _memory.Add(bytes - Interlocked.Exchange(ref _storeBytes, bytes));
    }

    internal void SnapshotEnded(Exception? failure) => Volatile.Write(ref _snapshotFailure, failure);

    internal StoreUnavailableException Unavailable(string reason, Exception? cause = null) => _door.Unavailable(reason, cause);

    private void LetGoOfStore()
    {
        Volatile.Write(ref _store, null);
        _memory.Add(-Interlocked.Exchange(ref _storeBytes, 0));
    }

    private void TakeMemory(ShardWrite write)
    {
        if (write.IsUpsert)
        {
            _memory.Take(write.Bytes);
        }
        else
        {
            // Deletes must work when memory is short.
            _memory.Add(write.Bytes);
        }
    }
}
