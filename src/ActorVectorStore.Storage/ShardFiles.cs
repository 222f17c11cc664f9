using System.Collections.Concurrent;
using System.Globalization;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The directory of one shard: which file is which, and which may go. The directory is made with the first file, so that an empty shard takes no disk.
/// </summary>
/// <remarks>
/// A file is written once, under a name that was not used before, and is only deleted when no saved manifest names it and nobody has it open. So a crash leaves
/// files that nobody refers to, which the next process finds when it opens the shard and deletes by <see cref="RemoveLeftovers"/>, and never takes one away that
/// somebody does. <see cref="FindLeftovers"/> before anything is written; <see cref="NewId"/> by the shard's owner; everything else from any thread.
/// </remarks>
internal sealed class ShardFiles(IFileSystem fileSystem, string directory, ulong identity, PayloadBlockCache cache, Action<ShardDamage>? onDamage = null)
{
    private const string SegmentEnding = ".seg";
    private const string DeletionsEnding = ".del";
    private const string RunsEnding = ".runs";
    private const string IndexEnding = ".idx";

    private readonly ConcurrentQueue<string> _unused = new();
    private readonly HashSet<string> _leftovers = new(StringComparer.Ordinal);
    private readonly Lock _leftoversLock = new();
    private long _nextNumber = 1;
    private bool _isDirectoryMade;

    /// <summary>The directory's path.</summary>
    public string Directory => directory;

    /// <summary>The disk.</summary>
    public IFileSystem FileSystem => fileSystem;

    /// <summary>Whether there are files that nobody needs any more.</summary>
    public bool HasUnused => !_unused.IsEmpty;

    /// <summary>An identity that no segment of this shard had before.</summary>
    public SealedSegmentId NewId() => new(((UInt128)identity << 64) | (ulong)_nextNumber++);

    /// <summary>Begins a segment's file.</summary>
    public SealedSegmentWriter Create(SealedSegmentSpec spec, Action<int>? pace, CancellationToken cancellationToken)
    {
        MakeDirectory();
        return SealedSegmentWriter.Create(fileSystem, PathOf(spec.Id), spec, pace, cancellationToken);
    }

    /// <summary>Opens a segment that was just written.</summary>
    public DiskSegment Open(SegmentEntry entry, CollectionSchema schema, Deletions deletions)
    {
        var file = SealedSegment.Open(fileSystem, PathOf(entry.Id), cache, onDamage);
        return new DiskSegment(file, [.. schema.Vectors], entry with { FileBytes = file.FileBytes }, deletions);
    }

    /// <summary>Opens a segment that a manifest names, with its deletions.</summary>
    /// <exception cref="CorruptionException">A file is missing or damaged, or is not the one that the manifest means.</exception>
    public DiskSegment Open(SegmentEntry entry, CollectionSchema schema)
    {
        var path = PathOf(entry.Id);
        var deletions = ReadDeletions(entry);
        var file = OpenNamed(path);
        if (file.Id != entry.Id || file.RowCount != entry.RowCount || file.FileBytes != entry.FileBytes || !HasVectorsOf(file, schema))
        {
            file.Dispose();
            throw new CorruptionException(
                path, 0, $"segment {entry.Id} of {entry.RowCount} rows and {entry.FileBytes} bytes, {string.Join("; ", schema.Vectors)}", $"{file.Id}, {file.RowCount}, {file.FileBytes}, {string.Join("; ", file.Columns)}");
        }

        return new DiskSegment(file, [.. schema.Vectors], entry, deletions);
    }

    /// <summary>Writes the deletions of a segment up to an index; durable on return.</summary>
    public SegmentEntry WriteDeletions(DiskSegment segment, long index)
    {
        var deletions = segment.Deletions.UpTo(index).ToArray();
        if (deletions.Length == segment.Entry.DeletionCount)
            return segment.Entry;
        var path = DeletionsPathOf(segment.Entry.Id, index);
        Keep(path);
        fileSystem.ReplaceFile(path, DeletionsFormat.Write(segment.Entry.Id, index, deletions));
        return segment.Entry with { DeletionsAt = index, DeletionCount = deletions.Length };
    }

    /// <summary>Marks a file that no saved manifest names and nobody has open.</summary>
    public void AddUnused(string path) => _unused.Enqueue(path);

    /// <summary>Marks the files of a segment that no saved manifest names and nobody has open: its own, and those of its vector indexes.</summary>
    public void AddUnused(DiskSegment segment)
    {
        AddUnused(segment.Path);
        for (var column = 0; column < segment.Vectors.Length; column++)
        {
            if (segment.Vectors[column].Kind == VectorKind.Dense)
                AddUnusedIndex(segment.Entry.Id, column);
        }
    }

