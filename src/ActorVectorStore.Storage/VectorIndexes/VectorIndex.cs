using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>A vector index of a segment, in memory. Safe from any thread; disposed of by the segment, when nobody searches it any more.</summary>
internal sealed class VectorIndex : IDisposable
{
    /// <summary>An index of these parts.</summary>
    public VectorIndex(VectorIndexHeader header, GraphParts parts, long fileBytes)
    {
        (Header, FileBytes, Graph) = (header, fileBytes, new GraphIndex(parts));
        MemoryBytes = header.CodesBytes + header.LinksBytes + (2 * header.VectorsBytes);
    }

    /// <summary>What it says of itself.</summary>
    public VectorIndexHeader Header { get; }

    /// <summary>The graph.</summary>
    public GraphIndex Graph { get; }

    /// <summary>Bytes of the file.</summary>
    public long FileBytes { get; }

    /// <summary>Memory held.</summary>
    public long MemoryBytes { get; }

    public void Dispose()
    {
        Graph.Dispose();
        (Graph.Parts.Owner as IDisposable)?.Dispose();
    }
}
