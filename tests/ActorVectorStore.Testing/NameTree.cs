using System.Diagnostics.CodeAnalysis;

namespace ActorVectorStore.Testing;

/// <summary>All names of the disk and the changes of names that are not durable yet. Guarded by the disk's lock.</summary>
internal sealed class NameTree
{
    private const int NameBytesMax = 255;

    private readonly DirectoryNode _root;
    private readonly List<NameChange> _pending = [];

    public NameTree()
        : this(new DirectoryNode())
    {
    }

    private NameTree(DirectoryNode root) => _root = root;

    public bool TryFind(string path, [NotNullWhen(true)] out Node? node)
    {
        node = _root;
        foreach (var name in Split(path))
        {
            if (node is not DirectoryNode directory || !directory.Live.TryGetValue(name, out node))
            {
                node = null;
                return false;
            }
        }

        return !Path.EndsInDirectorySeparator(path) || node is DirectoryNode;
    }

    /// <summary>The directory that has, or would have, the last name of a path.</summary>
    public bool TryFindParent(string path, [NotNullWhen(true)] out DirectoryNode? parent, out string name)
    {
        var names = Split(path);
        name = names.Length == 0 ? "" : names[^1];
        if (System.Text.Encoding.UTF8.GetByteCount(name) > NameBytesMax)
        {
            throw new PathTooLongException($"{path}: the name is longer than {NameBytesMax} bytes.");
        }

        Node? node = _root;
        foreach (var step in names.AsSpan(0, Math.Max(names.Length - 1, 0)))
        {
            if (node is not DirectoryNode directory || !directory.Live.TryGetValue(step, out node))
            {
                parent = null;
                return false;
            }
        }

        parent = node as DirectoryNode;
        return parent is not null && names.Length > 0;
    }

    public (DirectoryNode Parent, string Name) RequireParent(string path) => TryFindParent(path, out var parent, out var name)
        ? (parent, name)
        : throw new DirectoryNotFoundException($"There is no directory for {path}.");

    public DirectoryNode RequireDirectory(string path) => TryFind(path, out var node) && node is DirectoryNode directory
        ? directory
        : throw new DirectoryNotFoundException($"There is no directory {path}.");

    /// <summary>Makes a change visible at once; it becomes durable by <see cref="Sync"/>.</summary>
    public void Change(long number, params NameChange.Entry[] entries)
    {
        foreach (var (directory, name, node) in entries)
        {
            if (directory.Live.TryGetValue(name, out var old) && old is FileNode oldFile)
            {
                oldFile.LiveNames--;
            }

            Assign(directory.Live, name, node);
            if (node is FileNode file)
            {
                file.LiveNames++;
            }
        }

        _pending.Add(new NameChange(number, entries));
    }

    /// <summary>Makes the changes in a directory durable, and the earlier ones on which they rest.</summary>
    public void Sync(DirectoryNode directory, FreedBytes freed)
    {
        foreach (var change in _pending)
        {
            change.MarkSynced(directory);
        }

        Commit(change => change.IsSynced && !change.IsLost, freed);
    }

    /// <summary>The changes stay visible, but no later sync writes them.</summary>
    public void FailSync(DirectoryNode directory)
    {
        foreach (var change in _pending.Where(change => change.Touches(directory)))
        {
            change.IsLost = true;
        }
    }

    /// <summary>Keeps of the pending changes what the power loss leaves, and forgets everything else.</summary>
    public void LosePower(PowerLoss keeps, FreedBytes freed)
    {
        Commit(change => keeps.KeepsName(change.Number) && !(keeps.KeepsAll && change.IsLost), freed);
        _pending.Clear();
        foreach (var node in DurableNodes().ToList())
        {
            (node as DirectoryNode)?.LosePower();
        }

        CountNames();
    }

    /// <summary>Everything that has a name on the disk, each once.</summary>
    public IEnumerable<Node> DurableNodes() => Reachable(directory => directory.Durable.Values);

    /// <summary>Everything that has a name now, each once.</summary>
    public IEnumerable<Node> LiveNodes() => Reachable(directory => directory.Live.Values);

    public NameTree Clone()
    {
        var copies = new Dictionary<Node, Node>();
        var copy = new NameTree((DirectoryNode)CopyOf(_root));
        copy._pending.AddRange(_pending.Select(change => change.CopyWith(CopyOf)));
        copy.CountNames();
        return copy;

        Node CopyOf(Node node)
        {
            if (copies.TryGetValue(node, out var known))
            {
                return known;
            }

            if (node is FileNode file)
            {
                return copies[node] = file.Clone();
            }

            var directory = new DirectoryNode();
            copies[node] = directory;
            ((DirectoryNode)node).CopyTo(directory, CopyOf);
            return directory;
        }
    }

    private static string[] Split(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.GetFullPath(path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Assign(Dictionary<string, Node> names, string name, Node? node)
    {
        if (node is null)
        {
            names.Remove(name);
        }
        else
        {
            names[name] = node;
        }
    }

    // A change rests on the earlier changes of the same names: without them, a rename whose predecessor is lost could lose both names. Walking
    // backwards meets each change after all that rest on it.
    private void Commit(Predicate<NameChange> isWanted, FreedBytes freed)
    {
        if (_pending.Count == 0)
        {
            return;
        }

        var needed = new HashSet<(DirectoryNode, string)>();
        var chosen = new HashSet<NameChange>();
        for (var i = _pending.Count - 1; i >= 0; i--)
        {
            var change = _pending[i];
            if (isWanted(change) || change.Entries.Any(entry => needed.Contains(KeyOf(entry))))
            {
                chosen.Add(change);
                needed.UnionWith(change.Entries.Select(KeyOf));
            }
        }

        foreach (var change in _pending.Where(chosen.Contains))
        {
            Apply(change, freed);
        }

        _pending.RemoveAll(chosen.Contains);
    }

    private static (DirectoryNode, string) KeyOf(NameChange.Entry entry) => (entry.Directory, DirectoryNode.KeyOf(entry.Name));

    private static void Apply(NameChange change, FreedBytes freed)
    {
        var unnamed = new List<FileNode>();
        foreach (var (directory, name, node) in change.Entries)
        {
            if (directory.Durable.TryGetValue(name, out var old) && old is FileNode oldFile)
            {
                oldFile.DurableNames--;
                unnamed.Add(oldFile);
            }

            Assign(directory.Durable, name, node);
            if (node is FileNode file)
            {
                file.DurableNames++;
            }
        }

        foreach (var gone in unnamed.Where(file => file.DurableNames == 0))
        {
            freed.Add(gone.Content.Durable);
        }
    }

    private void CountNames()
    {
        var nodes = LiveNodes().Union(DurableNodes()).ToList();
        foreach (var file in nodes.OfType<FileNode>())
        {
            (file.LiveNames, file.DurableNames) = (0, 0);
        }

        foreach (var directory in nodes.OfType<DirectoryNode>())
        {
            foreach (var file in directory.Live.Values.OfType<FileNode>())
            {
                file.LiveNames++;
            }

            foreach (var file in directory.Durable.Values.OfType<FileNode>())
            {
                file.DurableNames++;
            }
        }
    }

    private IEnumerable<Node> Reachable(Func<DirectoryNode, IEnumerable<Node>> childrenOf)
    {
        var seen = new HashSet<Node> { _root };
        var waiting = new Queue<Node>([_root]);
        while (waiting.TryDequeue(out var node))
        {
            yield return node;
            foreach (var child in node is DirectoryNode directory ? childrenOf(directory) : [])
            {
                if (seen.Add(child))
                {
                    waiting.Enqueue(child);
                }
            }
        }
    }
}
