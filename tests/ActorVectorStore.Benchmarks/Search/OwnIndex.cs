using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>Our index as a bare room: a search for candidates by codes, which are then put in order by their vectors.</summary>
internal sealed unsafe class OwnIndex : ISearchSystem
{
    private const int Extra = 5;

    private readonly VectorSet _set;
    private readonly VectorTable _queries;
    private readonly Rows _rows;
    private ulong[] _passing = [];
    private int _passingCount;
    private GraphIndex? _index;

    public OwnIndex(VectorSet set)
    {
        _set = set;
        _queries = VectorTable.Read(set.QueryFile);
        _rows = new Rows(VectorTable.Read(set.BaseFile));
    }

    public string Name => "ours";

    // Vectors of length one are compared as they are.
    private Metric ExactMetric => _set.Metric == Metric.Cosine ? Metric.Dot : _set.Metric;

    public BuildTime Build(BuildParameters parameters)
    {
        _index?.Dispose();
        _index = null;
        var (processor, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        using var build = new GraphIndexBuild(_rows, _set.Metric, new GraphOptions(parameters.M, parameters.EfConstruct, Seed: 1));
        var loop = LoopOf(parameters.Threads);
        while (build.Advance(loop))
        {
        }

        _index = new GraphIndex(build.Complete().ToMemory());
        return new BuildTime(watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    public void Use(RowFilterKind? filter)
    {
        (_passing, _passingCount) = ([], 0);
        if (filter is null)
            return;
        var bits = File.ReadAllBytes(_set.FilterFile(filter));
        _passing = new ulong[(_rows.Count + 63) / 64];
        bits.CopyTo(MemoryMarshal.AsBytes(_passing.AsSpan()));
        _passingCount = _passing.Sum(word => (int)ulong.PopCount(word));
    }

    public SearchPass Search(int ef, int threads)
    {
        var found = new int[_queries.Count * VectorSet.Neighbours];
        var ticks = new long[_queries.Count];
        var (processor, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        if (threads == 1)
            SearchFrom(0, 1, ef, found, ticks);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread => SearchFrom(thread, threads, ef, found, ticks));
        var (elapsed, processorElapsed) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - processor);
        Array.Sort(ticks);
        return new SearchPass(
            new NeighbourTable(found, VectorSet.Neighbours),
            _queries.Count / elapsed.TotalSeconds,
            _queries.Count / processorElapsed.TotalSeconds,
            Microseconds(ticks[ticks.Length / 2]),
            Microseconds(ticks[ticks.Length * 99 / 100]));
    }

    public void Dispose()
    {
        _index?.Dispose();
        _rows.Dispose();
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    private static ParallelLoop LoopOf(int threads)
    {
        if (threads > 1)
            return (count, body) => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
        return (count, body) =>
        {
            for (var i = 0; i < count; i++)
                body(i);
        };
    }

    private void SearchFrom(int first, int step, int ef, int[] found, long[] ticks)
    {
        var ranking = new Ranking(_rows.Table, ExactMetric, ef);
        for (var query = first; query < _queries.Count; query += step)
        {
            var start = Stopwatch.GetTimestamp();
            SearchOne(_queries.Row(query), ef, ranking, found.AsSpan(query * VectorSet.Neighbours, VectorSet.Neighbours));
            ticks[query] = Stopwatch.GetTimestamp() - start;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SearchOne(ReadOnlySpan<float> query, int ef, Ranking ranking, Span<int> closest)
    {
        var passing = _passing.Length == 0 ? default : new PassingVectors(_passing, _passingCount);
        var count = _index!.Search(query, ef, passing, ranking.Wanted, ranking.Candidates, out _);
        ranking.Rank(query, count, closest);
    }

    /// <summary>Candidates of one query, and their order by vectors. One thread.</summary>
    private sealed class Ranking(RowTable rows, Metric metric, int ef)
    {
        private readonly int[] _candidates = new int[2 * WantedOf(ef)];
        private readonly float[] _costs = new float[2 * WantedOf(ef)];
        private readonly float[] _prepared = new float[rows.Dimension];

        public int Wanted { get; } = WantedOf(ef);

        public Span<int> Candidates => _candidates;

        public void Rank(ReadOnlySpan<float> query, int count, Span<int> closest)
        {
            var candidates = _candidates.AsSpan(0, count);
            var costs = _costs.AsSpan(0, count);
            ExactCosts.Prepare(metric, query, _prepared);
            ExactCosts.Compute(metric, _prepared, rows, candidates, costs);
            costs.Sort(candidates);
            closest.Fill(-1);
            candidates[..Math.Min(count, closest.Length)].CopyTo(closest);
        }

        // Half of what a walk keeps, and a few more: the rest is further away by codes than codes err.
        private static int WantedOf(int ef) => Math.Max(VectorSet.Neighbours, Math.Min(ef, (ef / 2) + Extra));
    }

    /// <summary>The base vectors in rows of whole cache lines, zeros behind each.</summary>
    private sealed class Rows : IVectorRows, IDisposable
    {
        private readonly AlignedMemory _memory;
        private readonly int _stride;

        public Rows(VectorTable table)
        {
            (Count, Dimension) = (table.Count, table.Dimension);
            const int LineFloats = AlignedMemory.Alignment / sizeof(float);
            _stride = (Dimension + LineFloats - 1) / LineFloats * LineFloats;
            _memory = new AlignedMemory((long)Count * _stride * sizeof(float));
            for (var row = 0; row < Count; row++)
                table.Row(row).CopyTo(new Span<float>(RowAt(row), Dimension));
        }

        public int Count { get; }

        public int Dimension { get; }

        public RowTable Table => new(_memory.Start, Count, _stride * sizeof(float), _stride, RowElement.Float32);

        public void Read(int row, Span<float> target) => new ReadOnlySpan<float>(RowAt(row), Dimension).CopyTo(target);

        public void Dispose() => _memory.Dispose();

        private float* RowAt(int row) => (float*)_memory.Start + ((nint)row * _stride);
    }
}
