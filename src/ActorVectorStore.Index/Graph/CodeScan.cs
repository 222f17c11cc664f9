using System.Numerics;
using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>Compares all vectors that pass, by their codes.</summary>
internal static unsafe class CodeScan
{
    // Rows that are asked for before the first of them is compared.
    private const int Ahead = 32;

    /// <summary>Fills the scratch's pool with the closest of the vectors that pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TKernel>(CodeTable codes, uint* nodes, PassingVectors passing, byte* query, int kept, WalkScratch scratch)
        where TKernel : struct, IRowKernel
    {
        scratch.Pool.Reset(kept);
        var rows = scratch.Neighbors;
        var (count, lines) = (0, Lines.OfRow(codes.RowBytes));
        var words = passing.Words;
        for (var at = 0; at < words.Length; at++)
        {
            for (var word = words[at]; word != 0; word &= word - 1)
            {
                rows[count] = nodes[(at * 64) + BitOperations.TrailingZeroCount(word)];
                if (rows[count] >= codes.Count)
                    continue;
                Lines.Prefetch(codes.Row(rows[count]), lines);
                if (++count < Ahead)
                    continue;
                Compare<TKernel>(codes, query, rows, count, scratch.Pool);
                count = 0;
            }
        }

        Compare<TKernel>(codes, query, rows, count, scratch.Pool);
        (scratch.Distances, scratch.Expanded) = (passing.Count, 0);
    }

    /// <summary>Fills the scratch's pool with the closest of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunAll<TKernel>(CodeTable codes, byte* query, int kept, WalkScratch scratch)
        where TKernel : struct, IRowKernel
    {
        var pool = scratch.Pool;
        pool.Reset(kept);
        var worst = pool.Worst;
        for (var node = 0u; node < codes.Count; node++)
        {
            var key = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(node), codes.RowBytes), node);
            if (key >= worst)
                continue;
            pool.Add(key);
            worst = pool.Worst;
        }

        (scratch.Distances, scratch.Expanded) = (codes.Count, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compare<TKernel>(CodeTable codes, byte* query, uint* rows, int count, CandidatePool pool)
        where TKernel : struct, IRowKernel
    {
        var worst = pool.Worst;
        for (var i = 0; i < count; i++)
        {
            var key = CandidatePool.KeyOf(TKernel.Cost(query, codes.Row(rows[i]), codes.RowBytes), rows[i]);
            if (key >= worst)
                continue;
            pool.Add(key);
            worst = pool.Worst;
        }
    }
}
