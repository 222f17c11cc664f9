namespace ActorVectorStore.Wal;

/// <summary>What opening a log found.</summary>
/// <param name="Segments">Segments that hold the log.</param>
/// <param name="SegmentsScanned">Of them, how many were read frame by frame because they have no valid footer: the last one, and after a crash perhaps a few more.</param>
/// <param name="BytesRead">Bytes read.</param>
/// <param name="Tail">Where the log ends and new batches begin.</param>
/// <param name="TornBytes">Bytes after the tail that belonged to a commit that never completed, and were erased; 0 for a clean end.</param>
public sealed record RecoveryReport(int Segments, int SegmentsScanned, long BytesRead, WalPosition Tail, long TornBytes);
