namespace ActorVectorStore.Testing;

/// <summary>The names of one directory twice: as a running process sees them and as they are on the disk.</summary>
internal sealed class DirectoryNode : Node
{
    private static readonly StringComparer Names = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    public Dictionary<string, Node> Live { get; private set; } = new(Names);

    public Dictionary<string, Node> Durable { get; private set; } = new(Names);

    /// <summary>The same for two names that the operating system takes for one.</summary>
    public static string KeyOf(string name) => OperatingSystem.IsLinux() ? name : name.ToUpperInvariant();

    /// <summary>Forgets what is not on the disk.</summary>
    public void LosePower() => Live = new Dictionary<string, Node>(Durable, Names);

    /// <summary>A copy whose entries are the copies of this directory's entries.</summary>
    public void CopyTo(DirectoryNode copy, Func<Node, Node> copyOf)
    {
        copy.Live = Live.ToDictionary(entry => entry.Key, entry => copyOf(entry.Value), Names);
        copy.Durable = Durable.ToDictionary(entry => entry.Key, entry => copyOf(entry.Value), Names);
    }

    public string[] NamesOf<TNode>()
        where TNode : Node
    {
        var names = Live.Where(entry => entry.Value is TNode).Select(entry => entry.Key).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}
