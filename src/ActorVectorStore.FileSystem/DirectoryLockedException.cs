namespace ActorVectorStore.FileSystem;

/// <summary>The directory belongs to another process, or to another owner in this process. Nothing was opened or modified.</summary>
public sealed class DirectoryLockedException : IOException
{
    /// <summary>Names the directory and its owner.</summary>
    /// <param name="directory">The directory that was asked for.</param>
    /// <param name="ownerProcessId">Process id in the lock file, or null if it cannot be read (the owner is just starting).</param>
    public DirectoryLockedException(string directory, int? ownerProcessId)
        : base($"{directory} is in use by {(ownerProcessId is { } id ? $"process {id}" : "another process")}; one directory has one owner at a time.")
    {
        Directory = directory;
        OwnerProcessId = ownerProcessId;
    }

    /// <summary>The directory that was asked for.</summary>
    public string Directory { get; }

    /// <summary>The owner's process id, if the lock file says it.</summary>
    public int? OwnerProcessId { get; }
}
