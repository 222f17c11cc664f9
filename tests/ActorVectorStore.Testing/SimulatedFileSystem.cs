using System.Globalization;
using System.Text;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Testing;

/// <summary>
/// A disk in memory that is as bad as the port allows: a power loss takes any part of what was not synced, writes tear, bytes rot, space runs
/// out and the n-th operation fails. Every choice follows from seeds, so that a failing run replays exactly (as far as the threads that use
/// it come in the same order). All members may be called from any thread.
/// </summary>
/// <remarks>
/// <para><b>Reboot.</b> <see cref="Crash"/> and <see cref="Kill"/> return the disk as the next process finds it. The old instance is then
/// dead: its calls and its open files throw <see cref="IOException"/>; but it can be crashed again, to look at other outcomes of the same
/// moment. A rebooted disk starts with new counts and without planned failures and crashes.</para>
/// <para><b>The beginning.</b> The disk has its root and the process's directory, so that relative paths work.</para>
/// </remarks>
public sealed class SimulatedFileSystem : IFileSystem
{
    private const int PidWidth = 16;

    private readonly SimulatedDisk _disk;

    public SimulatedFileSystem(ulong seed = 0)
        : this(new SimulatedDisk(seed, new NameTree(), new FreedBytes()))
    {
        MakeFirstDirectories(Environment.CurrentDirectory);
    }

    private SimulatedFileSystem(SimulatedDisk disk) => _disk = disk;

    /// <summary>Seed of the choices that a running disk makes; a power loss brings its own.</summary>
    public ulong Seed => _disk.Seed;

    /// <summary>
    /// Operations so far that change the disk: the numbers for <see cref="CrashAt"/>. Reading, asking and opening what exists are not
    /// counted; creating or emptying a file by opening it is, and so is each directory made and each sync by <see cref="CreateDirectory"/>.
    /// </summary>
    public long OperationCount => Guarded(disk => disk.Gate.OperationCount);

    /// <summary>
    /// Called after each operation that changes the disk, with its number, on the operation's thread and under the disk's lock:
    /// <see cref="Clone"/> here takes the state of exactly this moment.
    /// </summary>
    public Action<long>? OperationEnded
    {
        get => _disk.Gate.OperationEnded;
        set => _disk.Gate.OperationEnded = value;
    }

    /// <summary>Whether operations are written to <see cref="Trace"/>.</summary>
    public bool IsTracing
    {
        get => _disk.Gate.IsTracing;
        set => _disk.Gate.IsTracing = value;
    }

    /// <summary>One line for each operation since <see cref="IsTracing"/> was set: number (or -), kind, path, bytes, and whether it failed.</summary>
    public IReadOnlyList<string> Trace => _disk.Gate.Trace;

    /// <summary>
    /// The size of the disk; may be set at any time, also below what is used. Space is counted in blocks of 4 KiB, for the bytes of files
    /// only. What has space by writing or reservation can be overwritten however full the disk is.
    /// </summary>
    public long CapacityBytes
    {
        get => Guarded(disk => disk.Space.CapacityBytes);
        set => Guarded(disk => disk.Space.CapacityBytes = value);
    }

    public long UsedBytes => Guarded(disk => disk.Space.UsedBytes);

    /// <summary>The bytes that went to and fro since the disk was made or rebooted.</summary>
    public DiskTraffic Traffic => _disk.Traffic;

    /// <summary>What of the unsynced changes reaches the disk when a sync fails. Nothing, unless told otherwise.</summary>
    public CrashKeeps FailedSyncKeeps
    {
        get => Guarded(disk => disk.FailedSyncKeeps);
        set => Guarded(disk => disk.FailedSyncKeeps = value);
    }

    /// <summary>Whether <see cref="TryLink"/> links; false is as on a file system without hard links. A rebooted disk can.</summary>
    public bool CanLink { get; set; } = true;

    /// <summary>Operations of these kinds so far, failed ones included.</summary>
    public long Count(DiskOperations kinds) => _disk.Gate.Count(kinds);

