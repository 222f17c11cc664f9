namespace ActorVectorStore.Index;

/// <summary>
/// Makes every node reachable from the entry nodes. Who is not gets a link from the closest node that has room for one, or whose filler can go because others lead to it. One thread.
/// </summary>
internal sealed unsafe class GraphRepair<TKernel>(KernelGraphBuilder<TKernel> builder, CodeTable codes, int ef)
    where TKernel : struct, ICodeKernel
{
    private readonly GraphLinks _links = builder.Links;
    private readonly bool[] _isReached = new bool[builder.Links.Count];
    private readonly int[] _linksTo = new int[builder.Links.Count];
    private readonly Stack<uint> _toVisit = new();
    private uint _firstWithRoom;

    /// <summary>Nodes that no walk from these reaches.</summary>
    public static IEnumerable<uint> Unreached(GraphLinks links, IReadOnlyList<uint> entries)
    {
        var order = BreadthFirstOrder.Of(links, entries, out var reached);
        return order.AsSpan(reached).ToArray();
    }

    /// <summary>Links what is not reachable. Returns how many nodes were not; others may be in their place, from which a link was taken.</summary>
    public int Run(IReadOnlyList<uint> entries, WalkScratch scratch)
    {
        for (var node = 0u; node < _links.Count; node++)
        {
            foreach (var entry in _links.Of(node))
                _linksTo[entry & NeighborList.NodeMask]++;
        }

        foreach (var entry in entries)
            Reach(entry);
        var count = 0;
        for (var node = 0u; node < _links.Count; node++)
        {
            if (_isReached[node])
                continue;
            count++;
            if (TryLink(node, scratch))
                Reach(node);
        }

        return count;
    }

    private bool TryLink(uint node, WalkScratch scratch)
    {
        var query = builder.AsQuery(node, scratch);

        // The builder's entry nodes are others: what the walk finds may not be reached itself, and be this very node.
        GraphWalk.Run<TKernel>(builder.Graph, query, ef, scratch);
        foreach (var key in scratch.Pool.Keys)
        {
            if (_isReached[CandidatePool.NodeOf(key)] && builder.ListOf(CandidatePool.NodeOf(key)).TryInsert(node, CandidatePool.CostOf(key)))
                return true;
        }

        foreach (var key in scratch.Pool.Keys)
        {
            if (_isReached[CandidatePool.NodeOf(key)] && TryReplaceFiller(CandidatePool.NodeOf(key), node, CandidatePool.CostOf(key)))
                return true;
        }

        // Far away, but there: the walk that is to find the node needs no other of its neighbours.
        for (; _firstWithRoom < _links.Count; _firstWithRoom++)
        {
            if (_isReached[_firstWithRoom] && builder.ListOf(_firstWithRoom).TryInsert(node, TKernel.Cost(query, codes.Row(_firstWithRoom), codes.RowBytes)))
                return true;
        }

        return false;
    }

    private bool TryReplaceFiller(uint from, uint node, uint cost)
    {
        var list = _links.List(from);
        for (var i = _links.Degree - 1; i >= 0; i--)
        {
            if (list[i] == GraphLinks.End || (list[i] & NeighborList.Filler) == 0)
                continue;
            var filler = list[i] & NeighborList.NodeMask;
            if (_linksTo[filler] < 2)
                continue;
            _linksTo[filler]--;
            builder.ListOf(from).Remove(i);
            return builder.ListOf(from).TryInsert(node, cost);
        }

        return false;
    }

    // All that the node leads to is reached with it.
    private void Reach(uint from)
    {
        if (_isReached[from])
            return;
        _isReached[from] = true;
        _toVisit.Push(from);
        while (_toVisit.TryPop(out var node))
        {
            foreach (var entry in _links.Of(node))
            {
                var neighbor = entry & NeighborList.NodeMask;
                if (_isReached[neighbor])
                    continue;
                _isReached[neighbor] = true;
                _toVisit.Push(neighbor);
            }
        }
    }
}
