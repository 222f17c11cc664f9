namespace ActorVectorStore.Persistence;

/// <summary>A snapshot's payload with what is needed to read it back.</summary>
internal readonly record struct SerializedSnapshot(int SerializerId, string Manifest, byte[] Payload);
