using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// Makes the log's identity file (<see cref="LogIdentityFormat"/>) around its first commit, in two steps: what needs space comes before the commit,
/// while it can still be refused; what makes it count comes when the commit is durable. Used by one commit at a time.
/// </summary>
internal sealed class LogIdentity(IFileSystem fileSystem, string directory, ulong salt, bool isDurable)
{
    private readonly string _path = Path.Combine(directory, LogIdentityFormat.FileName);
    private bool _isPrepared;

    /// <summary>The file is there and will survive a power failure.</summary>
    public bool IsDurable { get; private set; } = isDurable;

    /// <summary>Writes and syncs the file under a temporary name, under which it says nothing.</summary>
    public void Prepare()
    {
        if (_isPrepared)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[LogIdentityFormat.FileBytes];
        LogIdentityFormat.Write(bytes, salt);
        using var file = fileSystem.Open(_path + AtomicReplacement.TemporaryEnding, FileOpening.CreateOrTruncate);
        file.Write(bytes, 0);
        file.SyncData();
        _isPrepared = true;
    }

    /// <summary>Gives the file its name, durably. Frames of this log have been synced before.</summary>
    public void Confirm()
    {
        fileSystem.Rename(_path + AtomicReplacement.TemporaryEnding, _path);
        fileSystem.SyncDirectory(directory);
        IsDurable = true;
    }

    /// <summary>The salt in a directory's identity file, or null if it has none.</summary>
    /// <inheritdoc cref="LogIdentityFormat.ReadSalt" path="/exception"/>
    public static ulong? Find(IFileSystem fileSystem, string directory)
    {
        var path = Path.Combine(directory, LogIdentityFormat.FileName);
        if (!fileSystem.FileExists(path))
        {
            return null;
        }

        using var file = fileSystem.Open(path, FileOpening.ReadExisting);
        return LogIdentityFormat.ReadSalt(file);
    }
}
