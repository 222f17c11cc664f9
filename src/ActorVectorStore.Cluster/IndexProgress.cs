namespace ActorVectorStore.Cluster;

/// <summary>How far vector indexes are that somebody waits for, over all shards of the collection. No figure ever gets smaller.</summary>
/// <param name="IndexedVectors">Vectors that are in graphs; at most <paramref name="PlannedVectors"/>.</param>
/// <param name="PlannedVectors">Vectors of the indexes that were begun. It grows when the next one is.</param>
/// <param name="Indexes">Indexes that are there now and were not before; some may have been read from their files.</param>
public readonly record struct IndexProgress(long IndexedVectors, long PlannedVectors, int Indexes);
