using System.Globalization;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// A directory with a backup: files of shards, and the list of them. A backup into a directory that has one adds only the files that it has not: sealed segments never
/// change. One thread; who writes holds <see cref="Lock"/>.
/// </summary>
/// <remarks>
/// <para>Until the new list is durable the old one counts: a file that it names is neither deleted nor replaced by other bytes. After a crash the directory
/// holds the old backup or the new one; what else it left goes with the next.</para>
/// <para>A segment comes in whole: its own checksums are compared before it is taken, as a damaged one must not take the place of a backup that has it undamaged. Damage of a
/// section that is derived from others is let through: the database rebuilds it, and so does the restored one.</para>
/// <para>A writer deletes what neither it nor the list needs, which may be what another one has just put there: so there is one at a time. Readers hold nothing, and need not be able
/// to write: to one of them a backup that is replaced meanwhile is damaged.</para>
/// <para>Linking is safe because a segment is never written again: the database deletes its name only, which leaves the backup's. A file of the backup is never opened for
/// writing either, as it may be the database's. Restoring always copies: a database that shared its bytes with its only backup would lose both at once.</para>
/// </remarks>
/// <param name="fileSystem">The disk.</param>
/// <param name="directory">The directory; made with the first file.</param>
/// <param name="progress">Told after each file.</param>
public sealed class BackupDirectory(IFileSystem fileSystem, string directory, IProgress<BackupProgress>? progress = null)
{
    /// <summary>The file that says that segments may be links to a database's; the next backup by copying replaces them all.</summary>
    public const string LinkedMark = "LINKED";

    private const int PieceBytes = 1 << 20;

    private readonly PayloadBlockCache _cache = new(blocksMax: 1);
    private byte[]? _buffer;
    private Dictionary<string, BackupFile>? _listed;
    private BackupProgress _done;
    private bool _isMarked;

    /// <summary>The list's path.</summary>
    public string ListPath => Path.Combine(directory, BackupFormat.FileName);

    /// <summary>Whether there is a backup.</summary>
    public bool HasBackup => fileSystem.FileExists(ListPath);

    /// <summary>Whether segments of the backup may share their bytes with those of a database.</summary>
    public bool IsLinked => fileSystem.FileExists(MarkPath);

    private string ShardsPath => Path.Combine(directory, "shards");

    private string MarkPath => Path.Combine(directory, LinkedMark);

    // By path, of the backup that the directory has; empty where its list is damaged, so that there is none to keep.
    private Dictionary<string, BackupFile> Listed => _listed ??= ReadListed();

    /// <summary>Takes the directory, which is made if missing, for one backup: until the result is disposed of, or the process ends.</summary>
    /// <exception cref="DirectoryLockedException">A backup into it is being made, by this or by another process. Nothing was changed.</exception>
    public IDisposable Lock()
    {
        // Not in the directory itself: there it is the mark of a database.
        fileSystem.CreateDirectory(ShardsPath);
        try
        {
            return fileSystem.LockDirectory(ShardsPath);
        }
        catch (DirectoryLockedException e)
        {
            throw new DirectoryLockedException(directory, e.OwnerProcessId);
        }
    }

    /// <summary>The list.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="CorruptionException">It is damaged.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    public BackupContents ReadList()
    {
        using var file = fileSystem.Open(ListPath, FileOpening.ReadExisting);
        var bytes = new byte[checked((int)file.Length)];
        var read = file.Read(bytes, 0);
        return BackupFormat.Read(bytes[..read], ListPath);
    }

