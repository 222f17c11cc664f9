namespace ActorVectorStore.Persistence;

/// <summary>What the events of a batch usually have in common; stored once per batch and referred to by its number.</summary>
/// <param name="WriterGuid">GUID of the persistent actor's incarnation that wrote the event.</param>
/// <param name="AdapterManifest">The event adapter's manifest.</param>
/// <param name="SerializerId">Identifier of the payload's serializer.</param>
/// <param name="SerializerManifest">The serializer's manifest of the payload.</param>
/// <param name="Tags">The event's tags, in ordinal order; each once.</param>
internal sealed record EventShape(string WriterGuid, string AdapterManifest, int SerializerId, string SerializerManifest, string[] Tags)
{
    public bool Matches(string writerGuid, string adapterManifest, int serializerId, string serializerManifest, ReadOnlySpan<string> tags) =>
        SerializerId == serializerId
        && WriterGuid == writerGuid
        && SerializerManifest == serializerManifest
        && AdapterManifest == adapterManifest
        && tags.SequenceEqual(Tags);

    public bool Equals(EventShape? other) =>
        other is not null && Matches(other.WriterGuid, other.AdapterManifest, other.SerializerId, other.SerializerManifest, other.Tags);

    public override int GetHashCode() => HashCode.Combine(WriterGuid, AdapterManifest, SerializerId, SerializerManifest, Tags.Length);
}
