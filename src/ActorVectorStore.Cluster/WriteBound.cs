namespace ActorVectorStore.Cluster;

/// <summary>What a write was refused for.</summary>
public enum WriteBound
{
    /// <summary><see cref="ShardOptions.QueueBytesMax"/>: too much waits in front of the shard.</summary>
    Queue,

    /// <summary><see cref="ShardOptions.MemoryBytesMax"/>: the database has too much in memory.</summary>
    Memory,
}
