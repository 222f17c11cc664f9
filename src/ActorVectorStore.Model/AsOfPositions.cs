namespace ActorVectorStore.Model;

/// <summary>
/// As its shards were at indexes of their logs, such as <see cref="WriteReceipt.Positions"/>; shards that are not named are read as they are now. How far back shards
/// stay readable without a pin is an option of the database.
/// </summary>
/// <param name="Positions">At most one for each shard.</param>
public sealed record AsOfPositions(IReadOnlyList<ShardPosition> Positions) : AsOf
{
    /// <summary>At most one for each shard.</summary>
    public IReadOnlyList<ShardPosition> Positions { get; } = Positions ?? throw new ArgumentNullException(nameof(Positions));
}
