namespace ActorVectorStore.Model;

/// <summary>
/// There is no disk space for the write. The shard that said so applied nothing; reads go on. Reaction: free space (dropping a collection is
/// still possible), then try the whole request again.
/// </summary>
public sealed class StorageFullException : VectorDatabaseException
{
    /// <summary>Says where space is missing.</summary>
    /// <param name="location">The directory or volume.</param>
    /// <param name="cause">The storage layer's error.</param>
    public StorageFullException(string location, Exception? cause = null)
        : base($"{location}: no disk space for the write; free space and try again.", cause) => Location = location;

    /// <summary>The directory or volume.</summary>
    public string Location { get; }
}
