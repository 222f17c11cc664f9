namespace ActorVectorStore.Model;

/// <summary>The acknowledgement of a write: it is durable and visible to every read that starts after it.</summary>
/// <param name="Positions">Where the write is in the log of each shard that it touched, in ascending order of shards.</param>
public sealed record WriteReceipt(IReadOnlyList<ShardPosition> Positions);
