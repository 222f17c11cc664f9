using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>Searches by one kernel.</summary>
internal sealed unsafe class KernelSearch<TKernel>(GraphParts parts, SearchPlanner planner) : GraphSearch
    where TKernel : struct, IRowKernel
{
    // How many pass around a query varies: so many times the spread of a number is kept in addition.
    private const double SweepMargin = 1.5;

    // Code is compiled anew, optimised, after 30 calls.
    private const int CalibrationRuns = 40;
    private const int CalibrationEf = 32;
    private const int CalibrationShare = 8;
    private const int CalibrationWindow = 1 << 15;

    private readonly ScratchPool _scratches = new();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Run(ReadOnlySpan<float> query, int ef, PassingVectors passing, int wanted, Span<int> found, out SearchWay way, uint bound)
    {
        var linked = Math.Min(wanted, passing.AreAll ? parts.Links.Count : Math.Min(passing.Count, parts.Links.Count));
        way = SearchWay.Scan;
        var count = 0;
        if (linked > 0)
        {
            var scratch = _scratches.Rent();
            var prepared = Prepare(query, scratch);
            ef = Math.Min(Math.Max(ef, linked), parts.Links.Count);
            way = passing.AreAll ? Unfiltered(prepared, ef, linked, scratch) : Filtered(prepared, ef, linked, passing, scratch);
            count = Take(way == SearchWay.Sweep && !passing.AreAll ? scratch.Results : scratch.Pool, bound, found[..linked]);
            _scratches.Return(scratch);
        }

        for (var (place, last) = (parts.Links.Count, count + wanted); place < parts.VectorCount && count < last; place++)
        {
            if (passing.AreAll || passing.Contains(parts.Vectors[place]))
                found[count++] = (int)parts.Vectors[place];
        }

        return count;
    }

    public override void Calibrate()
    {
        var scratch = _scratches.Rent();
        var random = new SplitMix64(1);
        var query = new float[parts.Codec.Dimension];
        var share = new ulong[(parts.VectorCount + 63) / 64];
        var passing = MarkShare(share, 0, parts.VectorCount);
        var some = new ulong[share.Length];
        var (scan, walk, twoHop) = (double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        for (var run = 0; run < CalibrationRuns; run++)
        {
            for (var i = 0; i < query.Length; i++)
                query[i] = parts.Codec.Offsets[i] + (random.Next(ScalarCodec.CodeMax) * parts.Codec.Step);
            var prepared = Prepare(query, scratch);
            var began = Stopwatch.GetTimestamp();
            GraphWalk.Run<TKernel>(parts.Graph, prepared, CalibrationEf, scratch);
            walk = Math.Min(walk, Stopwatch.GetElapsedTime(began).TotalNanoseconds / planner.Walk(CalibrationEf));
            began = Stopwatch.GetTimestamp();
            FilteredWalk.Run<TKernel>(parts.Graph, parts.Vectors, new PassingVectors(share, passing), prepared, CalibrationEf, int.MaxValue, scratch);
            twoHop = Math.Min(twoHop, Stopwatch.GetElapsedTime(began).TotalNanoseconds / planner.TwoHop(CalibrationEf, 1.0 / CalibrationShare));

            // Others each time: what was scanned before is in the caches.
            Array.Clear(some);
            var first = (int)((long)run * CalibrationWindow % Math.Max(1, parts.VectorCount - CalibrationWindow));
            var scanned = MarkShare(some, first, Math.Min(parts.VectorCount, first + CalibrationWindow));
            began = Stopwatch.GetTimestamp();
            CodeScan.Run<TKernel>(parts.Codes, parts.Nodes, new PassingVectors(some, scanned), prepared, CalibrationEf, scratch);
            scan = Math.Min(scan, Stopwatch.GetElapsedTime(began).TotalNanoseconds / planner.Scan(scanned));
        }

        _scratches.Return(scratch);
        planner.Correct(scan, walk, twoHop);
    }

    public override void Dispose() => _scratches.Dispose();

    // Returns how many vectors these are.
    private static int MarkShare(ulong[] words, int first, int end)
    {
        var count = 0;
        for (var vector = first; vector < end; vector += CalibrationShare)
        {
            words[vector / 64] |= 1UL << (vector % 64);
            count++;
        }

        return count;
    }

    private byte* Prepare(ReadOnlySpan<float> query, WalkScratch scratch)
    {
        var vector = scratch.Vector(query.Length);
        query.CopyTo(vector);
        var bytes = TKernel.QueryBytes(parts.Codes.RowBytes);
        var prepared = scratch.Query(bytes);
        parts.Codec.EncodeQuery(vector, new Span<byte>(prepared, bytes));
        TKernel.Prepare(new Span<byte>(prepared, bytes));
        return prepared;
    }

    private SearchWay Unfiltered(byte* query, int ef, int wanted, WalkScratch scratch)
    {
        if (planner.Walk(ef) < planner.Scan(parts.Links.Count))
            GraphWalk.Run<TKernel>(parts.Graph, query, ef, scratch);
        else
            scratch.Pool.Reset(1);
        if (scratch.Pool.Count >= wanted)
            return SearchWay.Sweep;
        CodeScan.RunAll<TKernel>(parts.Codes, query, ef, scratch);
        return SearchWay.Scan;
    }

    private SearchWay Filtered(byte* query, int ef, int wanted, PassingVectors passing, WalkScratch scratch)
    {
        var way = SearchWay.Scan;

        // Vectors that are no nodes may be most of those that pass.
        var localShare = Math.Min(1, (double)passing.Count / parts.Links.Count);
        if (planner.AreMany(passing.Count) && Sweep(query, ef, wanted, ref localShare, passing, scratch))
            return SearchWay.Sweep;
        if (!planner.IsScanCheap(passing.Count))
        {
            GraphWalk.Run<TKernel>(parts.Graph, query, SearchPlanner.ProbeEf, scratch);
            localShare = ShareAround(scratch.Pool, passing);
            way = planner.Choose(ef, passing.Count, localShare);
        }

        var isFound = way switch
        {
            SearchWay.Sweep => Sweep(query, ef, wanted, ref localShare, passing, scratch),
            SearchWay.TwoHop => FilteredWalk.Run<TKernel>(
                parts.Graph, parts.Vectors, passing, query, ef, planner.DistancesMax(passing.Count), scratch) && scratch.Pool.Count >= wanted,
            _ => false,
        };
        if (isFound)
            return way;
        CodeScan.Run<TKernel>(parts.Codes, parts.Nodes, passing, query, ef, scratch);
        return SearchWay.Scan;
    }

    // Walks until ef that pass are closer than all that is left, with candidates enough for it, if as many pass around the query as is thought; false if that is too few, or a scan is cheaper.
    private bool Sweep(byte* query, int ef, int wanted, ref double localShare, PassingVectors passing, WalkScratch scratch)
    {
        var kept = (ef + (SweepMargin * Math.Sqrt(ef))) / localShare;
        if (kept > parts.Links.Count || planner.Walk(kept) >= planner.Scan(passing.Count))
            return false;
        scratch.Results.Reset(ef);
        GraphWalk.Run<TKernel, PassingResults>(parts.Graph, query, (int)kept, new PassingResults(scratch.Results, passing, parts.Vectors), scratch);
        var count = scratch.Results.Count;
        localShare = count / kept;
        return count >= wanted && 2 * count >= ef;
    }

    // Part of the neighbours of the nodes around the query that pass.
    private double ShareAround(CandidatePool pool, PassingVectors passing)
    {
        var (passed, all) = (0, 0);
        foreach (var key in pool.Keys)
        {
            foreach (var neighbor in parts.Links.Of(CandidatePool.NodeOf(key)))
                passed += passing.Contains(parts.Vectors[neighbor]) ? 1 : 0;
            all += parts.Links.Degree;
        }

        return (double)passed / all;
    }

    private int Take(CandidatePool pool, uint bound, Span<int> found)
    {
        var count = 0;
        foreach (var key in pool.Keys)
        {
            if (CandidatePool.CostOf(key) > bound)
                break;
            found[count++] = (int)parts.Vectors[CandidatePool.NodeOf(key)];
            if (count == found.Length)
                break;
        }

        return count;
    }
}
