using ActorVectorStore.Benchmarks.Measurement;
using Akka.Persistence;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>Recovers and tells what it was given.</summary>
internal sealed class ReplayingActor(string persistenceId, TaskCompletionSource<RecordDigest> recovered) : UntypedPersistentActor
{
    private RecordDigest _digest;

    public override string PersistenceId => persistenceId;

    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    protected override void OnCommand(object message) => Unhandled(message);

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case BenchmarkEvent persisted:
                _digest.Add(persisted.Payload);
                break;
            case RecoveryCompleted:
                recovered.SetResult(_digest);
                break;
        }
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => recovered.TrySetException(reason);
}
