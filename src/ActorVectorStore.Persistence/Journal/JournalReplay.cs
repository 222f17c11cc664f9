using ActorVectorStore.Wal;
using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Persistence;

/// <summary>One replay of a persistence id's events, from the log to the callback, on threads of the pool.</summary>
internal sealed class JournalReplay(ExtendedActorSystem system, WriteAheadLog log, ReplayReceiver? receiver, int backpressure)
{
    // What waits in mailboxes outlives the collector's youngest generation and is copied: short queues replay twice as fast.
    private const long BytesBetweenWaits = 256 << 10;
    private const int EventsBetweenYields = 256;

    private readonly ShapeMemory _memory = new();
    private long _eventsSinceWait;
    private long _bytesSinceWait;
    private int _eventsSinceYield;

    /// <summary>
    /// Calls back for each stored event in [from, to] that is not deleted, in ascending order, at most <paramref name="max"/> times, one call at a
    /// time and none after completion. Fails at the first event that cannot be read or decoded.
    /// </summary>
    public async Task RunAsync(string persistenceId, long from, long to, long max, Action<IPersistentRepresentation> callback)
    {
        // The base class may call on the journal actor's own thread, which a long replay would block for all writers.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var first = Math.Max(from, log.ReadState(persistenceId).DeletedTo + 1);
        if (max <= 0 || first > to)
        {
            return;
        }

        using var batches = log.ReadStream(persistenceId, first, to);
        while (max > 0 && batches.MoveNext())
        {
            max -= ReplayBatch(batches.Current, first, to, max, callback);
            await PauseAsync().ConfigureAwait(false);
        }
    }

    private long ReplayBatch(in StoredBatch batch, long from, long to, long max, Action<IPersistentRepresentation> callback)
    {
        var replayed = 0L;
        using var events = new EventBatchFormat.Reader(batch, _memory);
        while (replayed < max && events.MoveNext())
        {
            if (events.SequenceNr >= from && events.SequenceNr <= to)
            {
                _bytesSinceWait += events.Payload.Length;
                callback(StoredEvents.Decode(system, batch.Stream, events));
                replayed++;
            }
        }

        _eventsSinceWait += replayed;
        _eventsSinceYield += (int)Math.Min(replayed, EventsBetweenYields);
        return replayed;
    }

    private async ValueTask PauseAsync()
    {
        if (receiver is not null && backpressure > 0 && (_eventsSinceWait >= backpressure || _bytesSinceWait >= BytesBetweenWaits))
        {
            _eventsSinceWait = 0;
            _bytesSinceWait = 0;
            await receiver.CaughtUpAsync().ConfigureAwait(false);
        }
        else if (_eventsSinceYield >= EventsBetweenYields)
        {
            // Other actors of the dispatcher get the thread between two blocks.
            _eventsSinceYield = 0;
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }
}
