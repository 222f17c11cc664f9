using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>What a directory holds, found without an actor system and without modifying it.</summary>
/// <param name="Log">The log.</param>
/// <param name="Snapshots">Number of snapshot files.</param>
/// <param name="SnapshotBytes">Bytes of them.</param>
public sealed record JournalInspection(WalInspection Log, int Snapshots, long SnapshotBytes);
