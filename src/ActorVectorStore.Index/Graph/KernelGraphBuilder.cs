using System.Buffers;

namespace ActorVectorStore.Index;

/// <summary>
/// Builds a graph over codes, batch by batch: first all nodes of a batch look for their neighbours in the graph as it is, each for itself; then each node that was chosen takes in those that
/// chose it. Nobody writes what somebody else reads, so that the graph is the same for any number of threads, without locks; and because costs are integers, on any machine.
/// </summary>
/// <remarks>
/// <para>Nodes are inserted in their order; who wants a good graph numbers them at random. One level: the entry points are compared all of them, where the original has upper levels
/// (Malkov and Yashunin 2018, algorithm 1).</para>
/// <para>Memory: 8 bytes for each possible neighbour of each node, and a byte for each node and thread. One thread owns the builder; the loop that it is given runs its steps on several.</para>
/// </remarks>
/// <typeparam name="TKernel">How codes are compared.</typeparam>
internal sealed unsafe class KernelGraphBuilder<TKernel> : GraphBuilder
    where TKernel : struct, ICodeKernel
{
    // A batch is a small part of what is there, so that its nodes miss few neighbours in one another.
    private const int BatchShare = 50;
    private const int BatchMax = 2000;

    // Nodes that one step of a parallel loop works on.
    private const int Grain = 8;
    private const int AdoptedGrain = 256;

    // Who knows neighbours already looks for others near them only: with fewer candidates.
    private const int JoinedShare = 3;
    private const int JoinedStartsMin = 4;

    private const int RepairsMax = 4;
    private const int SampleWalks = 32;
    private const int SampleEf = 64;

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
    public KernelGraphBuilder(CodeTable codes, int entries, GraphOptions options)
    {
        options.Check();
        (_codes, _entries, _options) = (codes, entries, options);
        _links = new AlignedMemory(GraphLinks.BytesOf(codes.Count, options.Degree));
        _costs = new AlignedMemory(GraphLinks.BytesOf(codes.Count, options.Degree));
        Links = new GraphLinks((nint)_links.Start, options.Degree, codes.Count);
    }

    /// <inheritdoc/>
    public override GraphLinks Links { get; }

    /// <inheritdoc/>
    public override nint Costs => (nint)_costs.Start;

    /// <summary>The graph of the nodes that were inserted.</summary>
    public WalkedGraph Graph => new(Links, _codes, Inserted, Math.Min(_entries, Inserted));

    /// <inheritdoc/>
    public override void Adopt(NodeMap kept, ParallelLoop loop)
    {
        loop((kept.Links.Count + AdoptedGrain - 1) / AdoptedGrain, step => Adopt(kept, step * AdoptedGrain, Math.Min(kept.Links.Count, (step + 1) * AdoptedGrain)));
        Inserted = Enumerable.Range(0, kept.Links.Count).Count(node => kept.NewNode((uint)node) != NodeMap.Gone);
    }

    /// <inheritdoc/>
    public override bool InsertBatch(IReadOnlyList<NodeMap> joined, ParallelLoop loop)
    {
        var count = Math.Min(Math.Clamp(Inserted / BatchShare, 1, BatchMax), _codes.Count - Inserted);
        if (count == 0)
            return false;
        if (_keys.Length < count * _options.M)
            (_keys, _sources) = (new ulong[BatchMax * _options.M], new uint[BatchMax * _options.M]);
        loop((count + Grain - 1) / Grain, step => Choose(step * Grain, Math.Min(count, (step + 1) * Grain), joined));
        Answer(count * _options.M, loop);
        Inserted += count;
        return true;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<uint> Complete(IEnumerable<uint> wanted)
    {
        List<uint> entries = [.. wanted];
        var scratch = _scratches.Rent();
        for (var repair = 0; repair < RepairsMax; repair++)
        {
            if (new GraphRepair<TKernel>(this, _codes, _options.EfConstruct).Run(entries, scratch) == 0)
                break;
        }

        entries.AddRange(GraphRepair<TKernel>.Unreached(Links, entries));
        if (entries.Count > 0)
            new EntryCoverage<TKernel>(this, _codes).Extend(entries, scratch);
        _scratches.Return(scratch);
        return entries;
    }

    /// <inheritdoc/>
    public override double MeasureFreshShare()
    {
        if (Inserted == 0)
            return 1;
        var scratch = _scratches.Rent();
        var (met, expanded) = (0L, 0L);
        for (var walk = 0; walk < SampleWalks; walk++)
        {
            var node = (uint)((long)Inserted * walk / SampleWalks);
            GraphWalk.Run<TKernel>(Graph, AsQuery(node, scratch), SampleEf, scratch);
            (met, expanded) = (met + scratch.Distances - Graph.Entries, expanded + scratch.Expanded);
        }

        _scratches.Return(scratch);
        return Math.Clamp(met / ((double)expanded * Links.Degree), 0.01, 1);
    }

    public override void Dispose()
    {
        _links.Dispose();
        _costs.Dispose();
        _scratches.Dispose();
    }

    /// <summary>The list of a node.</summary>
    public NeighborList ListOf(uint node) => new(Links.List(node), (uint*)_costs.Start + ((nint)node * Links.Degree), Links.Degree);

    /// <summary>A node as a query.</summary>
    public byte* AsQuery(uint node, WalkScratch scratch) =>
        TKernel.AsQuery(_codes.Row(node), scratch.Query(TKernel.QueryBytes(_codes.RowBytes)), _codes.RowBytes);

    private void Adopt(NodeMap kept, int first, int end)
    {
        var scratch = _scratches.Rent();
        Span<(uint Entry, uint Cost)> chosen = stackalloc (uint, uint)[Links.Degree];
        for (var old = (uint)first; old < end; old++)
        {
            var node = kept.NewNode(old);
            if (node == NodeMap.Gone)
                continue;
            var wanted = Math.Min(GatherKept(kept, old, node, scratch), Links.Degree);
            var count = NeighborSelection.Choose<TKernel>(scratch, _codes, chosen[..wanted]);
            ListOf(node).Write(chosen[..count]);
        }

        _scratches.Return(scratch);
    }

    // Fills the pool with the neighbours that are still there, and with those of the ones that are gone. Returns how many neighbours there were.
    private int GatherKept(NodeMap kept, uint old, uint node, WalkScratch scratch)
    {
        var query = AsQuery(node, scratch);
        var neighbors = kept.Links.Of(old);
        scratch.Pool.Reset(Links.Degree * (Links.Degree + 1));
        scratch.Visited.Begin(_codes.Count);
        scratch.Visited.TryMark(node);
        foreach (var neighbor in neighbors)
        {
            if (kept.NewNode(neighbor) is var there && there != NodeMap.Gone)
            {
                Meet(there, query, scratch);
                continue;
            }

            foreach (var next in kept.Links.Of(neighbor))
            {
                if (kept.NewNode(next) is var beyond && beyond != NodeMap.Gone)
                    Meet(beyond, query, scratch);
            }
        }

        return neighbors.Length;
    }

    private void Meet(uint node, byte* query, WalkScratch scratch)
    {
        if (scratch.Visited.TryMark(node))
            scratch.Pool.Add(CandidatePool.KeyOf(TKernel.Cost(query, _codes.Row(node), _codes.RowBytes), node));
    }

    // The nodes of a part of the batch look for their neighbours.
    private void Choose(int first, int end, IReadOnlyList<NodeMap> joined)
    {
        var scratch = _scratches.Rent();
        for (var i = first; i < end; i++)
            Choose((uint)(Inserted + i), i * _options.M, joined, scratch);
        _scratches.Return(scratch);
    }

    private void Choose(uint node, int slot, IReadOnlyList<NodeMap> joined, WalkScratch scratch)
    {
        Look(node, joined, scratch);
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

    private void Look(uint node, IReadOnlyList<NodeMap> joined, WalkScratch scratch)
    {
        Span<uint> starts = stackalloc uint[Links.Degree];
        var count = KnownNeighbors(node, joined, starts);
        if (count >= JoinedStartsMin)
            GraphWalk.RunFrom<TKernel>(Graph, AsQuery(node, scratch), starts[..count], Math.Max(_options.M, _options.EfConstruct / JoinedShare), scratch);
        else if (Inserted > 0)
            GraphWalk.Run<TKernel>(Graph, AsQuery(node, scratch), _options.EfConstruct, scratch);
        else
            scratch.Pool.Reset(1);
    }

    // Those of a node's neighbours in a joined graph that are in this one already.
    private int KnownNeighbors(uint node, IReadOnlyList<NodeMap> joined, Span<uint> known)
    {
        var count = 0;
        foreach (var map in joined)
        {
            if (map.OldNode(node) is var old && old == NodeMap.Gone)
                continue;
            foreach (var neighbor in map.Links.Of(old))
            {
                if (map.NewNode(neighbor) < (uint)Inserted && count < known.Length)
                    known[count++] = map.NewNode(neighbor);
            }
        }

        return count;
    }

    // Each node that was chosen takes in those that chose it.
    private void Answer(int slots, ParallelLoop loop)
    {
        Array.Sort(_keys, _sources, 0, slots);
        var groups = ArrayPool<int>.Shared.Rent(slots + 1);
        var (count, end) = (0, 0);
        for (; end < slots && _keys[end] != ulong.MaxValue; end++)
        {
            if (end == 0 || _keys[end] >> 32 != _keys[end - 1] >> 32)
                groups[count++] = end;
        }

        groups[count] = end;
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
