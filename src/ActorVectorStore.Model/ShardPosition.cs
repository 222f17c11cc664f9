namespace ActorVectorStore.Model;

/// <summary>A place in the log of one shard.</summary>
/// <param name="Shard">The shard, from 0.</param>
/// <param name="Index">Log index; a read of the shard at this index or later sees the write that returned it.</param>
public readonly record struct ShardPosition(int Shard, long Index);
