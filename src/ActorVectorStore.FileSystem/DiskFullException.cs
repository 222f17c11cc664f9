namespace ActorVectorStore.FileSystem;

/// <summary>The file system or the quota has no space left. The write may be tried again when there is space.</summary>
public sealed class DiskFullException : IOException
{
    /// <summary>Names the file that could not be written.</summary>
    public DiskFullException(string path, Exception? innerException = null)
        : base($"No space left for {path}.", innerException) => Path = path;

    /// <summary>The file that could not be written.</summary>
    public string Path { get; }
}
