namespace ActorVectorStore.Testing;

/// <summary>A file apart from its names: bytes, disk space, and what keeps it alive.</summary>
/// <param name="id">Stays the same over clones and reboots, so that choices about the file do.</param>
internal sealed class FileNode(long id) : Node
{
    // The space as of the last sync; a reservation that was not synced does not survive a power loss.
    private AllocationMap _durableSpace = new();

    public long Id { get; } = id;

    public FileContent Content { get; private init; } = new();

    public AllocationMap Space { get; private set; } = new();

    /// <summary>Open handles; a file without a name lives and occupies space as long as it has one.</summary>
    public int Handles { get; set; }

    /// <summary>Names that a running process sees.</summary>
    public int LiveNames { get; set; }

    /// <summary>Names on the disk.</summary>
    public int DurableNames { get; set; }

    public FileNode Clone() => new(Id)
    {
        Content = Content.Clone(),
        Space = Space.Clone(),
        _durableSpace = _durableSpace.Clone(),
    };

    public void Sync()
    {
        Content.Sync();
        if (_durableSpace.Count != Space.Count)
        {
            _durableSpace = Space.Clone();
        }
    }

    public void LosePower(PowerLoss keeps, long tornWrite, FreedBytes freed)
    {
        Content.LosePower(keeps, Id, tornWrite, freed);
        if (!keeps.KeepsAll)
        {
            Space = _durableSpace.Clone();
            foreach (var page in Content.Durable.PresentPages())
            {
                Space.AddBlock(page);
            }

            Space.CutTo(Content.Length);
        }

        _durableSpace = Space.Clone();
    }
}
