namespace ActorVectorStore.Index;

/// <summary>
/// Looks for parts of a graph that walks do not come to, though links lead there: of a cluster that no entry node is in, for instance. A node of each becomes an entry node. Of a sample of nodes: a part that has
/// one of some hundred is found nearly always. One thread.
/// </summary>
internal sealed unsafe class EntryCoverage<TKernel>(KernelGraphBuilder<TKernel> builder, CodeTable codes)
    where TKernel : struct, ICodeKernel
{
    private const int SampleMax = 1024;
    private const int Ef = 64;

    /// <summary>Adds entry nodes where they are missing, at most as many as a graph of this size has at first.</summary>
    public void Extend(List<uint> entries, WalkScratch scratch)
    {
        var (count, most) = (builder.Links.Count, entries.Count + NodeOrder.EntriesOf(builder.Links.Count));
        var sample = Math.Min(count, SampleMax);
        for (var i = 0; i < sample && entries.Count < most; i++)
        {
            var node = (uint)((long)count * i / sample);
            if (IsLost(node, entries, scratch) && !entries.Contains(node))
                entries.Add(node);
        }
    }

    // Whether a search for a node ends farther away than its neighbours are.
    private bool IsLost(uint node, List<uint> entries, WalkScratch scratch)
    {
        var query = builder.AsQuery(node, scratch);
        var pool = scratch.Pool;
        pool.Reset(GraphWalk.StartsMax);
        foreach (var entry in entries)
        {
            var key = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(entry), codes.RowBytes), entry);
            if (key < pool.Worst)
                pool.Add(key);
        }

        Span<uint> starts = stackalloc uint[GraphWalk.StartsMax];
        for (var i = 0; i < pool.Count; i++)
            starts[i] = CandidatePool.NodeOf(pool.Keys[i]);
        GraphWalk.RunFrom<TKernel>(builder.Graph, query, starts[..pool.Count], Ef, scratch);
        return CandidatePool.CostOf(pool.Keys[0]) > builder.ListOf(node).MiddleCost();
    }
}
