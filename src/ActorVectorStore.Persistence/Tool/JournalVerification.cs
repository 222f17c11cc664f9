using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>The result of reading every byte of a directory's log and snapshots.</summary>
/// <param name="Events">Events that could be read and taken apart; deleted ones are not counted.</param>
/// <param name="Batches">Batches read from the log.</param>
/// <param name="Snapshots">Snapshot files read whole.</param>
/// <param name="Problems">What is damaged; empty for a sound directory.</param>
public sealed record JournalVerification(long Events, long Batches, int Snapshots, IReadOnlyList<WalProblem> Problems);
