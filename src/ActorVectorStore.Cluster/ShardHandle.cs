using System.Collections.Concurrent;
using System.Globalization;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using Akka.Actor;

namespace ActorVectorStore.Cluster;

/// <summary>
/// A shard as its callers see it: writes go through the actor's mailbox, bounded in bytes; reads open a view of the store and skip the mailbox. It
/// stays the same when the actor is restarted. Any thread.
/// </summary>
public sealed class ShardHandle
{
    private readonly ConcurrentDictionary<ShardWrite, byte> _pending = new();
    private readonly ShardOptions _options;
    private TaskCompletionSource<ShardStore> _store = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IActorRef _actor = ActorRefs.Nobody;
    private long _pendingBytes;

    internal ShardHandle(string name, ShardOptions options)
    {
        Name = name;
        _options = options;
    }

    /// <summary>Name for errors.</summary>
    public string Name { get; }

    /// <summary>The store, once the shard has recovered.</summary>
    /// <exception cref="StoreUnavailableException">The shard could not recover.</exception>
    public Task<ShardStore> StoreAsync(CancellationToken cancellation) => Volatile.Read(ref _store).Task.WaitAsync(cancellation);

    /// <summary>Sends an operation to the shard; completes when it is durable and visible.</summary>
    /// <exception cref="OverloadedException">Too many bytes wait.</exception>
    public async Task<long> WriteAsync(ShardOperation operation, CancellationToken cancellation)
    {
        await StoreAsync(cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        var write = new ShardWrite(operation, OperationCodec.Size([operation]));
        if (Interlocked.Add(ref _pendingBytes, write.Bytes) > _options.QueueBytesMax && !_pending.IsEmpty)
        {
            Interlocked.Add(ref _pendingBytes, -write.Bytes);
            throw new OverloadedException(
                $"writes waiting for {Name}", string.Create(CultureInfo.InvariantCulture, $"{_options.QueueBytesMax} bytes"));
        }

        _pending[write] = 0;
        try
        {
            Volatile.Read(ref _actor).Tell(write);
            if (!Volatile.Read(ref _store).Task.IsCompletedSuccessfully)
            {
                // The actor stopped in between; it may not have seen the write.
                write.Fail(Unavailable("it has stopped"));
            }

            return await write.Completion.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _pending.TryRemove(write, out _);
            Interlocked.Add(ref _pendingBytes, -write.Bytes);
        }
    }

    /// <summary>Completes when the writes that are under way now have completed or failed.</summary>
    public async Task DrainAsync()
    {
        foreach (var write in _pending.Keys)
        {
            await ((Task)write.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal void Opened(IActorRef actor, ShardStore store)
    {
        Volatile.Write(ref _actor, actor);
        if (!Volatile.Read(ref _store).TrySetResult(store))
        {
            var opened = new TaskCompletionSource<ShardStore>(TaskCreationOptions.RunContinuationsAsynchronously);
            opened.SetResult(store);
            Volatile.Write(ref _store, opened);
        }
    }

    /// <summary>The actor cannot recover: callers are told why, until another attempt succeeds.</summary>
    internal void Failed(Exception cause)
    {
        var failed = new TaskCompletionSource<ShardStore>(TaskCreationOptions.RunContinuationsAsynchronously);
        failed.SetException(cause);
        _ = failed.Task.Exception;
        if (!Volatile.Read(ref _store).TrySetException(cause))
        {
            Volatile.Write(ref _store, failed);
        }
    }

    /// <summary>The actor has stopped: what is under way has an unknown outcome; new requests wait for the next incarnation.</summary>
    internal void Stopped(Exception cause)
    {
        if (Volatile.Read(ref _store).Task.IsCompletedSuccessfully)
        {
            Volatile.Write(ref _store, new TaskCompletionSource<ShardStore>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        foreach (var write in _pending.Keys)
        {
            write.Fail(cause);
        }
    }

    internal StoreUnavailableException Unavailable(string reason, Exception? cause = null) =>
        new(Name, $"{reason}; whether the writes under way were stored is unknown", cause);
}