    /// <summary>
    /// Makes operations fail that are still to come: the <paramref name="number"/>-th (from 1) of all operations of these kinds together
    /// that begin after this call, and the <paramref name="times"/> - 1 after it. A failed write leaves a head of its bytes, a failed sync throws
    /// <see cref="SyncFailedException"/> and loses what it should have written, every other failure has no effect but its <see cref="IOException"/>.
    /// </summary>
    public void Fail(DiskOperations kinds, long number, long times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        _disk.Gate.Plan(kinds, number, times, isFull: false);
    }

    /// <summary>
    /// As <see cref="Fail"/>, by <see cref="DiskFullException"/>: the disk says that it has no space for these operations, whatever
    /// <see cref="CapacityBytes"/> says. Not for syncs, whose failures say no reason.
    /// </summary>
    public void Refuse(DiskOperations kinds, long number, long times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        _disk.Gate.Plan(kinds, number, times, isFull: true);
    }

    /// <summary>Forgets all planned failures.</summary>
    public void StopFailing() => _disk.Gate.ClearFailures();

    /// <summary>
    /// Turns the power off at an operation that is still to come (see <see cref="OperationCount"/>): this call and every later one throws
    /// <see cref="SimulatedCrashException"/> until <see cref="Crash"/> or <see cref="Kill"/> gives the rebooted disk.
    /// </summary>
    public void CrashAt(long operationNumber, CrashMoment moment) => _disk.Gate.CrashAt(operationNumber, moment);

    /// <summary>The disk after a power loss at this moment.</summary>
    public SimulatedFileSystem Crash(CrashKeeps keeps) => Guarded(disk =>
    {
        disk.Gate.Replace();
        return new SimulatedFileSystem(disk.AfterPowerLoss(keeps));
    });

    /// <summary>
    /// The disk after the process alone died: all writes are there, locks are free, and what was not synced is still not synced; a power loss
    /// of the returned disk can take it.
    /// </summary>
    public SimulatedFileSystem Kill() => Guarded(disk =>
    {
        disk.Gate.Replace();
        return new SimulatedFileSystem(disk.Clone());
    });

    /// <summary>
    /// A second disk in the same state, unsynced changes included; no handle or lock of this one is valid there. Costs little, because bytes
    /// are copied when one of the two writes them.
    /// </summary>
    public SimulatedFileSystem Clone() => Guarded(disk => new SimulatedFileSystem(disk.Clone()));

