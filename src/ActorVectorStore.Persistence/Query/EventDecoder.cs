using Akka.Actor;
using Akka.Persistence.Journal;
using Akka.Persistence.Query;

namespace ActorVectorStore.Persistence;

/// <summary>Makes envelopes from stored events: deserializes and applies the read adapters of the journal. Thread-safe.</summary>
internal sealed class EventDecoder(ExtendedActorSystem system, EventAdapters adapters)
{
    /// <summary>Adds the reader's current event to the page; an adapter may make several or none of it.</summary>
    public void Decode(EventBatchReader events, List<EventEnvelope> page)
    {
        var stored = StoredEvents.Decode(system, events);
        var adapted = adapters.Get(stored.Payload.GetType()).FromJournal(stored.Payload, stored.Manifest);
        foreach (var payload in adapted.Events)
        {
            page.Add(new EventEnvelope(new Sequence(events.Ordinal), events.PersistenceId, events.SequenceNr, payload, events.Timestamp, events.Shape.Tags));
        }
    }
}
