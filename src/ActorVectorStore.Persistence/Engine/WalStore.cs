using ActorVectorStore.FileSystem;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>An open engine: the log and the snapshot files of one directory.</summary>
internal sealed class WalStore : IAsyncDisposable
{
    private const int SegmentsAhead = 4;

    private readonly IFileSystem _fileSystem;
    private readonly WalEngineSettings _settings;
    private readonly PersistenceMutations _mutations;

    private WalStore(IFileSystem fileSystem, WalEngineSettings settings, PersistenceMutations mutations, WriteAheadLog log, SnapshotFiles snapshots)
    {
        (_fileSystem, _settings, _mutations) = (fileSystem, settings, mutations);
        Log = log;
        WriteBudget = new WriteBudget(settings.Log.QueueBytesMax);
        WriteTurns = new StreamTurns(isOrdered: !Has(PersistenceMutations.SkipTurns));
        Snapshots = snapshots;
    }

    public WriteAheadLog Log { get; }

    public SnapshotFiles Snapshots { get; }

    /// <summary>Bounds what all journals on this log have under way.</summary>
    public WriteBudget WriteBudget { get; }

    /// <summary>The turns of writes that take more than one append or wait for room: later requests for the same persistence id wait for them.</summary>
    public StreamTurns WriteTurns { get; }

    /// <summary>Bytes below which the disk is short of space: what the log takes for its next segments.</summary>
    public long ShortSpaceBytes => SegmentsAhead * (long)_settings.Log.SegmentBytes;

    /// <summary>Bytes that the disk has left. Asks the file system.</summary>
    public long AvailableBytes => _fileSystem.AvailableBytes(_settings.Directory);

    /// <summary>Whether a test has broken a rule.</summary>
    public bool Has(PersistenceMutations mutation) => (_mutations & mutation) != 0;

    /// <summary>Reads the directory on the calling thread, which should be one of the pool.</summary>
    public static async Task<WalStore> OpenAsync(IFileSystem fileSystem, WalEngineSettings settings, PersistenceMutations mutations = PersistenceMutations.None)
    {
        fileSystem.CreateDirectory(settings.Directory);

        // The log comes first because it locks the directory, and opening the snapshots removes left-over files.
        var log = WriteAheadLog.Open(fileSystem, settings.Directory, settings.Log);
        try
        {
            var directory = Path.Combine(settings.Directory, SnapshotFiles.FolderName);
            var snapshots = SnapshotFiles.Open(fileSystem, directory, settings.SnapshotCompressionBytesMin, mutations: mutations);
            return new WalStore(fileSystem, settings, mutations, log, snapshots);
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
