namespace ActorVectorStore.Storage;

/// <summary>What came of an operation when it was applied; the same at every replay.</summary>
/// <param name="Changed">
/// Points that were written or changed, each as often as the operation has it: for an update of vectors, updates; for a deletion by id, ids, whether there were such points or not. For
/// a pin or a payload index 1 if it was made or removed, 0 if there was nothing to do.
/// </param>
/// <param name="Refused">
/// Points that a condition left out, whose payload would have broken a limit, or that do not exist and so cannot have their vectors updated, counted as the others; all of them
/// where they are too large together. For a pin or a payload index 1 if there are too many.
/// </param>
/// <param name="IsTooLarge">
/// What the operation would copy of the points that it changes is more than the event may still copy (<see cref="ShardStore.CopiedBytesMax"/>); none was changed.
/// </param>
public readonly record struct OperationOutcome(long Changed, long Refused, bool IsTooLarge = false);
