using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>
/// A walk that keeps only nodes that pass, and goes over those that do not: where a neighbour fails, its neighbours are looked at in its place. It works as long as a node has
/// passing ones within two steps. Patel, Kraft, Guestrin and Zaharia, "ACORN: performant and predicate-agnostic search over vector embeddings and structured data" (2024), ACORN-1.
/// </summary>
internal static unsafe class FilteredWalk
{
    // Nodes around the query that the walk begins at, whether they pass or not.
    private const int StartsMax = 3;

    /// <summary>
    /// Passing nodes that are gathered around a node before its second steps end: half a list, up to a list where many candidates are kept. Where the closest are hard to find, so many candidates of half lists
    /// find fewer of them in the same time.
    /// </summary>
    public static int GatheredMax(int degree, int ef) => Math.Clamp(ef / 2, degree / 2, degree);

    /// <summary>
    /// Fills the scratch's pool, which has what another walk has found around the query, with the closest passing nodes that the walk finds; false if it has compared more than so many nodes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Run<TKernel>(
        in WalkedGraph graph, uint* vectors, PassingVectors passing, byte* query, int ef, int distancesMax, WalkScratch scratch)
        where TKernel : struct, IRowKernel
    {
        var (links, codes) = (graph.Links, graph.Codes);
        var (pool, visited) = (scratch.Pool, scratch.Visited);
        var neighbors = scratch.Neighbors;
        visited.Begin(graph.Nodes);
        var starts = stackalloc uint[StartsMax];
        var startCount = Math.Min(StartsMax, pool.Count);
        for (var i = 0; i < startCount; i++)
            starts[i] = CandidatePool.NodeOf(pool.Keys[i]);
        pool.Reset(ef);
        var (distances, gatheredMax) = (0, GatheredMax(links.Degree, ef));
        for (var i = 0; i < startCount; i++)
        {
            var key = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(starts[i]), codes.RowBytes), starts[i]);
            if (visited.TryMark(starts[i]) && passing.Contains(vectors[starts[i]]) && key < pool.Worst)
                pool.Add(key);
        }

        for (var i = 0; i < startCount; i++)
            distances += Compare<TKernel>(codes, query, Gather(links, codes, starts[i], vectors, passing, visited, neighbors, gatheredMax), scratch, out _);
        var (from, expanded) = (0, 0);
        while (pool.TryExpand(ref from, out var key) && distances <= distancesMax)
        {
            expanded++;
            var count = Gather(links, codes, CandidatePool.NodeOf(key), vectors, passing, visited, neighbors, gatheredMax);
            distances += Compare<TKernel>(codes, query, count, scratch, out var first);
            from = Math.Min(from, first);
        }

        (scratch.Distances, scratch.Expanded) = (distances, expanded);
        return distances <= distancesMax;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Compare<TKernel>(CodeTable codes, byte* query, int count, WalkScratch scratch, out int first)
        where TKernel : struct, IRowKernel
    {
        var pool = scratch.Pool;
        var neighbors = scratch.Neighbors;
        first = int.MaxValue;
        var worst = pool.Worst;
        for (var i = 0; i < count; i++)
        {
            var key = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(neighbors[i]), codes.RowBytes), neighbors[i]);
            if (key >= worst)
                continue;
            first = Math.Min(first, pool.Add(key));
            worst = pool.Worst;
        }

        return count;
    }

    // Passing nodes within two steps that no one has met, at most as many as two lists have.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Gather(GraphLinks links, CodeTable codes, uint node, uint* vectors, PassingVectors passing, VisitedMarks visited, uint* neighbors, int gatheredMax)
    {
        var failing = stackalloc uint[links.Degree];
        var (count, failingCount, lines) = (0, 0, Lines.OfRow(codes.RowBytes));
        var list = links.List(node);
        for (var i = 0; i < links.Degree && list[i] != GraphLinks.End; i++)
        {
            var neighbor = list[i];
            var isNew = visited.Mark(neighbor);
            var passes = passing.Contains(vectors[neighbor]) ? 1 : 0;
            neighbors[count] = neighbor;
            failing[failingCount] = neighbor;
            Lines.Prefetch(passes != 0 ? codes.Row(neighbor) : (byte*)links.List(neighbor), Lines.InList);
            count += isNew & passes;
            failingCount += isNew & (1 - passes);
        }

        for (var i = 0; i < failingCount && count < gatheredMax; i++)
        {
            list = links.List(failing[i]);
            for (var j = 0; j < links.Degree && list[j] != GraphLinks.End; j++)
            {
                if (!passing.Contains(vectors[list[j]]) || !visited.TryMark(list[j]))
                    continue;
                neighbors[count++] = list[j];
                Lines.Prefetch(codes.Row(list[j]), lines);
            }
        }

        return count;
    }
}
