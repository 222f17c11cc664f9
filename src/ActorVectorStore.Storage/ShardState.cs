namespace ActorVectorStore.Storage;

/// <summary>
/// What one publication made visible, as one immutable object: readers who take it see all of an index and nothing of the next.
/// </summary>
/// <param name="Index">Highest log index applied.</param>
/// <param name="Segment">Where the rows are.</param>
/// <param name="RowCount">Rows of the segment that this state knows.</param>
/// <param name="LiveCount">Rows of these that are visible at the index.</param>
internal sealed record ShardState(long Index, MutableSegment Segment, int RowCount, int LiveCount);
