namespace ActorVectorStore.Storage;

/// <summary>A shard of a backup.</summary>
/// <param name="Folder">Name of its directory in the backup.</param>
/// <param name="Index">Log index of its checkpoint.</param>
/// <param name="Manifest">The checkpoint's manifest; empty if it had none, and no points.</param>
/// <param name="Files">Its files.</param>
public sealed record BackupShard(string Folder, long Index, ReadOnlyMemory<byte> Manifest, IReadOnlyList<BackupFile> Files);
