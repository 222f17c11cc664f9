using ActorVectorStore.FileSystem;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>An open engine: the log and the snapshot files of one directory.</summary>
internal sealed class WalStore : IAsyncDisposable
{
    private WalStore(WriteAheadLog log, SnapshotFiles snapshots, long queueBytesMax)
    {
        Log = log;
        WriteBudget = new WriteBudget(queueBytesMax);
        Snapshots = snapshots;
    }

    public WriteAheadLog Log { get; }

    public SnapshotFiles Snapshots { get; }

    /// <summary>Bounds what all journals on this log have under way.</summary>
    public WriteBudget WriteBudget { get; }

    /// <summary>The turns of writes that take more than one append or wait for room: later requests for the same persistence id wait for them.</summary>
    public StreamTurns WriteTurns { get; } = new();

    /// <summary>Reads the directory on the calling thread, which should be one of the pool.</summary>
    public static async Task<WalStore> OpenAsync(IFileSystem fileSystem, WalEngineSettings settings)
    {
        fileSystem.CreateDirectory(settings.Directory);

        // The log comes first because it locks the directory, and opening the snapshots removes left-over files.
        var log = WriteAheadLog.Open(fileSystem, settings.Directory, settings.Log);
        try
        {
            var directory = Path.Combine(settings.Directory, SnapshotFiles.FolderName);
            return new WalStore(log, SnapshotFiles.Open(fileSystem, directory, settings.SnapshotCompressionBytesMin), settings.Log.QueueBytesMax);
        }
        catch
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Snapshots.DisposeAsync().ConfigureAwait(false);
        await Log.DisposeAsync().ConfigureAwait(false);
    }
}
