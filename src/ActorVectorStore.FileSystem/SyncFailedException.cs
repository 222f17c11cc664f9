namespace ActorVectorStore.FileSystem;

/// <summary>
/// A sync of a file or directory failed. What was written since the last successful sync is in an unknown state, and the kernel may have
/// forgotten the failure: whoever gets this stops writing for good and starts again from what the disk holds.
/// </summary>
public sealed class SyncFailedException : IOException
{
    /// <summary>Names the file or directory and the operating system's error number.</summary>
    public SyncFailedException(string path, int errorNumber, string reason)
        : base($"Sync of {path} failed with error {errorNumber} ({reason}); writes since the last sync may be lost.")
    {
        Path = path;
        ErrorNumber = errorNumber;
    }

    /// <summary>The file or directory.</summary>
    public string Path { get; }

    /// <summary>The operating system's error number (errno).</summary>
    public int ErrorNumber { get; }
}
