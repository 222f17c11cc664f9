namespace ActorVectorStore.Index;

/// <summary>Memory of an index, to be filled section by section. One thread until it is complete; freed by whoever disposes of it, or with the last reference to its parts.</summary>
/// <param name="vectorCount">Vectors.</param>
/// <param name="count">Nodes: vectors that are linked.</param>
/// <param name="degree">Neighbours of a node at most.</param>
/// <param name="rowBytes">Bytes of a row of codes.</param>
public sealed unsafe class GraphMemory(int vectorCount, int count, int degree, int rowBytes) : IDisposable
{
    private readonly AlignedMemory _codes = new((long)count * rowBytes, isZeroed: false);
    private readonly AlignedMemory _links = new(GraphLinks.BytesOf(count, degree), isZeroed: false);
    private readonly AlignedMemory _vectors = new((long)vectorCount * sizeof(uint), isZeroed: false);
    private readonly AlignedMemory _nodes = new((long)vectorCount * sizeof(uint), isZeroed: false);

    /// <summary>Codes by node.</summary>
    public NativeBytes CodeBytes => new(_codes);

    /// <summary>Neighbours by node: u32.</summary>
    public NativeBytes LinkBytes => new(_links);

    /// <summary>The vectors' numbers by node, and behind them those of vectors that are no nodes: u32.</summary>
    public NativeBytes VectorBytes => new(_vectors);

    private uint* Vectors => (uint*)_vectors.Start;

    private uint* Nodes => (uint*)_nodes.Start;

    private GraphLinks Links => new((nint)_links.Start, degree, count);

    /// <summary>
    /// Finds the node of each vector, once all sections are filled; false if they are none of an index: a walk could leave the memory, or not come to an end.
    /// </summary>
    public bool TryComplete()
    {
        new Span<uint>(Nodes, vectorCount).Fill(uint.MaxValue);
        for (var place = 0u; place < vectorCount; place++)
        {
            if (Vectors[place] >= vectorCount || Nodes[Vectors[place]] != uint.MaxValue)
                return false;
            Nodes[Vectors[place]] = place;
        }

        for (var node = 0u; node < count; node++)
        {
            if (Links.Of(node).ContainsAnyExceptInRange(0u, (uint)count - 1))
                return false;
        }

        return true;
    }

    /// <summary>The parts, which keep the memory.</summary>
    public GraphParts PartsOf(ScalarCodec codec, CodeKind kind, int entries, double freshShare) =>
        new(codec, kind, new CodeTable((nint)_codes.Start, rowBytes, count), Links, (nint)_vectors.Start, (nint)_nodes.Start, vectorCount, entries, freshShare, this);

    /// <summary>Frees the memory. Nobody uses the parts any more.</summary>
    public void Dispose()
    {
        _codes.Dispose();
        _links.Dispose();
        _vectors.Dispose();
        _nodes.Dispose();
    }
}
