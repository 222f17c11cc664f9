using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Persistence;

/// <summary>One replay of a persistence id's events, from the log to the callback, on threads of the pool.</summary>
internal sealed class JournalReplay(ExtendedActorSystem system, WalStore store, ReplayReceiver? receiver, int backpressure)
{
    // What waits in mailboxes outlives the collector's youngest generation, is copied, and falls out of the caches, for each of the replays that run
    // side by side: short queues are faster, until the questions cost more than they save.
    private const long BytesBetweenWaits = 64 << 10;
    private const int EventsBetweenYields = 256;

    private long _eventsSinceWait;
    private long _bytesSinceWait;

    /// <summary>
    /// Calls back for each stored event in [from, to] that is not deleted, in ascending order, at most <paramref name="max"/> times, one call at a
    /// time and none after completion. Fails at the first event that cannot be read or decoded.
    /// </summary>
    public async Task RunAsync(string persistenceId, long from, long to, long max, Action<IPersistentRepresentation> callback)
    {
        // The base class may call on the journal actor's own thread, which a long replay would block for all writers.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var first = Math.Max(from, DeletedTo(persistenceId) + 1);
        if (max <= 0 || first > to)
        {
            return;
        }

        using var batches = store.Log.ReadStream(persistenceId, first, to);
        using var events = new EventBatchReader();
        while (max > 0 && batches.MoveNext())
        {
            events.Open(batches.Current);
            while (max > 0 && events.MoveNext())
            {
                if (events.SequenceNr >= first && events.SequenceNr <= to)
                {
                    callback(StoredEvents.Decode(system, events));
                    max--;
                    _eventsSinceWait++;
                    _bytesSinceWait += events.Payload.Length;
                    if (IsAhead)
                    {
                        await CatchUpAsync().ConfigureAwait(false);
                    }
                }
            }
        }
    }

    private long DeletedTo(string persistenceId) =>
        store.Has(PersistenceMutations.IgnoreDeletions) ? 0 : store.Log.ReadState(persistenceId).DeletedTo;

    private bool HasBackpressure => receiver is not null && backpressure > 0;

    // A batch may hold a whole PersistAll of hundreds of thousands of events, so this is asked after each of them.
    private bool IsAhead => HasBackpressure
        ? _eventsSinceWait >= backpressure || _bytesSinceWait >= BytesBetweenWaits
        : _eventsSinceWait >= EventsBetweenYields;

    private async Task CatchUpAsync()
    {
        (_eventsSinceWait, _bytesSinceWait) = (0, 0);
        if (HasBackpressure)
        {
            await receiver!.CaughtUpAsync().ConfigureAwait(false);
        }
        else
        {
            // Other actors of the dispatcher get the thread between two blocks.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }
}
