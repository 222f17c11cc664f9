using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>
/// The greedy walk with a pool of the ef closest: always expands the closest node that was not expanded, and ends when there is none. Malkov and Yashunin, "Efficient and robust
/// approximate nearest neighbor search using hierarchical navigable small world graphs" (2018), algorithm 2, on one level, begun at the closest of the entry nodes instead of on upper levels.
/// </summary>
internal static unsafe class GraphWalk
{
    // The first lines of a row; the processor fetches the rest of a long one by itself.
    private const int LinesAhead = 4;
    private const int LineBytes = 64;

    // Entry nodes that a walk begins at: more than one, so that it is not led away by a cluster that is only nearly the right one.
    private const int StartsMax = 4;

    /// <summary>Fills the scratch's pool with the closest nodes to the query that the walk finds.</summary>
    /// <param name="links">Neighbours, which may have the builder's marks.</param>
    /// <param name="codes">Codes by node.</param>
    /// <param name="nodes">Nodes that exist, the first ones of the links.</param>
    /// <param name="entries">Entry nodes: the first ones.</param>
    /// <param name="query">The prepared query.</param>
    /// <param name="ef">Nodes kept.</param>
    /// <param name="scratch">The pool with the result.</param>
    // Optimised from the first call: a loop that runs for long in few calls would stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TKernel>(GraphLinks links, CodeTable codes, int nodes, int entries, byte* query, int ef, WalkScratch scratch)
        where TKernel : struct, ICodeKernel
    {
        var (pool, visited) = (scratch.Pool, scratch.Visited);
        var neighbors = scratch.Neighbors;
        visited.Begin(nodes);
        Enter<TKernel>(codes, entries, query, ef, scratch);
        var (rowBytes, lines) = (codes.RowBytes, Math.Min(LinesAhead, codes.RowBytes / LineBytes));
        var from = 0;
        while (pool.TryExpand(ref from, out var node))
        {
            var list = links.List(node);
            var count = 0;
            for (var i = 0; i < links.Degree && list[i] != GraphLinks.End; i++)
            {
                var neighbor = list[i] & NeighborList.NodeMask;
                if (!visited.TryMark(neighbor))
                    continue;
                neighbors[count++] = neighbor;
                Prefetch(codes.Row(neighbor), lines);
            }

            Prefetch((byte*)links.List(pool.Peek(from)), 2);
            var worst = pool.Worst;
            for (var i = 0; i < count; i++)
            {
                var key = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(neighbors[i]), rowBytes), neighbors[i]);
                if (key >= worst)
                    continue;
                from = Math.Min(from, pool.Add(key));
                worst = pool.Worst;
            }
        }
    }

    private static void Enter<TKernel>(CodeTable codes, int entries, byte* query, int ef, WalkScratch scratch)
        where TKernel : struct, ICodeKernel
    {
        scratch.Pool.Reset(Math.Min(ef, StartsMax));
        for (var entry = 0u; entry < entries; entry++)
        {
            var key = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(entry), codes.RowBytes), entry);
            if (key < scratch.Pool.Worst)
                scratch.Pool.Add(key);
        }

        foreach (var key in scratch.Pool.Keys)
            scratch.Visited.TryMark(CandidatePool.NodeOf(key));
        scratch.Pool.Widen(ef);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* address, int lines)
    {
        if (!Sse.IsSupported)
            return;
        for (var line = 0; line < lines; line++)
            Sse.Prefetch0(address + (line * LineBytes));
    }
}
