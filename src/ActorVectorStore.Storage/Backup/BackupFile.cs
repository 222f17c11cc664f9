namespace ActorVectorStore.Storage;

/// <summary>A file of a backup.</summary>
/// <param name="Name">Its name in its shard's directory.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Hash">128-bit XXH3 of its bytes.</param>
public sealed record BackupFile(string Name, long Bytes, UInt128 Hash);
