using System.Globalization;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using Akka.Actor;

namespace ActorVectorStore.Cluster;

/// <summary>
/// A shard as its callers see it: writes go through the actor's mailbox, bounded in bytes; reads open a view of the store and skip the mailbox. It
/// stays the same when the actor is restarted, and so does the store: only writes wait for the next incarnation. A shard that nobody uses is put away, and
/// opened again by its next use. Any thread.
/// </summary>
public sealed class ShardHandle
{
    private readonly ActorDoor _door;
    private readonly ShardIdentity _identity;
    private readonly ShardEnvironment _environment;
    private readonly Action<StartShard> _start;
    private readonly RestGate _gate = new();
    private ShardStore? _store;
    private ShardKeeper? _keeper;
    private Exception? _logFailure;
    private ShardDamage? _lastDamage;
    private int _isActivated;
    private long _storeBytes;
    private long _pendingBytes;

    /// <summary>A shard that nobody has used yet.</summary>
    /// <param name="identity">Which shard.</param>
    /// <param name="environment">What it shares with others.</param>
    /// <param name="start">Starts its actor; called when it is used first, and first after a rest.</param>
    internal ShardHandle(ShardIdentity identity, ShardEnvironment environment, Action<StartShard> start)
    {
        (_identity, _environment, _start) = (identity, environment, start);
        _door = new ActorDoor(this);
    }

    /// <summary>Name for errors.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"shard {_identity.Shard} of collection '{_identity.Schema.Name}'");

    /// <summary>How the shard is now.</summary>
    public ShardHealth Health =>
        new(Name, LoadedStatistics, Volatile.Read(ref _pendingBytes), _keeper?.LastFailure ?? Volatile.Read(ref _logFailure)) { LastDamage = Volatile.Read(ref _lastDamage) };

    /// <summary>What the shard holds; null if it is not open: not used yet, or put away. Opens nothing.</summary>
    public ShardStatistics? LoadedStatistics => LastStore?.Statistics;

    /// <summary>The store as the last incarnation left it; null before the first has recovered, while the shard is put away, and after the end.</summary>
    internal ShardStore? LastStore => Volatile.Read(ref _store);

    /// <summary>What keeps the last store small; null while there is none.</summary>
    internal ShardKeeper? Keeper => Volatile.Read(ref _keeper);

    /// <summary>The store, once the shard has recovered; as long as it is not put away at once, also while its actor is away. Dispose of it.</summary>
    /// <exception cref="StoreUnavailableException">The shard could not recover, or its collection was dropped.</exception>
    public async Task<ShardUse> UseAsync(CancellationToken cancellation)
    {
        await EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (LastStore is { } store)
                {
                    return new ShardUse(store, _gate);
                }

                await _door.IncarnationAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch
        {
            _gate.Leave();
            throw;
        }
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Completes when the writes that are under way now have completed or failed.</summary>
    public Task DrainAsync() => _door.DrainAsync();

    /// <summary>The incarnation that takes writes, once there is one. It is a use of the shard, which ends when what is sent is settled, or by <see cref="Forgo"/>.</summary>
    internal async Task<ActorDoor.Incarnation> WriterAsync(CancellationToken cancellation)
    {
        await EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await _door.IncarnationAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            _gate.Leave();
            throw;
        }
    }

    /// <summary>Nothing will be sent to the incarnation.</summary>
    internal void Forgo() => _gate.Leave();

    /// <summary>Sends one request to the incarnation that its sender has got before.</summary>
    internal void Send(ActorDoor.Incarnation to, PendingRequest request)
    {
        request.OnSettling(_ => _gate.Leave());
        _door.Send(to, request);
    }

    /// <summary>Gives back all the room on disk that can be given back.</summary>
    internal Task CompactAsync(CompactionReporter? reporter, CancellationToken cancellation) =>
        SendAsync(new UpkeepRequest(UpkeepPurpose.Compaction, reporter), cancellation);

    /// <summary>Writes what is in memory to files, and waits for their vector indexes.</summary>
    internal Task IndexAsync(IndexReporter? reporter, CancellationToken cancellation) =>
        SendAsync(new UpkeepRequest(UpkeepPurpose.Indexing, indexReporter: reporter), cancellation);

