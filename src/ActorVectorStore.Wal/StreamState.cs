namespace ActorVectorStore.Wal;

/// <summary>What the log knows of a stream. Neither number ever goes down, whatever is deleted, reclaimed or restarted.</summary>
/// <param name="HighestSequence">Highest sequence number ever stored; 0 for a stream that never had one.</param>
/// <param name="DeletedTo">Events up to and including this number are deleted; at most <see cref="HighestSequence"/>.</param>
public readonly record struct StreamState(long HighestSequence, long DeletedTo);
