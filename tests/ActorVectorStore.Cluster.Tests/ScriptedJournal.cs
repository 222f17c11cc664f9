using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorVectorStore.Cluster.Tests;

/// <summary>
/// A journal in memory, kept per actor system, whose next writes do what a test says: fail, are rejected, or wait. Everything else is stored.
/// </summary>
public sealed class ScriptedJournal : AsyncWriteJournal
{
    private static readonly ConcurrentDictionary<ActorSystem, Script> Scripts = new();
    private readonly Script _script = Of(Context.System);

    public static Script Of(ActorSystem system) => Scripts.GetOrAdd(system, _ => new Script());

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Task.FromResult(_script.Highest.GetValueOrDefault(persistenceId));

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        foreach (var stored in _script.EventsOf(persistenceId).Where(stored => stored.SequenceNr >= fromSequenceNr && stored.SequenceNr <= toSequenceNr))
        {
            recoveryCallback(stored);
        }

        return Task.CompletedTask;
    }

    protected override async Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToArray();
        if (_script.NextWrites.TryDequeue(out var next) && await next() is { } rejection)
        {
            return [.. writes.Select(_ => rejection)];
        }

        foreach (var write in writes.SelectMany(write => (IImmutableList<IPersistentRepresentation>)write.Payload))
        {
            _script.Store(write.PersistenceId, write.SequenceNr, write.Payload);
        }

        return null;
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        _script.Deletions.Enqueue(persistenceId);
        _script.Delete(persistenceId, toSequenceNr);
        return Task.CompletedTask;
    }

    /// <summary>What is stored, and what the next writes shall do.</summary>
    public sealed class Script
    {
        private int _snapshotCount;
        private readonly ConcurrentDictionary<string, ImmutableList<IPersistentRepresentation>> _events = new();

        public ConcurrentDictionary<string, long> Highest { get; } = new();

        /// <summary>Each answers one write: throws for a failure, gives an exception for a rejection, null to have it stored.</summary>
        public ConcurrentQueue<Func<Task<Exception?>>> NextWrites { get; } = new();

        /// <summary>Snapshots that were to be saved.</summary>
        public ref int SnapshotCount => ref _snapshotCount;

        /// <summary>What the saving of snapshots fails with; null if it succeeds.</summary>
        public Exception? SnapshotFailure { get; set; }

        /// <summary>Persistence ids of which events were deleted.</summary>
        public ConcurrentQueue<string> Deletions { get; } = new();

        public void FailNext(Exception cause) => NextWrites.Enqueue(() => Task.FromException<Exception?>(cause));

        public void RejectNext(Exception cause) => NextWrites.Enqueue(() => Task.FromResult<Exception?>(cause));

        /// <summary>The next write waits; the results complete when it has come, and let it go.</summary>
        public (Task Came, TaskCompletionSource<Exception?> Go) HoldNext()
        {
            var came = new TaskCompletionSource();
            var go = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
            NextWrites.Enqueue(() =>
            {
                came.SetResult();
                return go.Task;
            });
            return (came.Task, go);
        }

        public ImmutableList<IPersistentRepresentation> EventsOf(string persistenceId) => _events.GetValueOrDefault(persistenceId) ?? [];

        public void Store(string persistenceId, long sequenceNr, object payload)
        {
            var stored = new Persistent(payload, sequenceNr, persistenceId, writerGuid: "writer");
            _events.AddOrUpdate(persistenceId, _ => [stored], (_, events) => events.Add(stored));
            Highest[persistenceId] = sequenceNr;
        }

        public void Delete(string persistenceId, long toSequenceNr) =>
            _events.AddOrUpdate(persistenceId, _ => [], (_, events) => events.RemoveAll(stored => stored.SequenceNr <= toSequenceNr));

        public void Lose(string persistenceId, long sequenceNr) =>
            _events.AddOrUpdate(persistenceId, _ => [], (_, events) => events.RemoveAll(stored => stored.SequenceNr == sequenceNr));
    }
}
