namespace ActorVectorStore.Persistence;

/// <summary>What a snapshot file says of itself before its payload.</summary>
/// <param name="PersistenceId">Whose snapshot it is.</param>
/// <param name="SequenceNr">Last event that the snapshot includes.</param>
/// <param name="Timestamp">UTC ticks given by the framework when it was saved.</param>
/// <param name="SerializerId">Identifier of the payload's serializer.</param>
/// <param name="Manifest">The serializer's manifest.</param>
/// <param name="Compressed">Whether the payload is a zstd frame.</param>
/// <param name="StoredBytes">Payload bytes in the file.</param>
/// <param name="PlainBytes">Payload bytes that the serializer made.</param>
internal sealed record SnapshotHeader(
    string PersistenceId,
    long SequenceNr,
    long Timestamp,
    int SerializerId,
    string Manifest,
    bool Compressed,
    long StoredBytes,
    long PlainBytes);
