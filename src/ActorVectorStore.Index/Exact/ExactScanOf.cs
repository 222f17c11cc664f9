using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <inheritdoc cref="ExactScan"/>
/// <remarks>
/// A cost is always made by <see cref="RowKernel"/>, so that it is the same to the last bit whichever loop met the row. The sums of tiles are only a sieve: a row is left out if, given how far the
/// two sums may be apart, its cost exceeds the bound.
/// </remarks>
internal sealed unsafe class ExactScan<TCost, TComparison, TElement> : ExactScan
    where TCost : struct, IExactCost
    where TComparison : struct, IComparison
    where TElement : struct, IRowElement
{
    private const int CacheLineBytes = 64;

    // Rows somewhere in memory: so many ahead are fetched, and of each so many lines; the processor notices the rest by itself, and is slower when all are asked for.
    private const int RowsAhead = 8;
    private const int LinesAhead = 4;

    // Added where a margin is a share of something that may vanish in single precision.
    private const float LengthAllowance = 1e-19f;
    private const float SumAllowance = 2e-38f;

    public static ExactScan<TCost, TComparison, TElement> Instance { get; } = new();

    public override float Cost(float* query, in RowTable rows, int row)
    {
        var sum = Sum(query, rows, row);
        var cost = TCost.CostOf(sum);
        return float.IsNaN(cost) ? TCost.PreciseCost<TElement>(query, rows.Row(row), rows.Dimension) : cost;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Costs(float* query, in RowTable rows, ReadOnlySpan<int> chosen, Span<float> costs)
    {
        for (var i = 0; i < Math.Min(RowsAhead, chosen.Length); i++)
            PrefetchHead(rows, chosen[i]);
        for (var i = 0; i < chosen.Length; i++)
        {
            if (i + RowsAhead < chosen.Length)
                PrefetchHead(rows, chosen[i + RowsAhead]);
            var cost = TCost.CostOf(Sum(query, rows, chosen[i]));
            costs[i] = float.IsNaN(cost) ? TCost.PreciseCost<TElement>(query, rows.Row(chosen[i]), rows.Dimension) : cost;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void One(float* query, in RowTable rows, int first, int end, IRowSink sink)
    {
        var limit = TCost.Limit(sink.Bound);
        for (var row = first; row < end; row++)
        {
            var sum = Sum(query, rows, row);
            if (!(sum > limit && sum <= float.MaxValue))
                limit = Offer(query, rows, row, sum, sink);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void One(float* query, in RowTable rows, ReadOnlySpan<int> chosen, IRowSink sink)
    {
        var limit = TCost.Limit(sink.Bound);
        for (var i = 0; i < Math.Min(RowsAhead, chosen.Length); i++)
            PrefetchHead(rows, chosen[i]);
        for (var i = 0; i < chosen.Length; i++)
        {
            if (i + RowsAhead < chosen.Length)
                PrefetchHead(rows, chosen[i + RowsAhead]);
            var sum = Sum(query, rows, chosen[i]);
            if (!(sum > limit && sum <= float.MaxValue))
                limit = Offer(query, rows, chosen[i], sum, sink);
        }
    }

    public override void Many(ExactQueries queries, int first, in RowTable rows, in ChosenRows chosen, ReadOnlySpan<IRowSink> sinks)
    {
        if (Vector512.IsHardwareAccelerated)
            Many<Lanes512, Vector512<float>>(queries, first, rows, chosen, sinks);
        else if (Vector256.IsHardwareAccelerated)
            Many<Lanes256, Vector256<float>>(queries, first, rows, chosen, sinks);
        else
            Many<Lanes128, Vector128<float>>(queries, first, rows, chosen, sinks);
    }

    /// <summary>The same at a given width.</summary>
    public static void Many<TLanes, TVector>(ExactQueries queries, int first, in RowTable rows, in ChosenRows chosen, ReadOnlySpan<IRowSink> sinks)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        using var scratch = new TileScratch();
        for (var i = 0; i < sinks.Length; i++)
            (scratch.Limits[i], scratch.Margins[i]) = (TCost.Limit(sinks[i].Bound), queries.Length(first + i) * SumsApart(rows.Dimension));
        var rowsPerTile = RowTile.RowsOf<TLanes, TVector>();
        for (var place = 0; place < chosen.Count; place += rowsPerTile)
        {
            SumTile<TLanes, TVector>(scratch, queries, first, rows, chosen, place, sinks.Length);
            Sieve<TLanes, TVector>(scratch, sinks.Length, SumsApart(rows.Dimension));
            var isRow = uint.MaxValue >> (TileScratch.RowsMax - Math.Min(rowsPerTile, chosen.Count - place));
            for (var i = 0; i < sinks.Length; i++)
            {
                for (var candidates = scratch.Candidates[i] & isRow; candidates != 0; candidates &= candidates - 1)
                {
                    var row = chosen[place + BitOperations.TrailingZeroCount(candidates)];
                    var sum = Sum(queries[first + i], rows, row);
                    if (!(sum > scratch.Limits[i] && sum <= float.MaxValue))
                        scratch.Limits[i] = Offer(queries[first + i], rows, row, sum, sinks[i]);
                }
            }
        }
    }

    /// <summary>Sums the rows of one tile with all queries of the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumTile<TLanes, TVector>(TileScratch scratch, ExactQueries queries, int first, in RowTable rows, in ChosenRows chosen, int place, int queryCount)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        var rowsPerTile = RowTile.RowsOf<TLanes, TVector>();
        var groups = (queryCount + RowTile.Queries - 1) / RowTile.Queries;
        Locate(scratch.Rows, rows, chosen, place, rowsPerTile);
        Locate(scratch.NextRows, rows, chosen, place + rowsPerTile, rowsPerTile);
        for (var i = 0; TCost.UsesInverseLength && i < rowsPerTile; i++)
            scratch.Inverses[i] = InverseLength(rows, chosen[Math.Min(place + i, chosen.Count - 1)]);
        scratch.ClearSums(groups * RowTile.Queries, rowsPerTile);
        for (var at = 0; at < rows.Dimension; at += TileScratch.ComponentsMax)
        {
            var components = Math.Min(TileScratch.ComponentsMax, rows.Dimension - at);
            RowTile.Fill<TElement>(scratch.Tile, scratch.Rows, rowsPerTile, components);
            for (var i = 0; i < rowsPerTile; i++)
                scratch.Rows[i] += components * TElement.Bytes;
            var next = at + components < rows.Dimension ? scratch.Rows : scratch.NextRows;
            if (!TComparison.HasNoNegativeTerms)
                RowTile.AddSquares<TLanes, TVector>(scratch.Tile, components, scratch.Lengths);
            for (var group = 0; group < groups; group++)
            {
                // Rows come from memory while sums are made of those before: a part of them with each group, since only so many can be under way.
                for (var i = rowsPerTile * group / groups; i < rowsPerTile * (group + 1) / groups; i++)
                    Prefetch(next[i], components * TElement.Bytes);
                RowTile.Add<TComparison, TLanes, TVector>(
                    scratch.Tile, queries.Interleaved(first + (group * RowTile.Queries), at), components, scratch.Sums + (group * RowTile.Queries * rowsPerTile));
            }
        }

        if (TComparison.HasNoNegativeTerms)
            return;
        for (var i = 0; i < rowsPerTile; i += TLanes.Count)
            TLanes.Store(TLanes.Add(TLanes.Sqrt(TLanes.Load(scratch.Lengths + i)), TLanes.Broadcast(LengthAllowance)), scratch.Lengths + i);
    }

    // What is behind the last row is filled with it, and nobody looks at it.
    private static void Locate(byte** located, in RowTable rows, in ChosenRows chosen, int place, int count)
    {
        for (var i = 0; i < count; i++)
            located[i] = rows.Row(chosen[Math.Min(place + i, chosen.Count - 1)]);
    }

    /// <summary>For each query a bit for each row of the tile that may be close enough to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sieve<TLanes, TVector>(TileScratch scratch, int queryCount, float apart)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        var rowsPerTile = RowTile.RowsOf<TLanes, TVector>();
        var (kept, largest, allowance) = (TLanes.Broadcast(1 - apart), TLanes.Broadcast(float.MaxValue), TLanes.Broadcast(SumAllowance));
        var sums = scratch.Sums;
        for (var query = 0; query < queryCount; query++)
        {
            var (limit, margin) = (TLanes.Broadcast(scratch.Limits[query]), TLanes.Broadcast(scratch.Margins[query]));
            var far = 0U;
            for (var i = 0; i < rowsPerTile; i += TLanes.Count)
            {
                var sum = TLanes.Load(sums + i);

                // No sum of magnitudes is larger than the product of the lengths.
                var least = TComparison.HasNoNegativeTerms
                    ? TLanes.Multiply(sum, kept)
                    : TLanes.Subtract(sum, TLanes.MultiplyAdd(TLanes.Load(scratch.Lengths + i), margin, allowance));
                if (TCost.UsesInverseLength)
                {
                    var inverse = TLanes.Load(scratch.Inverses + i);
                    (sum, least) = (TLanes.Multiply(sum, inverse), TLanes.Multiply(least, inverse));
                }

                far |= (TLanes.Greater(least, limit) & ~TLanes.Greater(sum, largest)) << i;
            }

            scratch.Candidates[query] = ~far;
            sums += rowsPerTile;
        }
    }

    /// <summary>By how much sums of a tile and of <see cref="RowKernel"/> may differ, as a share of the sum of the terms' magnitudes; twice what the additions of both can do.</summary>
    private static float SumsApart(int dimension)
    {
        const float HalfLastBit = 1f / (1 << 24);
        var additions = Math.Min(dimension, TileScratch.ComponentsMax) + (dimension / TileScratch.ComponentsMax) + (dimension / 16) + 32;
        return 2 * HalfLastBit * additions;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(float* query, in RowTable rows, int row)
    {
        var sum = RowKernel.Sum<TComparison, TElement>(query, rows.Row(row), rows.Dimension);
        return TCost.UsesInverseLength ? sum * InverseLength(rows, row) : sum;
    }

    private static float InverseLength(in RowTable rows, int row) => rows.InverseLengths is not null
        ? rows.InverseLengths[row]
        : CosineCost.InverseOf(PreciseSums.Length<TElement>(rows.Row(row), rows.Dimension));

    /// <summary>Offers a row; returns the limit from then on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Offer(float* query, in RowTable rows, int row, float sum, IRowSink sink)
    {
        var cost = TCost.CostOf(sum);
        if (float.IsNaN(cost))
            cost = TCost.PreciseCost<TElement>(query, rows.Row(row), rows.Dimension);
        if (cost <= sink.Bound)
            sink.Offer(cost, row);
        return TCost.Limit(sink.Bound);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchHead(in RowTable rows, int row) => Prefetch(rows.Row(row), Math.Min(rows.Dimension * TElement.Bytes, LinesAhead * CacheLineBytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* start, int bytes)
    {
        for (var at = 0; Sse.IsSupported && at < bytes; at += CacheLineBytes)
            Sse.Prefetch0(start + at);
    }
}