    /// <summary>Marks the file of a vector index, and what a build of it may have left.</summary>
    public void AddUnusedIndex(SealedSegmentId id, int column)
    {
        AddUnused(IndexPathOf(id, column));
        AddUnused(IndexPathOf(id, column) + VectorIndexDraft.Ending);
    }

    /// <summary>Marks the file of a segment that could not be written to its end, under either of its names, and those of its vector indexes.</summary>
    public void AddUnusedSegment(SealedSegmentId id, int columns)
    {
        AddUnused(PathOf(id));
        AddUnused(PathOf(id) + AtomicReplacement.TemporaryEnding);
        for (var column = 0; column < columns; column++)
            AddUnusedIndex(id, column);
    }

    /// <summary>How a vector index of a segment comes to be. Unlike a segment's, its file has the name that an earlier process may have begun to write.</summary>
    public VectorIndexing IndexingOf(DiskSegment segment, int column)
    {
        var path = IndexPathOf(segment.Entry.Id, column);
        Keep(path + AtomicReplacement.TemporaryEnding);
        Keep(path + VectorIndexDraft.Ending + AtomicReplacement.TemporaryEnding);
        return new VectorIndexing(fileSystem, path, segment, column);
    }

    /// <summary>Marks the deletions of a segment up to an index, that no saved manifest names any more; 0: there are none.</summary>
    public void AddUnusedDeletions(SealedSegmentId id, long index)
    {
        if (index > 0)
            AddUnused(DeletionsPathOf(id, index));
    }

    /// <summary>Deletes the files that were marked. What cannot be deleted stays until the shard is opened again.</summary>
    public void DeleteUnused()
    {
        while (_unused.TryDequeue(out var path))
            TryDelete(path);
    }

