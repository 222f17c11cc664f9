using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit.Xunit2;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Speaks the framework's snapshot protocol as a persistent actor does.</summary>
public sealed class SnapshotClient(TestKit kit, IActorRef store)
{
    public IActorRef Store => store;

    public Akka.TestKit.TestProbe Send(object request)
    {
        var probe = kit.CreateTestProbe();
        store.Tell(request, probe.Ref);
        return probe;
    }

    /// <summary>Saves and returns the metadata with the framework's timestamp.</summary>
    public SnapshotMetadata Save(string persistenceId, long sequenceNr, object snapshot, DateTime timestamp = default)
    {
        var metadata = new SnapshotMetadata(persistenceId, sequenceNr, timestamp);
        return Send(new SaveSnapshot(metadata, snapshot)).ExpectMsg<SaveSnapshotSuccess>(TimeSpan.FromSeconds(60)).Metadata;
    }

    public SelectedSnapshot? Load(string persistenceId, SnapshotSelectionCriteria? criteria = null, long to = long.MaxValue)
    {
        var answer = Send(new LoadSnapshot(persistenceId, criteria ?? SnapshotSelectionCriteria.Latest, to)).ReceiveOne(TimeSpan.FromSeconds(60));
        return answer switch
        {
            LoadSnapshotResult result => result.Snapshot,
            LoadSnapshotFailed failed => throw failed.Cause,
            _ => throw new InvalidOperationException($"Expected a snapshot; found {answer}."),
        };
    }

    public void Delete(string persistenceId, long sequenceNr, DateTime timestamp = default) =>
        Send(new DeleteSnapshot(new SnapshotMetadata(persistenceId, sequenceNr, timestamp))).ExpectMsg<DeleteSnapshotSuccess>(TimeSpan.FromSeconds(60));

    public void Delete(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Send(new DeleteSnapshots(persistenceId, criteria)).ExpectMsg<DeleteSnapshotsSuccess>(TimeSpan.FromSeconds(60));
}
