using System.Diagnostics;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Owns one partition of a collection. Writes that wait are folded into one event; an event is applied when it is durable, at its sequence number as
/// index, and then its writers are answered. Recovers from the newest checkpoint and the events behind it, or, where an incarnation before it in this
/// process left its store, from that and the events behind it.
/// </summary>
/// <remarks>
/// <para>A checkpoint covers the events up to an index of its own, mostly not all of them: it is saved under that number by a message to the snapshot store, because
/// the framework's own call would give it the number of the last event.</para>
/// <para>Sequence numbers have no holes: whatever goes wrong with an event stops the actor, and the next incarnation continues behind what is stored.
/// So a number that is missing at recovery is a loss, and is told.</para>
/// </remarks>
internal sealed class ShardActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>The dispatcher that shards run on: applying and restoring are work for a processor, of which actors that only pass messages want some.</summary>
    public const string Dispatcher = "akka.actor.avs-shard-dispatcher";

    // Whoever opens a database wants its first answers, not the disk to be tidied.
    private static readonly TimeSpan EconomyDelay = TimeSpan.FromSeconds(1);

    private readonly PendingWrites _writes = new();
    private readonly CollectionSchema _schema;
    private readonly ShardHandle _handle;
    private readonly ShardEnvironment _environment;
    private readonly bool _continuesStore;
    private readonly long _began = Stopwatch.GetTimestamp();
    private ShardStore? _store;
    private long _replayedBytes;
    private long? _stalledSince;
    private int _unansweredDeletions;
    private bool _isResting;
    private Exception? _stopCause;

    public ShardActor(ShardIdentity identity, ShardHandle handle, ShardEnvironment environment)
    {
        (PersistenceId, _schema, _handle, _environment) = (identity.PersistenceId, identity.Schema, handle, environment);
        Place = environment.Disk.PlaceOf(identity.ActorName) with { OnDamage = handle.DamageFound };
        _continuesStore = handle.LastStore is { IsWhole: true };
        _store = _continuesStore ? handle.LastStore : null;

        Recover<SnapshotOffer>(Restore);
        Recover<ShardEvent>(Replay);
        Recover<UnreadableRecord>(unreadable => throw unreadable.Explained(PersistenceId, LastSequenceNr));
        Recover<RecoveryCompleted>(_ => Open());

        Command<ShardWrite>(Accept);
        Command<UpkeepRequest>(request => Keeper.Accept(request));
        Command<RelieveMemory>(_ => Keeper.Relieve());
        Command<UpkeepEnded>(_ => KeepUp());
        Command<DerivedDamageFound>(_ => KeepUp());
        Command<EconomyBegins>(_ => Keeper.BeginEconomy());
        Command<SaveSnapshotSuccess>(Saved);
        Command<SaveSnapshotFailure>(failure => Keeper.SaveFailed(failure.Metadata.SequenceNr, failure.Cause));
        Command<DeleteMessagesSuccess>(_ => _unansweredDeletions--);
        Command<DeleteMessagesFailure>(failure => LogKept(failure.Cause));
        Command<DeleteSnapshotsSuccess>(_ => _unansweredDeletions--);
        Command<DeleteSnapshotsFailure>(failure => LogKept(failure.Cause));
        Command<Rest>(rest => RestIfIdle(rest.ActorName));
    }

    private ShardPlace Place { get; }

    // Made when it is needed first, which is inside the recovery: if the disk refuses, whoever waits for the shard is told.
    private ShardStore Store => _store ??= ShardStore.Create(_schema, Place, _environment.StoreOptions);

    private ShardKeeper Keeper => _handle.Keeper!;

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    public override Recovery Recovery => _continuesStore ? new Recovery(SnapshotSelectionCriteria.None) : Recovery.Default;

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => RecoveryFailed(Explained(reason));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _stopCause = Explained(cause);

    // Going on would leave a hole in the sequence numbers, which nobody could tell from a lost event.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _stopCause = Explained(cause);
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        EndStall();
        _handle.Stopped(_stopCause ?? _handle.Unavailable("it has stopped"));
        if (_isResting)
        {
            _handle.PutAway();
        }

        base.PostStop();
    }

    private void Restore(SnapshotOffer offer)
    {
        if (offer.Snapshot is UnreadableRecord unreadable)
        {
            throw unreadable.Explained(PersistenceId, offer.Metadata.SequenceNr);
        }

        _store = offer.Snapshot switch
        {
            ShardManifestBytes manifest => ShardStore.Open(_schema, Place, _environment.StoreOptions, manifest.Bytes, PersistenceId),
            ShardSnapshotBytes points => ShardStore.Restore(
                _schema, Place, _environment.StoreOptions, new MemoryStream(points.Bytes, writable: false), PersistenceId),
            _ => throw Damaged("a checkpoint of a shard", offer.Snapshot.GetType().Name),
        };
        if (Store.AppliedIndex != offer.Metadata.SequenceNr)
        {
            throw Damaged($"a checkpoint at {offer.Metadata.SequenceNr}", $"one at {Store.AppliedIndex}");
        }
    }

    private void Replay(ShardEvent shardEvent)
    {
        if (_continuesStore && LastSequenceNr <= Store.AppliedIndex)
        {
            return;
        }

        if (LastSequenceNr != Store.AppliedIndex + 1)
        {
            throw Missing(LastSequenceNr);
        }

        try
        {
            Store.Apply(LastSequenceNr, shardEvent.Operations);
        }
        catch (VectorDatabaseException e) when (e is MalformedOperationException or InvalidRequestException)
        {
            throw Damaged("an event of this collection", e.Message);
        }

        _replayedBytes += shardEvent.Operations.Length;
    }

    // All events behind the checkpoint may have been deleted, and it with them: the journal still knows how many there were.
    private void Open()
    {
        try
        {
            RequireWholeStore();
        }
        catch (Exception e)
        {
            _stopCause = Explained(e);
            RecoveryFailed(_stopCause);
            Context.Stop(Self);
            return;
        }

        _handle.Opened(Self, Store, _continuesStore);
        _environment.Observer?.UpkeepEnded(
            new UpkeepReport(_handle.Name, UpkeepKind.Recovery, Stopwatch.GetElapsedTime(_began), _replayedBytes, WrittenBytes: 0));
        Keeper.Attach(Self, SendSave);
        Keeper.EventApplied(_replayedBytes);
        Timers.StartSingleTimer(nameof(EconomyBegins), EconomyBegins.Instance, EconomyDelay);
    }

    private void RecoveryFailed(Exception cause)
    {
        _environment.Observer?.UpkeepFailed(_handle.Name, UpkeepKind.Recovery, cause);
        _handle.Failed(cause);
    }

    private void RequireWholeStore()
    {
        if (LastSequenceNr != Store.AppliedIndex)
        {
            throw Missing(LastSequenceNr + 1);
        }

        if (!_continuesStore)
        {
            Store.RemoveUnreferencedFiles();
        }
    }

    private void Accept(ShardWrite write)
    {
        if (write.Completion.IsCompleted)
        {
            return;
        }

        if (Keeper.IsPoisoned)
        {
            write.Fail(Explained(Keeper.LastFailure!));
            return;
        }

        try
        {
            Store.Check(write.Operations);
        }
        catch (VectorDatabaseException e)
        {
            write.Fail(e);
            return;
        }

        _writes.Enqueue(write);
        if (Keeper.IsStuck)
        {
            Keeper.Retry();
        }

        PersistNext();
    }

    // Writes wait, up to the bound of their queue, as long as rows come faster than they are written to files.
    private void PersistNext()
    {
        if (Keeper.IsStuck)
        {
            _writes.FailWaiting(Explained(Keeper.LastFailure ?? new IOException("Rows cannot be written to disk.")));
        }

        if (Keeper.IsStalled && _writes.IsAnyWaiting)
        {
            BeginStall();
            return;
        }

        EndStall();
        if (_writes.TryFold(Rehearsed, out var folded))
        {
            PersistAsync(new ShardEvent(folded), Persisted);
        }
    }

    // What meets damage on disk must not be logged: it could not be applied at any replay.
    private Exception? Rehearsed(ShardWrite write)
    {
        try
        {
            Store.Rehearse(write.Operations);
            return null;
        }
        catch (Exception e)
        {
            return Explained(e);
        }
    }

    private void BeginStall()
    {
        if (_stalledSince is null)
        {
            _stalledSince = Stopwatch.GetTimestamp();
            _environment.Observer?.WritesStalled(_handle.Name);
        }
    }

    private void EndStall()
    {
        if (_stalledSince is { } since)
        {
            _stalledSince = null;
            _environment.Observer?.WritesResumed(_handle.Name, Stopwatch.GetElapsedTime(since));
        }
    }

    private void Persisted(ShardEvent shardEvent)
    {
        var outcomes = Store.Apply(LastSequenceNr, _writes.Operations);
        _handle.MemoryChanged(Store);
        _environment.Observer?.OperationsApplied(shardEvent.Operations.Length);
        _writes.Complete(LastSequenceNr, outcomes);
        Keeper.EventApplied(shardEvent.Operations.Length);
        PersistNext();
    }

    private void KeepUp()
    {
        Keeper.Step();
        _handle.MemoryChanged(Store);
        PersistNext();
    }

    private void SendSave(CheckpointSave save) => SnapshotStore.Tell(
        new SaveSnapshot(new SnapshotMetadata(PersistenceId, save.Index, DateTime.UtcNow), new ShardManifestBytes(save.Manifest)), Self);

    /// <summary>The checkpoint is durable: what it covers may go.</summary>
    private void Saved(SaveSnapshotSuccess saved)
    {
        _handle.LogKept(failure: null);
        Keeper.Saved(saved.Metadata.SequenceNr);
        _unansweredDeletions += 2;
        DeleteMessages(saved.Metadata.SequenceNr);
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
    }

    private void LogKept(Exception cause)
    {
        _unansweredDeletions--;
        _handle.LogKept(cause);
    }

    // A shard of which something failed stays: what it says of it would be gone, and whoever comes would find it again. What is not settled yet is asked for again.
    private void RestIfIdle(string actorName)
    {
        if (Keeper.Settle() && _unansweredDeletions == 0 && _handle.Health.LastUpkeepFailure is null && _environment.CanReopen() && _handle.TryRest())
        {
            _isResting = true;
            Become(() => CommandAny(_ => { }));
            Sender.Tell(new ShardRests(actorName));
        }
    }

    private CorruptionException Missing(long found) => Damaged(
        $"events from {Store.AppliedIndex + 1} or a checkpoint that covers them", $"none before {found}");

    private CorruptionException Damaged(string expected, string found) => new(PersistenceId, LastSequenceNr, expected, found);

    private Exception Explained(Exception cause) => cause switch
    {
        AggregateException { InnerException: { } inner } => Explained(inner),
        DiskFullException full => new StorageFullException(full.Path, full),
        CorruptionException or UnsupportedFormatException or UnsupportedOperationException => cause,
        _ => _handle.Unavailable(cause.Message, cause),
    };
}