    /// <summary>Brings in the files of a shard's checkpoint. Durable on return, but not yet on the list.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">A name that no other shard of the database has or had: that of its directory, or the beginning of it.</param>
    /// <param name="method">How its segments come in.</param>
    /// <param name="cancellationToken">Looked at before each MiB; what is there is used by the next backup.</param>
    /// <exception cref="CorruptionException">A segment of the database is damaged.</exception>
    /// <exception cref="UnsupportedFormatException">The directory has a backup of a newer program.</exception>
    public BackupShard AddShard(CheckpointLease checkpoint, string name, BackupMethod method, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        RequireReadable();
        var segments = checkpoint.Segments.ToArray();
        if (segments.Length == 0)
            return new BackupShard(name, checkpoint.Index, checkpoint.Manifest, []);
        var deletions = segments.Where(pair => pair.Entry.DeletionsAt > 0).Select(pair => DeletionsOf(pair.Segment, pair.Entry)).ToArray();
        var folder = FolderFor(name, segments.Select(pair => pair.Segment.Path), deletions);
        var target = FolderOf(folder);
        fileSystem.CreateDirectory(target);
        MakeRoom(target, [.. segments.Select(pair => Path.GetFileName(pair.Segment.Path)), .. deletions.Select(file => file.Name)]);
        var files = segments.Select(pair => AddSegment(pair.Segment.Path, target, method, cancellationToken))
            .Concat(deletions.Select(file => AddDeletions(file.Name, file.Bytes, target))).ToArray();

        // Also what an earlier process put there, which may have died before it came so far.
        fileSystem.SyncDirectory(target);
        return new BackupShard(folder, checkpoint.Index, checkpoint.Manifest, files);
    }

    /// <summary>Makes the backup the one that the directory holds, and deletes the files of the one before that it does not need. Durable on return.</summary>
    /// <param name="contents">The backup.</param>
    /// <param name="method">As all its shards were added.</param>
    /// <exception cref="UnsupportedFormatException">The directory has a backup of a newer program.</exception>
    public void Complete(BackupContents contents, BackupMethod method)
    {
        ArgumentNullException.ThrowIfNull(contents);
        RequireReadable();
        fileSystem.CreateDirectory(directory);
        fileSystem.ReplaceFile(ListPath, BackupFormat.Write(contents));
        _listed = null;
        var kept = contents.Files.Select(file => PathOf(file.Folder, file.File.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in fileSystem.ListDirectories(ShardsPath).Select(FolderOf))
        {
            ShardFiles.EraseAllBut(fileSystem, folder, kept);
            if (fileSystem.ListFiles(folder).Count == 0 && fileSystem.ListDirectories(folder).Count == 0)
                fileSystem.DeleteDirectory(folder);
        }

        fileSystem.DeleteFile(TemporaryOf(MarkPath));
        if (method == BackupMethod.Copy)
            fileSystem.DeleteFile(MarkPath);
    }

    /// <summary>Reads every byte of the backup.</summary>
    /// <returns>The list.</returns>
    /// <exception cref="CorruptionException">A file is missing or damaged; the first one that was found.</exception>
    public BackupContents Verify(CancellationToken cancellationToken)
    {
        var contents = ReadList();
        foreach (var (folder, file) in contents.Files)
        {
            using var source = OpenNamed(folder, file);
            RequireHash(source.Path, file, HashOf(source, target: null, cancellationToken));
            Report(file.Bytes);
        }

        return contents;
    }

    /// <summary>Copies the files of a shard of the backup to where the shard will be. Durable on return.</summary>
    /// <exception cref="CorruptionException">A file is missing or damaged.</exception>
    public void RestoreShard(BackupShard shard, ShardPlace place, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(place);
        foreach (var file in shard.Files)
        {
            place.FileSystem.CreateDirectory(place.Directory);
            using var source = OpenNamed(shard.Folder, file);
            using var target = place.FileSystem.Open(Path.Combine(place.Directory, file.Name), FileOpening.CreateOrTruncate);
            RequireHash(source.Path, file, HashOf(source, target, cancellationToken));
            target.SyncData();
            Report(file.Bytes);
        }

        if (shard.Files.Count > 0)
            place.FileSystem.SyncDirectory(place.Directory);
    }

    private string FolderOf(string folder) => Path.Combine(ShardsPath, folder);

    private static string TemporaryOf(string path) => path + AtomicReplacement.TemporaryEnding;

    private string PathOf(string folder, string name) => Path.Combine(FolderOf(folder), name);

    // Also where nothing of it would be kept: the backup of a newer program is not replaced.
    private void RequireReadable() => _ = Listed;

    private Dictionary<string, BackupFile> ReadListed()
    {
        if (!HasBackup)
            return [];

        try
        {
            var contents = ReadList();

            // What is seen need not be what is durable, if its last sync failed or did not come: then the files that the durable one names would not be spared.
            fileSystem.ReplaceFile(ListPath, BackupFormat.Write(contents));
            return contents.Files.ToDictionary(file => PathOf(file.Folder, file.File.Name), file => file.File, StringComparer.Ordinal);
        }
        catch (CorruptionException)
        {
            return [];
        }
    }

    // Names of files come back: a shard whose newest segments went counts on from those that are left when it is opened again. Where the backup that still counts has
    // other bytes under one of the names, the shard gets a directory of its own.
    private string FolderFor(string name, IEnumerable<string> segments, (string Name, byte[] Bytes)[] deletions)
    {
        var used = Listed.Keys.Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Distinct()
            .Where(folder => folder == name || folder.StartsWith(name + ".", StringComparison.Ordinal));
        var numbered = Enumerable.Range(1, int.MaxValue).Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}.{number}"));
        return used.Append(name).Concat(numbered).First(HasNoOther);

        bool HasNoOther(string folder) =>
            segments.All(path => PathOf(folder, Path.GetFileName(path)) is var there && (!Listed.ContainsKey(there) || IsThere(path, there)))
                && deletions.All(file => !Listed.TryGetValue(PathOf(folder, file.Name), out var listed) || listed.Hash == XxHash128.HashToUInt128(file.Bytes));
    }

