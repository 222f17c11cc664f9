using System.IO.Hashing;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// A directory with a backup: files of shards, and the list of them. A backup into a directory that has one copies only the files that it has not: sealed segments never
/// change. One thread, one process.
/// </summary>
/// <param name="fileSystem">The disk.</param>
/// <param name="directory">The directory; made with the first file.</param>
/// <param name="progress">Told after each file.</param>
public sealed class BackupDirectory(IFileSystem fileSystem, string directory, IProgress<BackupProgress>? progress = null)
{
    private const int PieceBytes = 1 << 20;
    private const int ComparedBytes = 128 << 10;

    private readonly byte[] _buffer = new byte[PieceBytes];
    private BackupProgress _done;

    /// <summary>The list's path.</summary>
    public string ListPath => Path.Combine(directory, BackupFormat.FileName);

    /// <summary>Whether there is a backup.</summary>
    public bool HasBackup => fileSystem.FileExists(ListPath);

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

    /// <summary>Copies the files of a shard's checkpoint. Durable on return, but not yet on the list.</summary>
    public BackupShard CopyShard(CheckpointLease checkpoint, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var target = FolderOf(folder);
        var files = new List<BackupFile>();
        foreach (var (segment, entry) in checkpoint.Segments)
        {
            fileSystem.CreateDirectory(target);
            files.Add(CopyFile(segment.Path, Path.Combine(target, Path.GetFileName(segment.Path)), cancellationToken));
            if (entry.DeletionsAt > 0)
                files.Add(WriteDeletions(segment, entry, target));
        }

        return new BackupShard(folder, checkpoint.Index, checkpoint.Manifest, files);
    }

    /// <summary>Makes the backup the one that the directory holds, and deletes the files of the one before that it does not need. Durable on return.</summary>
    public void Complete(BackupContents contents)
    {
        ArgumentNullException.ThrowIfNull(contents);
        fileSystem.CreateDirectory(directory);
        fileSystem.ReplaceFile(ListPath, BackupFormat.Write(contents));
        var kept = contents.Files.Select(file => Path.Combine(FolderOf(file.Folder), file.File.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in fileSystem.ListDirectories(Path.Combine(directory, "shards")))
            ShardFiles.EraseAllBut(fileSystem, FolderOf(folder), kept);
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
            Report(file.Bytes, isKept: false);
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
            Report(file.Bytes, isKept: false);
        }

        if (shard.Files.Count > 0)
            place.FileSystem.SyncDirectory(place.Directory);
    }

    private string FolderOf(string folder) => Path.Combine(directory, "shards", folder);

    private BackupFile CopyFile(string from, string to, CancellationToken cancellationToken)
    {
        using var source = fileSystem.Open(from, FileOpening.ReadExisting);
        var name = Path.GetFileName(to);
        if (IsThere(source, to))
        {
            var hash = HashOf(source, target: null, cancellationToken);
            Report(source.Length, isKept: true);
            return new BackupFile(name, source.Length, hash);
        }

        var temporary = to + AtomicReplacement.TemporaryEnding;
        using var target = fileSystem.Open(temporary, FileOpening.CreateOrTruncate);
        var copied = HashOf(source, target, cancellationToken);
        target.SyncData();
        fileSystem.Rename(temporary, to);
        fileSystem.SyncDirectory(Path.GetDirectoryName(to)!);
        Report(source.Length, isKept: false);
        return new BackupFile(name, source.Length, copied);
    }

    // A segment ends with the checksums of all its blocks and its directory: what agrees there is the same segment.
    private bool IsThere(IFile source, string path)
    {
        if (!fileSystem.FileExists(path))
            return false;
        using var there = fileSystem.Open(path, FileOpening.ReadExisting);
        var length = (int)Math.Min(ComparedBytes, source.Length);
        var (one, other) = (new byte[length], new byte[length]);
        return there.Length == source.Length
            && source.Read(one, source.Length - length) == length
            && there.Read(other, source.Length - length) == length
            && one.AsSpan().SequenceEqual(other);
    }

    // Made again instead of copied: the shard may have let go of the file since.
    private BackupFile WriteDeletions(DiskSegment segment, SegmentEntry entry, string target)
    {
        var bytes = DeletionsFormat.Write(entry.Id, entry.DeletionsAt, [.. segment.Deletions.UpTo(entry.DeletionsAt)]);
        var name = ShardFiles.DeletionsNameOf(entry.Id, entry.DeletionsAt);
        fileSystem.ReplaceFile(Path.Combine(target, name), bytes);
        Report(bytes.Length, isKept: false);
        return new BackupFile(name, bytes.Length, XxHash128.HashToUInt128(bytes));
    }

    private IFile OpenNamed(string folder, BackupFile file)
    {
        var path = Path.Combine(FolderOf(folder), file.Name);
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
        for (var at = 0L; at < source.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var piece = _buffer.AsSpan(0, source.Read(_buffer, at));
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

    private void Report(long bytes, bool isKept)
    {
        _done = new BackupProgress(_done.Files + 1, _done.CopiedBytes + (isKept ? 0 : bytes), _done.KeptFiles + (isKept ? 1 : 0));
        progress?.Report(_done);
    }
}
