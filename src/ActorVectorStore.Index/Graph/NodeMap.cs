namespace ActorVectorStore.Index;

/// <summary>Which nodes of a graph that is there are which ones of a graph that is built.</summary>
internal sealed class NodeMap
{
    /// <summary>What is said of a node that the other graph does not have.</summary>
    public const uint Gone = uint.MaxValue;

    // Keeps the memory of the other graph.
    private readonly GraphParts _parts;
    private readonly uint[] _newNodes;
    private readonly uint[] _oldNodes;

    /// <summary>The map of a source.</summary>
    /// <param name="source">The graph that is there.</param>
    /// <param name="nodesByVector">The new graph's nodes by its vectors.</param>
    /// <param name="nodeCount">Nodes of the new graph; vectors with higher numbers are none.</param>
    public unsafe NodeMap(GraphSource source, ReadOnlySpan<uint> nodesByVector, int nodeCount)
    {
        _parts = source.Parts;
        _newNodes = new uint[Links.Count];
        _oldNodes = new uint[nodeCount];
        Array.Fill(_oldNodes, Gone);
        for (var node = 0u; node < Links.Count; node++)
        {
            var vector = source.NewNumbers.Span[(int)_parts.Vectors[node]];
            _newNodes[node] = vector == GraphSource.Gone || nodesByVector[vector] >= nodeCount ? Gone : nodesByVector[vector];
            if (_newNodes[node] != Gone)
                _oldNodes[_newNodes[node]] = node;
        }
    }

    /// <summary>The links of the graph that is there.</summary>
    public GraphLinks Links => _parts.Links;

    /// <summary>The node in the new graph, or <see cref="Gone"/>.</summary>
    public uint NewNode(uint node) => _newNodes[node];

    /// <summary>The node in the graph that is there, or <see cref="Gone"/>.</summary>
    public uint OldNode(uint node) => _oldNodes[node];
}
