using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace ActorVectorStore.Cluster.Tests;

/// <summary>Counts what it is given and keeps none of it; fails as long as a test says so.</summary>
public sealed class ScriptedSnapshotStore : SnapshotStore
{
    private readonly ScriptedJournal.Script _script = ScriptedJournal.Of(Context.System);

    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        Task.FromResult<SelectedSnapshot?>(null);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _script.SnapshotCount);
        return _script.SnapshotFailure is { } failure ? Task.FromException(failure) : Task.CompletedTask;
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Task.CompletedTask;
}