    // What a backup left that did not come to its end, and nobody needs, would take room until one does.
    private void MakeRoom(string target, IEnumerable<string> wanted) => ShardFiles.EraseAllBut(
        fileSystem, target, wanted.Select(name => Path.Combine(target, name)).Concat(Listed.Keys).ToHashSet(StringComparer.Ordinal));

    private BackupFile AddSegment(string from, string target, BackupMethod method, CancellationToken cancellationToken)
    {
        var to = Path.Combine(target, Path.GetFileName(from));
        var (mayKeep, isThere) = (method == BackupMethod.Link || !IsLinked, IsThere(from, to));
        if (isThere && Listed.TryGetValue(to, out var listed) && FileOf(to, cancellationToken) == listed)
        {
            if (mayKeep)
                Report(0, isKept: true);
            else
                Unlink(to, listed, cancellationToken);
            return listed;
        }

        var file = (isThere && mayKeep ? TakeLeftover(to, cancellationToken) : null) ?? Take(from, to, method, cancellationToken);
        fileSystem.Rename(TemporaryOf(to), to);
        return file;
    }

    // A copy of the backup's own bytes: those of the database may have lost a derived section since, and are not what the list says.
    private void Unlink(string to, BackupFile listed, CancellationToken cancellationToken)
    {
        RequireHash(to, listed, Copy(to, to, cancellationToken).Hash);
        fileSystem.Rename(TemporaryOf(to), to);
    }

    // Of a backup that did not come to its end. Its bytes are durable, but its name need not be, and may even be lost to all later syncs: it is given anew.
    private BackupFile? TakeLeftover(string to, CancellationToken cancellationToken)
    {
        if (Listed.ContainsKey(to) || DamagesOf(to, cancellationToken).Count > 0)
            return null;
        fileSystem.Rename(to, TemporaryOf(to));
        Report(0, isKept: true);
        return FileOf(TemporaryOf(to), cancellationToken) with { Name = Path.GetFileName(to) };
    }

    private BackupFile Take(string from, string to, BackupMethod method, CancellationToken cancellationToken)
    {
        RequireWhole(from, cancellationToken);
        if (method == BackupMethod.Copy || !fileSystem.TryLink(from, TemporaryOf(to)))
            return Copy(from, to, cancellationToken);
        SetLinkedMark();
        var file = FileOf(from, cancellationToken);
        Report(0, isLinked: true);
        return file;
    }

