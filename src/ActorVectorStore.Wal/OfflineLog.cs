using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// The log of a directory that no process has open, for reading only: as opening it would find it, without what opening would repair. Holds the
/// directory's lock until it is disposed of and modifies nothing else. Any thread.
/// </summary>
public sealed class OfflineLog : IDisposable
{
    private readonly LogRecovery _recovery;
    private readonly RecoveredLog _log;
    private readonly BatchQueries _queries;
    private readonly IDisposable _lock;

    private OfflineLog(LogRecovery recovery, RecoveredLog log, IDisposable directoryLock)
    {
        (_recovery, _log, _lock) = (recovery, log, directoryLock);
        _queries = new BatchQueries(log.Index, log.Seal);
    }

    internal RecoveredLog Recovered => _log;

    /// <summary>Reads as much as opening the log would.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="DirectoryLockedException">A process has the log open.</exception>
    /// <exception cref="CorruptionException">The log could not be opened.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote the log.</exception>
    public static OfflineLog Open(IFileSystem fileSystem, string directory)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!fileSystem.DirectoryExists(directory))
        {
            throw new DirectoryNotFoundException($"There is no directory {directory}.");
        }

        var directoryLock = fileSystem.LockDirectory(directory);
        try
        {
            var recovery = new LogRecovery(fileSystem, directory, FileOpening.ReadExisting, WalMutations.None);
            return new OfflineLog(recovery, recovery.Read(), directoryLock);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="WriteAheadLog.ReadState"/>
    public StreamState ReadState(string stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return _queries.State(stream);
    }

    /// <inheritdoc cref="WriteAheadLog.ReadAll"/>
    public BatchReader ReadAll(long fromOrdinal = 1) => _queries.All(fromOrdinal);

    /// <summary>Lets go of the directory. Readers must have been disposed of.</summary>
    public void Dispose()
    {
        _recovery.CloseFiles();
        _lock.Dispose();
    }
}
