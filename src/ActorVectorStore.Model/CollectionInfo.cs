namespace ActorVectorStore.Model;

/// <summary>What a collection is and holds.</summary>
/// <param name="Schema">What it was created with.</param>
/// <param name="PointCount">Points in it, each shard counted at its own moment.</param>
/// <param name="MemoryBytes">Memory that its shards hold for points and indexes.</param>
public sealed record CollectionInfo(CollectionSchema Schema, long PointCount, long MemoryBytes);
