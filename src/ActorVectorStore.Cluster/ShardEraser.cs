using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Cluster;

/// <summary>Deletes the events and snapshots of a shard whose collection was dropped, tells its parent, and stops. Safe to run any number of times.</summary>
internal sealed class ShardEraser : ReceivePersistentActor
{
    private int _left = 2;

    public ShardEraser(string persistenceId)
    {
        PersistenceId = persistenceId;
        Recover<RecoveryCompleted>(_ =>
        {
            DeleteMessages(long.MaxValue);
            DeleteSnapshots(SnapshotSelectionCriteria.Latest);
        });
        Command<DeleteMessagesSuccess>(_ => Done());
        Command<DeleteSnapshotsSuccess>(_ => Done());

        // Tried again when the catalog starts next time.
        Command<DeleteMessagesFailure>(_ => Context.Stop(Self));
        Command<DeleteSnapshotsFailure>(_ => Context.Stop(Self));
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
}