    /// <summary>Flips one bit (0 to 7) of a byte on the disk. The file must have no unsynced changes.</summary>
    public void FlipBit(string path, long offset, int bit) => Rot(path, content =>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bit, 7u, nameof(bit));
        RequireInside(content, offset, 1);
        var one = new byte[1];
        content.Read(one, offset);
        one[0] ^= (byte)(1 << bit);
        content.Rot(one, offset);
    });

    /// <summary>Puts bytes on the disk in the place of others. The file must have no unsynced changes.</summary>
    public void Overwrite(string path, long offset, byte[] bytes) => Rot(path, content =>
    {
        RequireInside(content, offset, bytes.Length);
        content.Rot(bytes, offset);
    });

    /// <summary>Cuts a file on the disk. The file must have no unsynced changes.</summary>
    public void Truncate(string path, long length) => Rot(path, content =>
    {
        RequireInside(content, length, 0);
        content.RotLength(length);
    });

    public IFile Open(string path, FileOpening opening)
    {
        using var operation = _disk.Gate.Begin(
            ChangesDisk(path, opening) ? DiskOperations.Open | DiskOperations.Create : DiskOperations.Open, ChangesDisk(path, opening), path);
        operation.ThrowIfFails();
        var file = _disk.FindOrCreate(path, opening, operation.Number);
        if (opening == FileOpening.CreateOrTruncate)
        {
            file.Content.SetLength(0, operation.Number);
            _disk.Space.GiveBack(file, 0);
        }

        file.Handles++;
        return new SimulatedFile(_disk, file, path, canWrite: opening != FileOpening.ReadExisting);
    }

    public bool FileExists(string path) => Exists<FileNode>(path);

    public bool DirectoryExists(string path) => Exists<DirectoryNode>(path);

    public IReadOnlyList<string> ListFiles(string directory) => List<FileNode>(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => List<DirectoryNode>(directory);

    public void CreateDirectory(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full);
        if (!DirectoryExists(full))
        {
            if (parent is not null)
            {
                CreateDirectory(parent);
            }

            MakeDirectory(full);
        }

        if (parent is not null)
        {
            SyncDirectory(parent);
        }
    }

    public void DeleteFile(string path)
    {
        using var operation = _disk.Gate.Begin(DiskOperations.Delete, changesDisk: true, path);
        operation.ThrowIfFails();
        if (!_disk.Names.TryFind(path, out var node))
        {
            return;
        }

        var file = node as FileNode ?? throw new IOException($"{path} is a directory, not a file.");
        _disk.Names.TryFindParent(path, out var parent, out var name);
        _disk.Names.Change(operation.Number, new NameChange.Entry(parent!, name, null));
        _disk.Space.ForgetIfGone(file);
    }

    public void DeleteDirectory(string path)
    {
        using var operation = _disk.Gate.Begin(DiskOperations.Delete, changesDisk: true, path);
        operation.ThrowIfFails();
        var directory = _disk.Names.RequireDirectory(path);
        if (directory.Live.Count > 0 || !_disk.Names.TryFindParent(path, out var parent, out var name))
        {
            throw new IOException($"{path} is not empty.");
        }

        _disk.Names.Change(operation.Number, new NameChange.Entry(parent, name, null));
    }

    public void Rename(string source, string target)
    {
        using var operation = _disk.Gate.Begin(DiskOperations.Rename, changesDisk: true, $"{source} -> {target}");
        operation.ThrowIfFails();
        if (!_disk.Names.TryFind(source, out var node) || node is not FileNode)
        {
            throw new FileNotFoundException($"There is no file {source}.", source);
        }

        _disk.Names.TryFindParent(source, out var oldParent, out var oldName);
        var (newParent, newName) = _disk.Names.RequireParent(target);
        _disk.Names.TryFind(target, out var replaced);
        if (replaced is DirectoryNode || Path.EndsInDirectorySeparator(target))
        {
            throw new IOException($"{target} is a directory; a file cannot replace it.");
        }

        if (replaced == node)
        {
            return;
        }

        _disk.Names.Change(
            operation.Number, new NameChange.Entry(oldParent!, oldName, null), new NameChange.Entry(newParent, newName, node));
        if (replaced is FileNode file)
        {
            _disk.Space.ForgetIfGone(file);
        }
    }

    public bool TryLink(string source, string target)
    {
        using var operation = _disk.Gate.Begin(DiskOperations.Link, changesDisk: true, $"{source} -> {target}");
        operation.ThrowIfFails();
        if (!_disk.Names.TryFind(source, out var node) || node is not FileNode)
        {
            throw new FileNotFoundException($"There is no file {source}.", source);
        }

        var (parent, name) = _disk.Names.RequireParent(target);
        if (parent.Live.ContainsKey(name) || Path.EndsInDirectorySeparator(target))
        {
            throw new IOException($"{target} is taken or no name of a file.");
        }

        if (!CanLink)
        {
            return false;
        }

        _disk.Names.Change(operation.Number, new NameChange.Entry(parent, name, node));
        return true;
    }

    public void SyncDirectory(string path)
    {
        using var operation = _disk.Gate.Begin(DiskOperations.DirectorySync, changesDisk: true, path);
        if (!_disk.Names.TryFind(path, out var node) || node is not DirectoryNode directory)
        {
            throw new SyncFailedException(path, 2, "no such directory");
        }

        if (operation.Fails)
        {
            _disk.Names.FailSync(directory);
            throw SimulatedDisk.SyncFailure(path);
        }

        _disk.Names.Sync(directory, _disk.Freed);
    }

    public IDisposable LockDirectory(string path)
    {
        using var operation = _disk.Gate.Begin(DiskOperations.Lock, changesDisk: true, path);
        operation.ThrowIfFails();
        var directory = _disk.Names.RequireDirectory(path);
        if (_disk.Locks.Contains(directory))
        {
            throw new DirectoryLockedException(path, Environment.ProcessId);
        }

        var file = _disk.FindOrCreate(Path.Combine(path, PhysicalFileSystem.LockFileName), FileOpening.CreateOrTruncate, operation.Number);
        var pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture).PadRight(PidWidth);
        if (!_disk.Space.TryTake(file, 0, PidWidth, out _))
        {
            throw new DiskFullException(path);
        }

        file.Content.Write(Encoding.ASCII.GetBytes(pid), 0, operation.Number);
        _disk.Locks.Add(directory);
        return new HeldLock(_disk, directory);
    }

    public long AvailableBytes(string directory)
    {
        using var operation = _disk.Gate.Begin(DiskOperations.None, changesDisk: false, directory);
        _disk.Names.RequireDirectory(directory);
        return _disk.Space.AvailableBytes;
    }

    private static void RequireInside(FileContent content, long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, content.Length, nameof(offset));
    }

    private TResult Guarded<TResult>(Func<SimulatedDisk, TResult> action)
    {
        using var scope = _disk.Gate.EnterScope();
        return action(_disk);
    }

    private void MakeFirstDirectories(string path)
    {
        if (Path.GetDirectoryName(path) is { } parent)
        {
            MakeFirstDirectories(parent);
            _disk.Names.TryFindParent(path, out var directory, out var name);
            _disk.Names.Change(0, new NameChange.Entry(directory!, name, new DirectoryNode()));
            _disk.Names.Sync(directory!, _disk.Freed);
        }
    }

    private void MakeDirectory(string path)
    {
        using var operation = _disk.Gate.Begin(DiskOperations.CreateDirectory, changesDisk: true, path);
        operation.ThrowIfFails();
        var (parent, name) = _disk.Names.RequireParent(path);
        if (parent.Live.TryGetValue(name, out var existing))
        {
            // Two threads may create the same directory; a file in its place is an error.
            _ = existing as DirectoryNode ?? throw new IOException($"{path} is a file, not a directory.");
            return;
        }

        _disk.Names.Change(operation.Number, new NameChange.Entry(parent, name, new DirectoryNode()));
    }

    private static bool ChangesDisk(string path, FileOpening opening) => opening switch
    {
        FileOpening.ReadExisting or FileOpening.WriteExisting => false,
        FileOpening.CreateNew => true,
        FileOpening.CreateOrTruncate => true,
        _ => throw new ArgumentOutOfRangeException(nameof(opening), opening, $"No way to open {path}."),
    };

    private bool Exists<TNode>(string path)
        where TNode : Node
    {
        using var operation = _disk.Gate.Begin(DiskOperations.None, changesDisk: false, path);
        return !string.IsNullOrEmpty(path) && _disk.Names.TryFind(path, out var node) && node is TNode;
    }

    private string[] List<TNode>(string directory)
        where TNode : Node
    {
        using var operation = _disk.Gate.Begin(DiskOperations.None, changesDisk: false, directory);
        return _disk.Names.TryFind(directory, out var node) && node is DirectoryNode found ? found.NamesOf<TNode>() : [];
    }

    private void Rot(string path, Action<FileContent> change)
    {
        using var scope = _disk.Gate.EnterScope();
        if (!_disk.Names.TryFind(path, out var node) || node is not FileNode file)
        {
            throw new FileNotFoundException($"There is no file {path}.", path);
        }

        if (!file.Content.IsClean)
        {
            throw new InvalidOperationException($"{path} has unsynced changes; sync or crash before bytes rot.");
        }

        change(file.Content);
    }

    private sealed class HeldLock(SimulatedDisk disk, DirectoryNode directory) : IDisposable
    {
        private bool _isDisposed;

        public void Dispose()
        {
            using var scope = disk.Gate.EnterScope();
            if (!_isDisposed)
            {
                _isDisposed = true;
                disk.Locks.Remove(directory);
            }
        }
    }
}
