namespace ActorVectorStore.Storage;

/// <summary>A row of a shard, for as long as one view is open.</summary>
/// <param name="Segment">Number of the segment in the view.</param>
/// <param name="Row">Number of the row in the segment.</param>
internal readonly record struct RowKey(int Segment, int Row);
