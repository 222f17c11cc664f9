namespace ActorVectorStore.Storage;

/// <summary>
/// What one publication made visible, as one immutable object: readers who take it see all of an index and nothing of the next.
/// </summary>
/// <param name="Index">Highest log index applied.</param>
/// <param name="Segments">Where the rows are.</param>
/// <param name="ActiveRows">Rows of the segment that is written to that this state knows.</param>
/// <param name="LiveCount">Rows that are visible at the index.</param>
/// <param name="HistoryStart">Reads at an index before this one would miss rows, but for indexes that are pinned.</param>
/// <param name="Pins">Indexes that stay readable.</param>
/// <param name="PayloadIndexes">Payload indexes that are wanted.</param>
internal sealed record ShardState(
    long Index,
    SegmentSet Segments,
    int ActiveRows,
    long LiveCount,
    long HistoryStart,
    PinTable Pins,
    PayloadIndexTable PayloadIndexes);
