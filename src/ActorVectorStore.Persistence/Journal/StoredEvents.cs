using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Persistence;

/// <summary>Makes the framework's representation of an event from its stored form.</summary>
internal static class StoredEvents
{
    /// <summary>The reader's current event. Throws what the payload's serializer throws.</summary>
    public static IPersistentRepresentation Decode(ExtendedActorSystem system, EventBatchReader events)
    {
        var shape = events.Shape;
        var payload = system.Serialization.Deserialize(events.Payload.ToArray(), shape.SerializerId, shape.SerializerManifest);
        return new Persistent(
            payload,
            events.SequenceNr,
            events.PersistenceId,
            shape.AdapterManifest,
            isDeleted: false,
            ActorRefs.NoSender,
            shape.WriterGuid,
            events.Timestamp);
    }
}
