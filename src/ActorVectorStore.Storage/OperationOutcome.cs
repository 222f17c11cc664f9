namespace ActorVectorStore.Storage;

/// <summary>What came of an operation when it was applied; the same at every replay.</summary>
/// <param name="Changed">Points that were written, changed or named for deletion; for a pin, 1 if it was made or released.</param>
/// <param name="Refused">Points that a condition left out, or whose payload would have broken a limit; for a pin, 1 if there are too many.</param>
/// <param name="IsTooLarge">The points to change are more than may be copied at once (<see cref="EventStage.CopiedBytesMax"/>); none was changed.</param>
public readonly record struct OperationOutcome(long Changed, long Refused, bool IsTooLarge = false);
