namespace ActorVectorStore;

/// <summary>Tells a file's kind by its name, as the rooms that own the formats name their files.</summary>
public static class FileKinds
{
    private static readonly string[] Unfinished = [".tmp", ".new"];

    private static readonly (string Ending, FileKind Kind)[] Endings =
    [
        (".wal", FileKind.Log),
        (".spare", FileKind.Log),
        ("log.identity", FileKind.Log),
        (".seg", FileKind.Segment),
        (".del", FileKind.Deletions),
        (".idx", FileKind.VectorIndex),
        (".runs", FileKind.Sorting),
        (".snapshot", FileKind.Snapshot),
    ];

    /// <summary>All kinds, by their values.</summary>
    public static IReadOnlyList<FileKind> All { get; } = Enum.GetValues<FileKind>();

    /// <summary>The kind of a file.</summary>
    /// <param name="directory">Full path of the database's directory; files that are not in it are a backup's.</param>
    /// <param name="path">Full path of the file.</param>
    public static FileKind KindOf(string directory, string path)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(path);
        var root = Path.TrimEndingDirectorySeparator(directory.AsSpan());
        var isInside = path.AsSpan().StartsWith(root, StringComparison.Ordinal)
            && (Path.EndsInDirectorySeparator(root) || (path.Length > root.Length && path[root.Length] == Path.DirectorySeparatorChar));
        return isInside ? KindOfName(path) : FileKind.Backup;
    }

    /// <summary>What metrics and people call a kind.</summary>
    public static string NameOf(FileKind kind) => kind switch
    {
        FileKind.Log => "log",
        FileKind.Segment => "segment",
        FileKind.Deletions => "deletions",
        FileKind.VectorIndex => "index",
        FileKind.Snapshot => "snapshot",
        FileKind.Sorting => "sorting",
        FileKind.Backup => "backup",
        FileKind.Directory => "directory",
        FileKind.Other => "other",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected a kind of file."),
    };

    private static FileKind KindOfName(ReadOnlySpan<char> path)
    {
        foreach (var ending in Unfinished)
        {
            if (path.EndsWith(ending, StringComparison.Ordinal))
            {
                path = path[..^ending.Length];
                break;
            }
        }

        foreach (var (ending, kind) in Endings)
        {
            if (path.EndsWith(ending, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return FileKind.Other;
    }
}
