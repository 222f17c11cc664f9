namespace ActorVectorStore.Testing;

/// <summary>
/// A change of names that no sync has made durable yet. It survives a power loss as a whole or not at all, which is what makes a rename
/// atomic.
/// </summary>
internal sealed class NameChange(long number, params NameChange.Entry[] entries)
{
    private readonly HashSet<DirectoryNode> _unsynced = [.. entries.Select(entry => entry.Directory)];

    public long Number { get; } = number;

    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>Whether each directory that the change touches has been synced since.</summary>
    public bool IsSynced => _unsynced.Count == 0;

    /// <summary>Whether a failed sync forgot it: a later sync does not write it.</summary>
    public bool IsLost { get; set; }

    public bool Touches(DirectoryNode directory) => entries.Any(entry => entry.Directory == directory);

    public void MarkSynced(DirectoryNode directory) => _unsynced.Remove(directory);

    public NameChange CopyWith(Func<Node, Node> copyOf)
    {
        var copy = new NameChange(
            Number,
            [.. entries.Select(e => new Entry((DirectoryNode)copyOf(e.Directory), e.Name, e.Node is null ? null : copyOf(e.Node)))])
        {
            IsLost = IsLost,
        };
        copy._unsynced.Clear();
        copy._unsynced.UnionWith(_unsynced.Select(directory => (DirectoryNode)copyOf(directory)));
        return copy;
    }

    /// <summary>One name and what it stands for from now on; null if it is gone.</summary>
    public readonly record struct Entry(DirectoryNode Directory, string Name, Node? Node);
}
