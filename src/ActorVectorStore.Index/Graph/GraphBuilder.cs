using System.Buffers;

namespace ActorVectorStore.Index;

/// <summary>
/// Builds a graph over codes, batch by batch: first all nodes of a batch look for their neighbours in the graph as it is, each for itself; then each node that was chosen takes in those that
/// chose it. Nobody writes what somebody else reads, so that the graph is the same for any number of threads, without locks; and because costs are integers, on any machine.
/// </summary>
/// <remarks>
/// <para>Nodes are inserted in their order; who wants a good graph numbers them at random, entry points first. One level: the entry points are compared all of them, where the original has upper levels
/// (Malkov and Yashunin 2018, algorithm 1).</para>
/// <para>Memory: 8 bytes for each possible neighbour of each node, and a byte for each node and thread. One thread owns the builder; the loop that it is given runs its steps on several.</para>
/// </remarks>
/// <typeparam name="TKernel">How codes are compared.</typeparam>
internal sealed unsafe class GraphBuilder<TKernel> : IDisposable
    where TKernel : struct, ICodeKernel
{
    // A batch is a small part of what is there, so that its nodes miss few neighbours in one another.
    private const int BatchShare = 50;
    private const int BatchMax = 2000;

    // Nodes that one step of a parallel loop inserts.
    private const int Grain = 8;

    private readonly CodeTable _codes;
    private readonly GraphOptions _options;
    private readonly int _entries;
    private readonly AlignedMemory _links;
    private readonly AlignedMemory _costs;
    private readonly ScratchPool _scratches = new();
    private ulong[] _keys = [];
    private uint[] _sources = [];

    /// <summary>An empty graph.</summary>
    /// <param name="codes">Codes by node.</param>
    /// <param name="entries">The first so many nodes are entry points.</param>
    /// <param name="options">How the graph is built.</param>
    public GraphBuilder(CodeTable codes, int entries, GraphOptions options)
    {
        options.Check();
        (_codes, _entries, _options) = (codes, entries, options);
        _links = new AlignedMemory(GraphLinks.BytesOf(codes.Count, options.Degree));
        _costs = new AlignedMemory(GraphLinks.BytesOf(codes.Count, options.Degree));
        Links = new GraphLinks((nint)_links.Start, options.Degree, codes.Count);
    }

    /// <summary>Nodes that were inserted.</summary>
    public int Inserted { get; private set; }

    /// <summary>The neighbours, with the marks of <see cref="NeighborList"/>.</summary>
    public GraphLinks Links { get; }

    /// <summary>Inserts the next batch; false if all nodes are in.</summary>
    public bool InsertBatch(ParallelLoop loop)
    {
        var count = Math.Min(Math.Clamp(Inserted / BatchShare, 1, BatchMax), _codes.Count - Inserted);
        if (count == 0)
            return false;
        if (_keys.Length < count * _options.M)
            (_keys, _sources) = (new ulong[BatchMax * _options.M], new uint[BatchMax * _options.M]);
        loop((count + Grain - 1) / Grain, step => Choose(step * Grain, Math.Min(count, (step + 1) * Grain)));
        Answer(count * _options.M, loop);
        Inserted += count;
        return true;
    }

    public void Dispose()
    {
        _links.Dispose();
        _costs.Dispose();
        _scratches.Dispose();
    }

    private NeighborList ListOf(uint node) => new(Links.List(node), (uint*)_costs.Start + ((nint)node * Links.Degree), Links.Degree);

    // The nodes of a part of the batch look for their neighbours.
    private void Choose(int first, int end)
    {
        var scratch = _scratches.Rent();
        for (var i = first; i < end; i++)
            Choose((uint)(Inserted + i), i * _options.M, scratch);
        _scratches.Return(scratch);
    }

    private void Choose(uint node, int slot, WalkScratch scratch)
    {
        if (Inserted > 0)
        {
            var query = TKernel.AsQuery(_codes.Row(node), scratch.Query(TKernel.QueryBytes(_codes.RowBytes)), _codes.RowBytes);
            GraphWalk.Run<TKernel>(Links, _codes, Inserted, Math.Min(_entries, Inserted), query, _options.EfConstruct, scratch);
        }
        else
        {
            scratch.Pool.Reset(1);
        }

        Span<(uint Entry, uint Cost)> chosen = stackalloc (uint, uint)[_options.M];
        var count = NeighborSelection.Choose<TKernel>(scratch, _codes, chosen);
        ListOf(node).Write(chosen[..count]);
        for (var i = 0; i < _options.M; i++)
        {
            // Sorted by target and cost; who chose fewer than M leaves places that come last.
            _keys[slot + i] = i < count ? ((ulong)(chosen[i].Entry & NeighborList.NodeMask) << 32) | chosen[i].Cost : ulong.MaxValue;
            _sources[slot + i] = node;
        }
    }

    // Each node that was chosen takes in those that chose it.
    private void Answer(int slots, ParallelLoop loop)
    {
        Array.Sort(_keys, _sources, 0, slots);
        var groups = ArrayPool<int>.Shared.Rent(slots + 1);
        var count = 0;
        for (var i = 0; i < slots && _keys[i] != ulong.MaxValue; i++)
        {
            if (i == 0 || _keys[i] >> 32 != _keys[i - 1] >> 32)
                groups[count++] = i;
        }

        groups[count] = Array.IndexOf(_keys, ulong.MaxValue, 0, slots) is var end and >= 0 ? end : slots;
        loop((count + Grain - 1) / Grain, step => Answer(groups.AsSpan((step * Grain)..(Math.Min(count, (step + 1) * Grain) + 1))));
        ArrayPool<int>.Shared.Return(groups);
    }

    private void Answer(ReadOnlySpan<int> groups)
    {
        var scratch = _scratches.Rent();
        var buffer = scratch.OtherQuery(TKernel.QueryBytes(_codes.RowBytes));
        for (var group = 0; group + 1 < groups.Length; group++)
        {
            var list = ListOf((uint)(_keys[groups[group]] >> 32));
            for (var i = groups[group]; i < groups[group + 1]; i++)
                list.Offer<TKernel>(_sources[i], (uint)_keys[i], _codes, buffer);
        }

        _scratches.Return(scratch);
    }
}
