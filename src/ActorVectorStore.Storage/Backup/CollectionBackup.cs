using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>A collection of a backup.</summary>
/// <param name="Schema">What it is.</param>
/// <param name="Shards">Its shards, by number.</param>
public sealed record CollectionBackup(CollectionSchema Schema, IReadOnlyList<BackupShard> Shards);
