namespace ActorVectorStore.Storage;

/// <summary>Sorted entries in the temporary file of an <see cref="EntrySorter"/>.</summary>
/// <param name="Start">First byte.</param>
/// <param name="End">First byte behind them.</param>
/// <param name="Level">0 for a buffer that was filled; one more than those of the runs that were merged into it.</param>
internal readonly record struct EntryRun(long Start, long End, int Level);
