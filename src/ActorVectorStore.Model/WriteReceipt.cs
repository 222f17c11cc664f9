namespace ActorVectorStore.Model;

/// <summary>The acknowledgement of a write: it is durable and visible to every read that starts after it.</summary>
/// <param name="Positions">Where the write is in the log of each shard that it touched, in ascending order of shards.</param>
/// <param name="Changed">Points that were written or changed, or named for deletion.</param>
/// <param name="Refused">Points that a condition left out, or whose payload would have broken a limit.</param>
public sealed record WriteReceipt(IReadOnlyList<ShardPosition> Positions, long Changed, long Refused);