    /// <summary>A checkpoint of all that was acknowledged before. Dispose of it.</summary>
    public async Task<CheckpointLease> CheckpointAsync(CancellationToken cancellation)
    {
        var request = new UpkeepRequest(UpkeepPurpose.Backup);
        try
        {
            await SendAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The answer may still come, with files that nobody waits for.
            _ = request.Completion.ContinueWith(
                _ => request.Lease?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }

        return request.Lease ?? throw Unavailable("its checkpoint was overtaken by another");
    }

    /// <summary>Makes a checkpoint of a shard that is in use, if the next opening would be slower without; never fails.</summary>
    internal async Task SettleAsync()
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (LastStore is not null && _door.Current is not null)
            {
                await SendAsync(new UpkeepRequest(UpkeepPurpose.Closing), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Asks the shard, if it is in use, to write to disk what it has in memory.</summary>
    internal void Relieve() => _door.Current?.Tell(RelieveMemory.Instance, ActorRefs.NoSender);

    /// <summary>Ends all background work of a shard whose actor has stopped, and lets go of its files.</summary>
    internal async Task StopKeeperAsync()
    {
        if (Interlocked.Exchange(ref _keeper, null) is { } keeper)
        {
            await keeper.StopAsync().ConfigureAwait(false);
            keeper.Dispose();
        }
    }

    /// <summary>Takes room for a write until it is settled.</summary>
    /// <exception cref="OverloadedException">Too many bytes wait, or are in memory.</exception>
    /// <exception cref="CapacityExceededException">The write is larger than the database's memory.</exception>
    internal void Reserve(ShardWrite write)
    {
        // A write larger than the whole queue still gets its turn when it is alone.
        var pending = Interlocked.Add(ref _pendingBytes, write.Bytes);
        if (pending > _environment.Options.QueueBytesMax && pending != write.Bytes)
        {
            Interlocked.Add(ref _pendingBytes, -write.Bytes);
            _environment.Observer?.WriteRefused(Name, WriteBound.Queue);
            throw new OverloadedException(
                $"writes waiting for {Name}", string.Create(CultureInfo.InvariantCulture, $"{_environment.Options.QueueBytesMax} bytes"));
        }

        try
        {
            TakeMemory(write);
        }
        catch (VectorDatabaseException)
        {
            Interlocked.Add(ref _pendingBytes, -write.Bytes);
            _environment.Observer?.WriteRefused(Name, WriteBound.Memory);
            throw;
        }

        write.OnSettling(_ =>
        {
            Interlocked.Add(ref _pendingBytes, -write.Bytes);
            _environment.Memory.Add(-write.Bytes);
        });
    }

    /// <summary>Whether nobody uses the shard, or has since this was asked last.</summary>
    internal bool IsQuietSinceLastAsked() => _gate.IsQuietSinceLastAsked();

    /// <summary>Comes to rest, if nobody uses the shard, or has since it was asked whether it is quiet: its actor gets no requests any more, and stops.</summary>
    internal bool TryRest()
    {
        if (!_gate.TryRest())
        {
            return false;
        }

        // Closed meanwhile: nobody may wait for the end of a rest that nobody ends.
        if (_door.IsClosed)
        {
            _gate.StopWaiting();
        }

        return true;
    }

    /// <summary>The actor has stopped to rest: memory, mappings and files are let go of.</summary>
    internal void PutAway()
    {
        Interlocked.Exchange(ref _keeper, null)?.Dispose();
        LetGoOfStore();
    }

    /// <summary>Nothing is left of the actor: the next use may start another.</summary>
    internal void EndRest()
    {
        Volatile.Write(ref _isActivated, 0);
        _gate.EndRest();
    }

    internal void Opened(IActorRef actor, ShardStore store, bool isSameStore)
    {
        if (!isSameStore)
        {
            // A store that an apply left half-way is nobody's any more; what still runs for it ends by itself.
            _ = Keeper?.StopAsync();
            Volatile.Write(ref _keeper, new ShardKeeper(Name, store, _environment));
        }

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
        _gate.StopWaiting();
    }

    internal void MemoryChanged(ShardStore store)
    {
        var bytes = store.MemoryBytes;
        _environment.Memory.Add(bytes - Interlocked.Exchange(ref _storeBytes, bytes));
    }

    /// <summary>Events that a checkpoint covers could not be let go of; null: they could.</summary>
    internal void LogKept(Exception? failure) => Volatile.Write(ref _logFailure, failure);

    /// <summary>A read touched damage. Any thread.</summary>
    internal void DamageFound(ShardDamage damage)
    {
        Volatile.Write(ref _lastDamage, damage);
        _environment.Observer?.DamageFound(Name, damage);
        if (damage.IsDerived)
        {
            _door.Current?.Tell(DerivedDamageFound.Instance, ActorRefs.NoSender);
        }
    }

    internal StoreUnavailableException Unavailable(string reason, Exception? cause = null) => _door.Unavailable(reason, cause);

    private async Task SendAsync(UpkeepRequest request, CancellationToken cancellation)
    {
        Send(await WriterAsync(cancellation).ConfigureAwait(false), request);
        await request.Completion.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private async ValueTask EnterAsync(CancellationToken cancellation)
    {
        await _gate.EnterAsync(cancellation).ConfigureAwait(false);
        Activate();
    }

    private void Activate()
    {
        if (Volatile.Read(ref _isActivated) == 0 && Interlocked.Exchange(ref _isActivated, 1) == 0)
        {
            _start(new StartShard(_identity, this));
        }
    }

    private void LetGoOfStore()
    {
        Volatile.Write(ref _store, null);
        _environment.Memory.Add(-Interlocked.Exchange(ref _storeBytes, 0));
    }

    private void TakeMemory(ShardWrite write)
    {
        if (write.CanGrow)
        {
            _environment.Memory.Take(write.Bytes);
        }
        else
        {
            // Deletes must work when memory is short.
            _environment.Memory.Add(write.Bytes);
        }
    }
}
