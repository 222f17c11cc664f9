namespace ActorVectorStore.Persistence;

/// <summary>A snapshot file in the index. Its header is read when it is needed first; until then only the name is known.</summary>
internal sealed class SnapshotEntry(SnapshotFileName name)
{
    public SnapshotFileName Name { get; } = name;

    /// <summary>Null until known; whoever reads it finds the same.</summary>
    public SnapshotHeader? Header { get; set; }
}
