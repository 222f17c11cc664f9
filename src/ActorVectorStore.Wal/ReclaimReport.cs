namespace ActorVectorStore.Wal;

/// <summary>What one pass of reclaiming did.</summary>
/// <param name="SegmentsFreed">Segment files taken out of the log.</param>
/// <param name="BatchesRewritten">Live batches appended again so that their segment could be freed.</param>
/// <param name="BytesRewritten">Bytes of those batches.</param>
public sealed record ReclaimReport(int SegmentsFreed, long BatchesRewritten, long BytesRewritten);
