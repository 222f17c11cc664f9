using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>
/// Chooses a node's neighbours among candidates: those that no chosen one is closer to than the node is, the closest first, and where these are too few, the closest of the others.
/// Malkov and Yashunin (2018), algorithm 4, with <i>keepPrunedConnections</i>.
/// </summary>
internal static unsafe class NeighborSelection
{
    /// <summary>Chooses among the nodes in the scratch's pool, in ascending order of cost.</summary>
    /// <param name="scratch">The pool, and room for a query.</param>
    /// <param name="codes">Codes by node.</param>
    /// <param name="chosen">Neighbours wanted: entries of <see cref="NeighborList"/>, ascending. Returns how many there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Choose<TKernel>(WalkScratch scratch, CodeTable codes, Span<(uint Entry, uint Cost)> chosen)
        where TKernel : struct, ICodeKernel
    {
        var candidates = scratch.Pool.Keys;
        var buffer = scratch.OtherQuery(TKernel.QueryBytes(codes.RowBytes));
        Span<int> passed = stackalloc int[chosen.Length];
        var (count, passedCount) = (0, 0);
        for (var i = 0; i < candidates.Length && count < chosen.Length; i++)
        {
            var (node, cost) = (CandidatePool.NodeOf(candidates[i]), CandidatePool.CostOf(candidates[i]));
            var query = TKernel.AsQuery(codes.Row(node), buffer, codes.RowBytes);
            if (IsDiverse<TKernel>(query, cost, codes, chosen[..count]))
                chosen[count++] = (node, cost);
            else if (passedCount < passed.Length)
                passed[passedCount++] = i;
        }

        for (var i = 0; i < passedCount && count < chosen.Length; i++)
            chosen[count++] = (CandidatePool.NodeOf(candidates[passed[i]]) | NeighborList.Filler, CandidatePool.CostOf(candidates[passed[i]]));
        chosen[..count].Sort((a, b) => a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : (a.Entry & NeighborList.NodeMask).CompareTo(b.Entry & NeighborList.NodeMask));
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsDiverse<TKernel>(byte* query, uint cost, CodeTable codes, ReadOnlySpan<(uint Entry, uint Cost)> chosen)
        where TKernel : struct, ICodeKernel
    {
        foreach (var (entry, _) in chosen)
        {
            if (TKernel.Cost(query, codes.Row(entry), codes.RowBytes) < cost)
                return false;
        }

        return true;
    }
}
