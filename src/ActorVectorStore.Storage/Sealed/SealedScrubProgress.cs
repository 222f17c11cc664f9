namespace ActorVectorStore.Storage;

/// <summary>How far a scrub is.</summary>
/// <param name="BytesDone">Bytes read.</param>
/// <param name="BytesTotal">Bytes of all sections.</param>
internal readonly record struct SealedScrubProgress(long BytesDone, long BytesTotal);
