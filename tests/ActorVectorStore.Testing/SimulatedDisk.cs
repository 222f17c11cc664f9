using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Testing;

/// <summary>What the calls on one simulated disk share: its gate, space and names. Everything but the gate is guarded by the gate's lock.</summary>
internal sealed class SimulatedDisk(ulong seed, NameTree names, FreedBytes freed)
{
    private const int InputOutputError = 5;

    private long _lastFileId;

    public ulong Seed => seed;

    public OperationGate Gate { get; } = new();

    public DiskSpace Space { get; } = new();

    public DiskTraffic Traffic { get; } = new();

    public NameTree Names { get; } = names;

    public FreedBytes Freed { get; } = freed;

    /// <summary>Directories that have an owner.</summary>
    public HashSet<DirectoryNode> Locks { get; } = [];

    public CrashKeeps FailedSyncKeeps { get; set; } = CrashKeeps.None;

    public static SyncFailedException SyncFailure(string path) => new(path, InputOutputError, "simulated input/output error");

    /// <summary>How much of a write that fails reaches the file: anything from nothing to all.</summary>
    public int PartThatLands(long operationNumber, int length) => new SeededRandom(SeededRandom.Mix(seed, (ulong)operationNumber)).Next(length + 1);

    /// <summary>The file, found or made as the way of opening says. Emptying it is left to the caller.</summary>
    public FileNode FindOrCreate(string path, FileOpening opening, long operationNumber)
    {
        var mustExist = opening is FileOpening.ReadExisting or FileOpening.WriteExisting;
        if (Names.TryFind(path, out var node))
        {
            var file = node as FileNode ?? throw new IOException($"{path} is a directory, not a file.");
            return opening == FileOpening.CreateNew ? throw new IOException($"{path} exists already.") : file;
        }

        if (mustExist)
        {
            Names.TryFindParent(path, out _, out _);
            throw new FileNotFoundException($"There is no file {path}.", path);
        }

        var (parent, name) = Names.RequireParent(path);
        if (Path.EndsInDirectorySeparator(path))
        {
            throw new IOException($"{path} cannot be the name of a file.");
        }

        var created = new FileNode(++_lastFileId);
        Names.Change(operationNumber, new NameChange.Entry(parent, name, created));
        return created;
    }

    /// <summary>The same state of files, names and page cache, without handles, locks, plans and counts. Call under the lock.</summary>
    public SimulatedDisk Clone()
    {
        var copy = CopyWithoutSpace();
        copy.CountSpace();
        return copy;
    }

    /// <summary>The disk as a power loss leaves it. Call under the lock.</summary>
    public SimulatedDisk AfterPowerLoss(CrashKeeps keeps)
    {
        var loss = new PowerLoss(keeps);
        var copy = CopyWithoutSpace();
        copy.Names.LosePower(loss, copy.Freed);
        var files = copy.Names.LiveNodes().OfType<FileNode>().ToList();
        var lastWrite = files.Select(file => file.Content.LastPendingWrite).DefaultIfEmpty().Max();
        foreach (var file in files)
        {
            file.LosePower(loss, lastWrite, copy.Freed);
        }

        copy.CountSpace();
        return copy;
    }

    private SimulatedDisk CopyWithoutSpace()
    {
        var copy = new SimulatedDisk(seed, Names.Clone(), Freed.Clone()) { _lastFileId = _lastFileId, FailedSyncKeeps = FailedSyncKeeps };
        copy.Space.CapacityBytes = Space.CapacityBytes;
        return copy;
    }

    private void CountSpace()
    {
        foreach (var file in Names.LiveNodes().OfType<FileNode>())
        {
            Space.Count(file);
        }
    }
}