    /// <summary>Looks for what an earlier process left and the opened manifest does not name, and takes care that no name of a segment is used again.</summary>
    public void FindLeftovers(IReadOnlyCollection<SegmentEntry> entries)
    {
        var named = entries.SelectMany(entry => new[] { PathOf(entry.Id), DeletionsPathOf(entry.Id, entry.DeletionsAt) }).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in entries)
            UseUp(entry.Id);
        foreach (var name in fileSystem.ListFiles(directory))
        {
            if (!IsOurs(name, out var id))
                continue;
            UseUp(id);
            if (Path.Combine(directory, name) is var path && !named.Contains(path) && !(IsIndex(name) && named.Contains(PathOf(id))))
                _leftovers.Add(path);
        }
    }

    /// <summary>Deletes what <see cref="FindLeftovers"/> found, but for what was written anew since.</summary>
    public void RemoveLeftovers()
    {
        using var scope = _leftoversLock.EnterScope();
        foreach (var path in _leftovers)
            TryDelete(path);
        _leftovers.Clear();
    }

    /// <summary>Deletes all files of a shard that is gone, and its directory. Foreign files stay, and the directory with them.</summary>
    public static void Erase(IFileSystem fileSystem, string directory)
    {
        if (!fileSystem.DirectoryExists(directory))
            return;
        var names = fileSystem.ListFiles(directory);
        foreach (var name in names.Where(name => IsOurs(name, out _)))
            fileSystem.DeleteFile(Path.Combine(directory, name));
        if (fileSystem.ListFiles(directory).Count > 0 || fileSystem.ListDirectories(directory).Count > 0)
            return;
        fileSystem.DeleteDirectory(directory);
        if (Path.GetDirectoryName(directory) is { Length: > 0 } parent)
            fileSystem.SyncDirectory(parent);
    }

    /// <summary>Deletes the files of a shard's directory that are ours and not among these paths.</summary>
    public static void EraseAllBut(IFileSystem fileSystem, string directory, IReadOnlySet<string> kept)
    {
        foreach (var name in fileSystem.ListFiles(directory).Where(name => IsOurs(name, out _) && !kept.Contains(Path.Combine(directory, name))))
            fileSystem.DeleteFile(Path.Combine(directory, name));
    }

    /// <summary>Beginning of the paths of temporary files that a segment's payload indexes are sorted in.</summary>
    public string RunsPathOf(SealedSegmentId id) => Path.Combine(directory, id.ToString());

    /// <summary>The path of a segment's file.</summary>
    public string PathOf(SealedSegmentId id) => Path.Combine(directory, id + SegmentEnding);

    /// <summary>The path of the file with the vector index of a column.</summary>
    public string IndexPathOf(SealedSegmentId id, int column) => Path.Combine(directory, IndexNameOf(id, column));

    /// <summary>The name of that file.</summary>
    public static string IndexNameOf(SealedSegmentId id, int column) => string.Create(CultureInfo.InvariantCulture, $"{id}-{column:x2}{IndexEnding}");

    /// <summary>The path of the file with a segment's deletions up to an index.</summary>
    public string DeletionsPathOf(SealedSegmentId id, long index) => Path.Combine(directory, DeletionsNameOf(id, index));

    /// <summary>The name of that file.</summary>
    public static string DeletionsNameOf(SealedSegmentId id, long index) => string.Create(CultureInfo.InvariantCulture, $"{id}-{index:x16}{DeletionsEnding}");

    /// <summary>Whether a name is that of a whole segment's file.</summary>
    public static bool IsSegment(string name, out SealedSegmentId id) => IsOurs(name, out id) && name == id + SegmentEnding;

    /// <summary>Whether a name is that of a whole file of deletions: of which segment, and up to which index.</summary>
    public static bool IsDeletions(string name, out SealedSegmentId id, out long index) =>
        TryReadNumber(name, DeletionsEnding, out id, out index) && name == DeletionsNameOf(id, index);

    /// <summary>Whether a name is that of a whole vector index: of which segment, and of which column.</summary>
    public static bool IsIndex(string name, out SealedSegmentId id, out int column)
    {
        var hasNumber = TryReadNumber(name, IndexEnding, out id, out var number) && number is >= 0 and < SealedSegmentFormat.ColumnsMax;
        column = hasNumber ? (int)number : 0;
        return hasNumber && name == IndexNameOf(id, column);
    }

    // The number between a segment's id and the ending; a name that is written in another way than ours may have it, too.
    private static bool TryReadNumber(string name, string ending, out SealedSegmentId id, out long number)
    {
        number = 0;
        var begin = (2 * SealedSegmentId.Bytes) + 1;
        return IsOurs(name, out id)
            && name.EndsWith(ending, StringComparison.Ordinal)
            && name.Length > begin + ending.Length
            && long.TryParse(name.AsSpan(begin, name.Length - begin - ending.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    private static bool HasVectorsOf(SealedSegment file, CollectionSchema schema) =>
        file.Columns.Select(column => column.Column).SequenceEqual(schema.Vectors.Select(DiskSegment.ColumnOf))
            && (!schema.IsSimple || file.Columns[0].PresentRows == file.RowCount);

    // Once for each process: making it costs a sync also where it is there.
    private void MakeDirectory()
    {
        if (Volatile.Read(ref _isDirectoryMade))
            return;
        fileSystem.CreateDirectory(directory);
        Volatile.Write(ref _isDirectoryMade, true);
    }

    private SealedSegment OpenNamed(string path)
    {
        try
        {
            return SealedSegment.Open(fileSystem, path, cache, onDamage);
        }
        catch (FileNotFoundException e)
        {
            throw new CorruptionException(path, 0, "a segment that the manifest names", e.Message);
        }
    }

    private Deletions ReadDeletions(SegmentEntry entry)
    {
        var deletions = new Deletions(entry.RowCount);
        if (entry.DeletionsAt == 0)
            return deletions;
        var path = DeletionsPathOf(entry.Id, entry.DeletionsAt);
        foreach (var (row, index) in DeletionsFormat.Read(fileSystem, path, entry))
            deletions.Set(row, index);
        return deletions;
    }

    // What is written under a name that an earlier process has used is not left over any more.
    private void Keep(string path)
    {
        using var scope = _leftoversLock.EnterScope();
        _leftovers.Remove(path);
    }

    private void TryDelete(string path)
    {
        try
        {
            fileSystem.DeleteFile(path);
        }
        catch (IOException)
        {
            // It is in nobody's way: its name is not used again, or only to replace it.
        }
    }

    private void UseUp(SealedSegmentId id) => _nextNumber = Math.Max(_nextNumber, (long)(ulong)(id.Value & ulong.MaxValue) + 1);

    private static bool IsIndex(string name) =>
        name.EndsWith(IndexEnding, StringComparison.Ordinal) || name.EndsWith(IndexEnding + VectorIndexDraft.Ending, StringComparison.Ordinal);

    private static bool IsOurs(string name, out SealedSegmentId id)
    {
        id = default;
        var ending = AtomicReplacement.TemporaryEnding;
        var bare = name.EndsWith(ending, StringComparison.Ordinal) ? name[..^ending.Length] : name;
        var length = 2 * SealedSegmentId.Bytes;
        if (bare.Length < length || !UInt128.TryParse(bare[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        id = new SealedSegmentId(value);
        return bare == id + SegmentEnding || (bare.StartsWith(id + ".", StringComparison.Ordinal) && bare.EndsWith(RunsEnding, StringComparison.Ordinal)) || (bare.StartsWith(id + "-", StringComparison.Ordinal) && (bare.EndsWith(DeletionsEnding, StringComparison.Ordinal) || IsIndex(bare)));
    }
}
