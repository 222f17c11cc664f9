namespace ActorVectorStore.Cluster;

/// <summary>How far a compaction that somebody asked for is, over all shards of the collection. No figure ever gets smaller.</summary>
/// <param name="WrittenBytes">Bytes written to files; at most <paramref name="PlannedBytes"/>.</param>
/// <param name="PlannedBytes">
/// Bytes that will have been written as far as is known, if every row is kept: rows that nobody wants make it less. It grows when the next files are chosen.
/// </param>
/// <param name="MergedSegments">Files, and segments in memory, that were rewritten into others.</param>
public readonly record struct CompactionProgress(long WrittenBytes, long PlannedBytes, int MergedSegments);
