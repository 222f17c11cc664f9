using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using Akka.Persistence;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Owns one partition of a collection. Writes that wait are folded into one event; an event is applied when it is durable, at its sequence number as
/// index, and then its writers are answered. Recovers from the newest snapshot and the events behind it, or, where an incarnation before it in this
/// process left its store, from that and the events behind it.
/// </summary>
/// <remarks>
/// <para>At most one event is under way, so that a snapshot taken when it has been applied covers all that was persisted: the framework would give the
/// snapshot the number of the last event, applied or not.</para>
/// <para>Sequence numbers have no holes: whatever goes wrong with an event stops the actor, and the next incarnation continues behind what is stored.
/// So a number that is missing at recovery is a loss, and is told.</para>
/// </remarks>
internal sealed class ShardActor : ReceivePersistentActor
{
    /// <summary>The dispatcher that shards run on: applying and restoring are work for a processor, of which actors that only pass messages want some.</summary>
    public const string Dispatcher = "akka.actor.avs-shard-dispatcher";

    private readonly PendingWrites _writes = new();
    private readonly CollectionSchema _schema;
    private readonly ShardHandle _handle;
    private readonly ShardOptions _options;
    private readonly bool _continuesStore;
    private ShardStore _store;
    private ReadView? _snapshot;
    private long _eventBytes;
    private Exception? _stopCause;

    public ShardActor(string persistenceId, CollectionSchema schema, ShardHandle handle, ShardOptions options)
    {
        (PersistenceId, _schema, _handle, _options) = (persistenceId, schema, handle, options);
        _continuesStore = handle.LastStore is { IsWhole: true };
        _store = _continuesStore ? handle.LastStore! : new ShardStore(schema);

        Recover<SnapshotOffer>(Restore);
        Recover<ShardEvent>(Replay);
        Recover<UnreadableRecord>(unreadable => throw unreadable.Explained(PersistenceId, LastSequenceNr));
        Recover<RecoveryCompleted>(_ => Open());

        Command<ShardWrite>(Accept);
        Command<SaveSnapshotSuccess>(Saved);
        Command<SaveSnapshotFailure>(failure => SnapshotFailed(failure.Cause));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failure => _handle.SnapshotEnded(failure.Cause));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failure => _handle.SnapshotEnded(failure.Cause));
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => _continuesStore ? new Recovery(SnapshotSelectionCriteria.None) : Recovery.Default;

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _handle.Failed(Explained(reason));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _stopCause = Explained(cause);

    // Going on would leave a hole in the sequence numbers, which nobody could tell from a lost event.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _stopCause = Explained(cause);
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        CloseSnapshot();
        _handle.Stopped(_stopCause ?? _handle.Unavailable("it has stopped"));
        base.PostStop();
    }

    private void Restore(SnapshotOffer offer)
    {
        if (offer.Snapshot is UnreadableRecord unreadable)
        {
            throw unreadable.Explained(PersistenceId, offer.Metadata.SequenceNr);
        }

        var bytes = ((ShardSnapshotBytes)offer.Snapshot).Bytes;
        _store = ShardStore.Restore(_schema, new MemoryStream(bytes, writable: false), PersistenceId);
        if (_store.AppliedIndex != offer.Metadata.SequenceNr)
        {
            throw Damaged($"a snapshot at {offer.Metadata.SequenceNr}", $"one at {_store.AppliedIndex}");
        }
    }

    private void Replay(ShardEvent shardEvent)
    {
        if (_continuesStore && LastSequenceNr <= _store.AppliedIndex)
        {
            return;
        }

        if (LastSequenceNr != _store.AppliedIndex + 1)
        {
            throw Missing(LastSequenceNr);
        }

        try
        {
            _store.Apply(LastSequenceNr, shardEvent.Operations);
        }
        catch (VectorDatabaseException e) when (e is MalformedOperationException or InvalidRequestException)
        {
            throw Damaged("an event of this collection", e.Message);
        }

        _eventBytes += shardEvent.Operations.Length;
    }

    // All events behind the snapshot may have been deleted, and it with them: the journal still knows how many there were.
    private void Open()
    {
        if (LastSequenceNr != _store.AppliedIndex)
        {
            _stopCause = Missing(LastSequenceNr + 1);
            _handle.Failed(_stopCause);
            Context.Stop(Self);
            return;
        }

        _handle.Opened(Self, _store);
    }

    private void Accept(ShardWrite write)
    {
        if (write.Completion.IsCompleted)
        {
            return;
        }

        try
        {
            _store.Check(write.Operations, _writes.GrowthBytes);
        }
        catch (VectorDatabaseException e)
        {
            write.Fail(e);
            return;
        }

        _writes.Enqueue(write);
        Flush();
    }

    private void Flush()
    {
        if (_writes.TryFold(out var folded))
        {
            PersistAsync(new ShardEvent(folded), Persisted);
        }
    }

    private void Persisted(ShardEvent shardEvent)
    {
        _store.Apply(LastSequenceNr, _writes.Operations);
        _handle.MemoryChanged(_store);
        _writes.Complete(LastSequenceNr);
        _eventBytes += shardEvent.Operations.Length;
        SaveSnapshotIfWorthwhile();
        Flush();
    }

    // A snapshot costs the live bytes. With at least as many event bytes between two of them, a shard that only grows is written about twice in all.
    private void SaveSnapshotIfWorthwhile()
    {
        if (_snapshot is null && _eventBytes >= Math.Max(_options.SnapshotEventBytes, _store.SnapshotBytes))
        {
            _eventBytes = 0;
            _snapshot = _store.OpenView();
            SaveSnapshot(new ShardSnapshotView(_snapshot));
        }
    }

    /// <summary>The snapshot is durable: what it covers may go.</summary>
    private void Saved(SaveSnapshotSuccess saved)
    {
        CloseSnapshot();
        _handle.SnapshotEnded(failure: null);
        DeleteMessages(saved.Metadata.SequenceNr);
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
    }

    private void SnapshotFailed(Exception cause)
    {
        CloseSnapshot();
        _handle.SnapshotEnded(cause);
    }

    private void CloseSnapshot()
    {
        _snapshot?.Dispose();
        _snapshot = null;
    }

    private CorruptionException Missing(long found) => Damaged(
        $"events from {_store.AppliedIndex + 1} or a snapshot that covers them", $"none before {found}");

    private CorruptionException Damaged(string expected, string found) => new(PersistenceId, LastSequenceNr, expected, found);

    private Exception Explained(Exception cause) => cause switch
    {
        AggregateException { InnerException: { } inner } => Explained(inner),
        DiskFullException full => new StorageFullException(full.Path, full),
        CorruptionException or UnsupportedFormatException or UnsupportedOperationException => cause,
        _ => _handle.Unavailable(cause.Message, cause),
    };
}
