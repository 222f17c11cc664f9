namespace ActorVectorStore.Cli;

/// <summary>How many files of a kind a store's directory has, and their bytes.</summary>
internal sealed record FileUsage(FileKind Kind, int Files, long Bytes)
{
    /// <summary>The kinds that there are files of.</summary>
    public static IReadOnlyList<FileUsage> Of(string directory)
    {
        var root = Path.GetFullPath(directory);
        var files = new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories);
        return [.. files.GroupBy(file => FileKinds.KindOf(root, file.FullName)).OrderBy(kind => kind.Key).Select(kind => new FileUsage(kind.Key, kind.Count(), kind.Sum(file => file.Length)))];
    }
}
