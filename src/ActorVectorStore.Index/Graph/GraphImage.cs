using System.Runtime.InteropServices;

namespace ActorVectorStore.Index;

/// <summary>A finished index as it is written: node by node in its final order. A view of the build's memory, which it keeps: valid until the build is disposed. Safe from any thread.</summary>
public sealed unsafe class GraphImage
{
    private readonly object _owner;
    private readonly CodeTable _codes;
    private readonly GraphLinks _links;
    private readonly uint[] _order;
    private readonly uint[] _places;
    private readonly int[] _vectors;

    internal GraphImage(object owner, ScalarCodec codec, CodeKind kind, CodeTable codes, GraphLinks links, uint[] order, int[] vectors, int entries, double freshShare)
    {
        (_owner, Codec, Kind, _codes, _links, _order, _vectors, Entries, FreshShare) = (owner, codec, kind, codes, links, order, vectors, entries, freshShare);
        _places = NodeOrder.Inverse(order);
    }

    /// <summary>How vectors became codes.</summary>
    public ScalarCodec Codec { get; }

    /// <summary>What rows have of the codes.</summary>
    public CodeKind Kind { get; }

    /// <summary>Bytes of a row of codes.</summary>
    public int RowBytes => CodeRows.BytesOf(Kind, Codec.CodeBytes);

    /// <summary>Nodes.</summary>
    public int Count => _order.Length;

    /// <summary>Vectors, those that are no nodes included.</summary>
    public int VectorCount => _vectors.Length;

    /// <summary>Neighbours of a node at most.</summary>
    public int Degree => _links.Degree;

    /// <summary>Entry nodes: the first ones.</summary>
    public int Entries { get; }

    /// <summary>Part of a neighbour list that a walk has not met before, on average.</summary>
    public double FreshShare { get; }

    /// <summary>The number of a node's vector; behind the nodes, those of vectors that are none.</summary>
    public int VectorOf(int place) => place < Count ? _vectors[_order[place]] : _vectors[place];

    /// <summary>Writes the row of a node: <see cref="RowBytes"/>.</summary>
    public void CopyCodes(int node, Span<byte> row)
    {
        CodeRows.Pack(Kind, new ReadOnlySpan<byte>(_codes.Row(_order[node]), _codes.RowBytes), row);
        GC.KeepAlive(_owner);
    }

    /// <summary>Writes a node's neighbours: <see cref="Degree"/> entries, <see cref="GraphLinks.End"/> behind the last.</summary>
    public void CopyLinks(int node, Span<uint> target)
    {
        var neighbors = _links.Of(_order[node]);
        for (var i = 0; i < neighbors.Length; i++)
            target[i] = _places[neighbors[i] & NeighborList.NodeMask];
        target[neighbors.Length..Degree].Fill(GraphLinks.End);
        GC.KeepAlive(_owner);
    }

    /// <summary>The index in memory of its own: it outlives the build, and goes with the last reference to it.</summary>
    public GraphParts ToMemory()
    {
        var owned = new GraphMemory(VectorCount, Count, Degree, RowBytes);
        for (var node = 0; node < Count; node++)
        {
            CopyCodes(node, owned.CodeBytes.Span((long)node * RowBytes, RowBytes));
            CopyLinks(node, MemoryMarshal.Cast<byte, uint>(owned.LinkBytes.Span(GraphLinks.BytesOf(node, Degree), Degree * sizeof(uint))));
        }

        for (var place = 0; place < VectorCount; place++)
            MemoryMarshal.Write(owned.VectorBytes.Span((long)place * sizeof(uint), sizeof(uint)), (uint)VectorOf(place));

        _ = owned.TryComplete();
        return owned.PartsOf(Codec, Kind, Entries, FreshShare);
    }
}
