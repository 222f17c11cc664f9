namespace ActorVectorStore.Storage;

/// <summary>What a backup has.</summary>
/// <param name="Collections">Its collections.</param>
public sealed record BackupContents(IReadOnlyList<CollectionBackup> Collections)
{
    /// <summary>All its files, each with its shard's directory.</summary>
    public IEnumerable<(string Folder, BackupFile File)> Files =>
        Collections.SelectMany(collection => collection.Shards).SelectMany(shard => shard.Files.Select(file => (shard.Folder, file)));
}