    // A new file: one of this name may be a link to the database's.
    private BackupFile Copy(string from, string to, CancellationToken cancellationToken)
    {
        using var source = fileSystem.Open(from, FileOpening.ReadExisting);
        using var target = fileSystem.Open(TemporaryOf(to), FileOpening.CreateNew);
        var hash = HashOf(source, target, cancellationToken);
        target.SyncData();
        Report(source.Length);
        return new BackupFile(Path.GetFileName(to), source.Length, hash);
    }

    private BackupFile FileOf(string path, CancellationToken cancellationToken)
    {
        using var file = fileSystem.Open(path, FileOpening.ReadExisting);
        return new BackupFile(Path.GetFileName(path), file.Length, HashOf(file, target: null, cancellationToken));
    }

    // Durable before the first link has its name. One that is there need not be.
    private void SetLinkedMark()
    {
        if (!_isMarked)
            fileSystem.ReplaceFile(MarkPath, "Segments of this backup share their bytes with those of a database on the same disk.\n"u8);
        _isMarked = true;
    }

    private void RequireWhole(string path, CancellationToken cancellationToken)
    {
        if (DamagesOf(path, cancellationToken).FirstOrDefault(damage => !damage.IsDerived) is { } damage)
            throw damage.ToException();
    }

    private IReadOnlyList<SealedDamage> DamagesOf(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var segment = SealedSegment.Open(fileSystem, path, _cache);
            return segment.Scrub(progress: null, cancellationToken);
        }
        catch (CorruptionException e)
        {
            return [SealedDamage.OfDirectory(e)];
        }
    }

    private bool IsThere(string from, string path)
    {
        if (!fileSystem.FileExists(path))
            return false;
        using var source = fileSystem.Open(from, FileOpening.ReadExisting);
        using var there = fileSystem.Open(path, FileOpening.ReadExisting);
        return SegmentEnd.IsSame(source, there);
    }

    // Made again instead of copied: the shard may have let go of the file since.
    private static (string Name, byte[] Bytes) DeletionsOf(DiskSegment segment, SegmentEntry entry) =>
        (ShardFiles.DeletionsNameOf(entry.Id, entry.DeletionsAt), DeletionsFormat.Write(entry.Id, entry.DeletionsAt, [.. segment.Deletions.UpTo(entry.DeletionsAt)]));

    private BackupFile AddDeletions(string name, byte[] bytes, string target)
    {
        fileSystem.ReplaceFile(Path.Combine(target, name), bytes);
        Report(bytes.Length);
        return new BackupFile(name, bytes.Length, XxHash128.HashToUInt128(bytes));
    }

    private IFile OpenNamed(string folder, BackupFile file)
    {
        var path = PathOf(folder, file.Name);
        try
        {
            var opened = fileSystem.Open(path, FileOpening.ReadExisting);
            if (opened.Length == file.Bytes)
                return opened;
            var length = opened.Length;
            opened.Dispose();
            throw new CorruptionException(path, 0, $"{file.Bytes} bytes", $"{length}");
        }
        catch (FileNotFoundException e)
        {
            throw new CorruptionException(path, 0, "a file that is on the list", e.Message);
        }
    }

    private UInt128 HashOf(IFile source, IFile? target, CancellationToken cancellationToken)
    {
        var hash = new XxHash128();

        // Not before: each opening of a database asks whether there is a backup, and no more.
        var buffer = _buffer ??= new byte[PieceBytes];
        for (var at = 0L; at < source.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, source.Read(buffer, at));
            if (piece.IsEmpty)
                break;
            hash.Append(piece);
            target?.Write(piece, at);
            at += piece.Length;
        }

        return hash.GetCurrentHashAsUInt128();
    }

    private static void RequireHash(string path, BackupFile file, UInt128 found)
    {
        if (found != file.Hash)
            throw new CorruptionException(path, 0, $"XXH128 {file.Hash:x32}", $"{found:x32}");
    }

    private void Report(long copiedBytes, bool isKept = false, bool isLinked = false)
    {
        _done = new BackupProgress(
            _done.Files + 1, _done.CopiedBytes + copiedBytes, _done.KeptFiles + (isKept ? 1 : 0), _done.LinkedFiles + (isLinked ? 1 : 0));
        progress?.Report(_done);
    }
}
