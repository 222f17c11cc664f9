using System.Diagnostics.CodeAnalysis;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using Akka.Persistence;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Owns one partition of a collection. Writes that wait are folded into one event; an event is applied when it is durable, at its sequence number as
/// index, and then its writers are answered. Recovers from the newest snapshot and the events behind it.
/// </summary>
/// <remarks>
/// At most one event is under way, so that a snapshot taken when it has been applied covers all that was persisted: the framework would give the
/// snapshot the number of the last event, applied or not.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "An actor's resources are given back in PostStop.")]
internal sealed class ShardActor : ReceivePersistentActor
{
    private readonly Queue<ShardWrite> _waiting = new();
    private readonly List<ShardWrite> _underWay = [];
    private readonly CollectionSchema _schema;
    private readonly ShardHandle _handle;
    private readonly ShardOptions _options;
    private ShardStore _store;
    private ReadView? _snapshot;
    private long _eventBytes;
    private Exception? _stopCause;

    public ShardActor(string persistenceId, CollectionSchema schema, ShardHandle handle, ShardOptions options)
    {
        (PersistenceId, _schema, _handle, _options) = (persistenceId, schema, handle, options);
        _store = new ShardStore(schema);

        Recover<SnapshotOffer>(Restore);
        Recover<ShardEvent>(Replay);
        Recover<RecoveryCompleted>(_ => _handle.Opened(Self, _store));

        Command<ShardWrite>(Accept);
        Command<SaveSnapshotSuccess>(Saved);
        Command<SaveSnapshotFailure>(_ => CloseSnapshot());
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(_ => { });
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(_ => { });
    }

    public override string PersistenceId { get; }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _handle.Failed(Explained(reason));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _stopCause = Explained(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        FailUnderWay(Explained(cause));
        Flush();
    }

    protected override void PostStop()
    {
        _handle.Stopped(_stopCause ?? _handle.Unavailable("it has stopped"));
        CloseSnapshot();
        _store.Dispose();
        base.PostStop();
    }

    private void Restore(SnapshotOffer offer)
    {
        var bytes = ((ShardSnapshotBytes)offer.Snapshot).Bytes;
        _store = ShardStore.Restore(_schema, new MemoryStream(bytes, writable: false), PersistenceId);
    }

    private void Replay(ShardEvent shardEvent)
    {
        _store.Apply(LastSequenceNr, shardEvent.Operations);
        _eventBytes += shardEvent.Operations.Length;
    }

    private void Accept(ShardWrite write)
    {
        try
        {
            _store.Check([write.Operation]);
        }
        catch (VectorDatabaseException e)
        {
            write.Fail(e);
            return;
        }

        _waiting.Enqueue(write);
        Flush();
    }

    private void Flush()
    {
        if (_underWay.Count > 0 || _waiting.Count == 0)
        {
            return;
        }

        long bytes = 0;
        while (_waiting.TryPeek(out var next)
            && (_underWay.Count == 0 || bytes + next.Bytes <= ModelLimits.BatchBytesMax)
            && _underWay.Count < ModelLimits.OperationsPerEventMax)
        {
            bytes += next.Bytes;
            _underWay.Add(_waiting.Dequeue());
        }

        var operations = _underWay.ConvertAll(write => write.Operation);
        PersistAsync(new ShardEvent(OperationCodec.Encode(operations)), shardEvent => Persisted(shardEvent, operations));
    }

    private void Persisted(ShardEvent shardEvent, List<ShardOperation> operations)
    {
        _store.Apply(LastSequenceNr, operations);
        _underWay.ForEach(write => write.Complete(LastSequenceNr));
        _underWay.Clear();
        _eventBytes += shardEvent.Operations.Length;
        if (_eventBytes >= _options.SnapshotEventBytes && _snapshot is null)
        {
            _eventBytes = 0;
            _snapshot = _store.OpenView();
            SaveSnapshot(new ShardSnapshotView(_snapshot));
        }

        Flush();
    }

    /// <summary>The snapshot is durable: what it covers may go.</summary>
    private void Saved(SaveSnapshotSuccess saved)
    {
        CloseSnapshot();
        DeleteMessages(saved.Metadata.SequenceNr);
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
    }

    private void CloseSnapshot()
    {
        _snapshot?.Dispose();
        _snapshot = null;
    }

    private void FailUnderWay(Exception cause)
    {
        _underWay.ForEach(write => write.Fail(cause));
        _underWay.Clear();
    }

    private Exception Explained(Exception cause) => cause switch
    {
        DiskFullException full => new StorageFullException(full.Path, full),
        CorruptionException or UnsupportedFormatException or MalformedOperationException or UnsupportedOperationException => cause,
        _ => _handle.Unavailable(cause.Message, cause),
    };
}
