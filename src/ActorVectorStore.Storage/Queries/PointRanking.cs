namespace ActorVectorStore.Storage;

/// <summary>Points of one or several shards in the order that a query gave them, each once.</summary>
/// <param name="Rows">Best first, or in the order in which they were picked.</param>
/// <param name="LowerIsBetter">Whether the lower of two scores is the better one.</param>
public sealed record PointRanking(IReadOnlyList<RankedRow> Rows, bool LowerIsBetter);
