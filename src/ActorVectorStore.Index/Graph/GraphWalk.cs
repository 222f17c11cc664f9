using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>
/// The greedy walk with a pool of the ef closest: always expands the closest node that was not expanded, and ends when there is none. Malkov and Yashunin, "Efficient and robust
/// approximate nearest neighbor search using hierarchical navigable small world graphs" (2018), algorithm 2, on one level, begun at the closest of the entry nodes instead of on upper levels.
/// </summary>
internal static unsafe class GraphWalk
{
    /// <summary>Entry nodes that a walk begins at: more than one, so that it is not led away by a cluster that is only nearly the right one.</summary>
    public const int StartsMax = 4;

    /// <summary>Fills the scratch's pool with the closest nodes to the query that the walk finds.</summary>
    /// <param name="graph">Links and codes.</param>
    /// <param name="query">The prepared query.</param>
    /// <param name="ef">Nodes kept; never fewer than the walk begins at.</param>
    /// <param name="scratch">The pool with the result.</param>
    public static void Run<TKernel>(in WalkedGraph graph, byte* query, int ef, WalkScratch scratch)
        where TKernel : struct, IRowKernel => Run<TKernel, AllResults>(graph, query, ef, default, scratch);

    /// <summary>As <see cref="Run{TKernel}"/>, but for what is a result: the walk ends where no candidate can be one any more.</summary>
    /// <param name="graph">Links and codes.</param>
    /// <param name="query">The prepared query.</param>
    /// <param name="ef">Candidates kept, results or not.</param>
    /// <param name="results">Takes the results.</param>
    /// <param name="scratch">The pool with the candidates.</param>
    public static void Run<TKernel, TResults>(in WalkedGraph graph, byte* query, int ef, TResults results, WalkScratch scratch)
        where TKernel : struct, IRowKernel
        where TResults : struct, IWalkResults, allows ref struct
    {
        scratch.Visited.Begin(graph.Nodes);
        Enter<TKernel>(graph, query, scratch);
        scratch.Pool.Widen(Math.Max(ef, StartsMax));
        foreach (var key in scratch.Pool.Keys)
        {
            scratch.Visited.TryMark(CandidatePool.NodeOf(key));
            results.Offer(key);
        }

        scratch.Distances = graph.Entries;
        Continue<TKernel, TResults>(graph, query, results, scratch);
    }

    /// <summary>As <see cref="Run{TKernel}"/>, begun at these nodes instead of the entry nodes.</summary>
    public static void RunFrom<TKernel>(in WalkedGraph graph, byte* query, ReadOnlySpan<uint> starts, int ef, WalkScratch scratch)
        where TKernel : struct, IRowKernel
    {
        scratch.Visited.Begin(graph.Nodes);
        scratch.Pool.Reset(ef);
        foreach (var node in starts)
        {
            var key = CandidatePool.KeyOf(TKernel.Cost(query, graph.Codes.Row(node), graph.Codes.RowBytes), node);
            if (key < scratch.Pool.Worst && scratch.Visited.TryMark(node))
                scratch.Pool.Add(key);
        }

        scratch.Distances = starts.Length;
        Continue<TKernel, AllResults>(graph, query, default, scratch);
    }

    // Optimised from the first call: a loop that runs for long in few calls would stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Continue<TKernel, TResults>(in WalkedGraph graph, byte* query, TResults results, WalkScratch scratch)
        where TKernel : struct, IRowKernel
        where TResults : struct, IWalkResults, allows ref struct
    {
        var (links, codes) = (graph.Links, graph.Codes);
        var (pool, visited) = (scratch.Pool, scratch.Visited);
        var neighbors = scratch.Neighbors;
        var lines = Lines.OfRow(codes.RowBytes);
        var (from, distances, expanded) = (0, scratch.Distances, 0);
        while (pool.TryExpand(ref from, out var key) && key <= results.Worst)
        {
            expanded++;
            var list = links.List(CandidatePool.NodeOf(key));
            var count = 0;
            for (var i = 0; i < links.Degree && list[i] != GraphLinks.End; i++)
            {
                var neighbor = list[i] & NeighborList.NodeMask;
                Lines.Prefetch(codes.Row(neighbor), lines);
                neighbors[count] = neighbor;
                count += visited.Mark(neighbor);
            }

            Lines.Prefetch((byte*)links.List(pool.Peek(from)), Lines.InList);
            distances += count;
            var worst = Math.Min(pool.Worst, results.Worst);
            for (var i = 0; i < count; i++)
            {
                var near = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(neighbors[i]), codes.RowBytes), neighbors[i]);
                if (near >= worst)
                    continue;
                var at = pool.Add(near);
                results.Offer(near);
                worst = Math.Min(pool.Worst, results.Worst);
                if (at > from)
                    continue;
                from = at;
                Lines.Prefetch((byte*)links.List(neighbors[i]), Lines.InList);
            }
        }

        (scratch.Distances, scratch.Expanded) = (distances, expanded);
    }

    /// <summary>Fills the pool with the closest entry nodes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Enter<TKernel>(in WalkedGraph graph, byte* query, WalkScratch scratch)
        where TKernel : struct, IRowKernel
    {
        var (codes, pool) = (graph.Codes, scratch.Pool);
        pool.Reset(StartsMax);
        for (var entry = 0u; entry < graph.Entries; entry++)
        {
            var key = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(entry), codes.RowBytes), entry);
            if (key < pool.Worst)
                pool.Add(key);
        }
    }
}
