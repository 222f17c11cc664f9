using ActorVectorStore.Storage;
using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Cluster;

/// <summary>Deletes the events, checkpoints and files of a shard whose collection was dropped, tells its parent, and stops. Safe to run any number of times.</summary>
internal sealed class ShardEraser : ReceivePersistentActor
{
    private int _left = 3;

    public ShardEraser(string persistenceId, ShardPlace place)
    {
        PersistenceId = persistenceId;
        Recover<RecoveryCompleted>(_ =>
        {
            DeleteMessages(long.MaxValue);
            DeleteSnapshots(SnapshotSelectionCriteria.Latest);
            Task.Run(() => ShardStore.Erase(place)).PipeTo(Self, success: () => FilesDeleted.Instance);
        });
        Command<DeleteMessagesSuccess>(_ => Done());
        Command<DeleteSnapshotsSuccess>(_ => Done());

        Command<FilesDeleted>(_ => Done());

        // Tried again when the catalog starts next time.
        Command<DeleteMessagesFailure>(_ => Context.Stop(Self));
        Command<DeleteSnapshotsFailure>(_ => Context.Stop(Self));
        Command<Status.Failure>(_ => Context.Stop(Self));
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => Recovery.None;

    private void Done()
    {
        if (--_left == 0)
        {
            Context.Parent.Tell(new ShardErased(PersistenceId));
            Context.Stop(Self);
        }
    }

    private sealed class FilesDeleted
    {
        public static readonly FilesDeleted Instance = new();
    }
}
