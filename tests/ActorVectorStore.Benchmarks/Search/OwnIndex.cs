using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>
/// Our index as a bare room: a search for candidates by codes, which are then put in order by their vectors. It may be in pieces, each an index of as many rows; then every piece is searched, and the
/// order is made of the candidates of all.
/// </summary>
/// <param name="vectors">What is searched; its owner keeps it.</param>
/// <param name="name">Name in tables.</param>
internal sealed class OwnIndex(SearchedVectors vectors, string name = OwnIndex.DefaultName) : ISearchSystem
{
    public const string DefaultName = "ours";

    private Piece[] _pieces = [];
    private ulong[] _passing = [];
    private int _passingCount;

    public string Name => name;

    /// <summary>Bytes for each vector that are neighbours and numbers: all of the index but codes.</summary>
    public double GraphBytesPerVector =>
        (double)_pieces.Sum(piece => GraphLinks.BytesOf(piece.Parts.Links.Count, piece.Parts.Links.Degree) + (2L * sizeof(uint) * piece.Parts.VectorCount)) / vectors.Rows.Count;

    /// <summary>Bytes of the codes of a vector.</summary>
    public int CodeBytesPerVector => _pieces[0].Parts.Codes.RowBytes;

    public BuildTime Build(BuildParameters parameters) => BuildPieces(parameters, 1);

    /// <summary>Builds an index of each part of the rows, in the place of what was before.</summary>
    /// <param name="parameters">How each is built.</param>
    /// <param name="count">Parts, of as many rows each but for the last.</param>
    public BuildTime BuildPieces(BuildParameters parameters, int count)
    {
        Clear();
        var rowsOfEach = vectors.Rows.Count / count;
        return Measure(() => _pieces = [.. Enumerable.Range(0, count).Select(piece =>
        {
            var first = piece * rowsOfEach;
            var rows = vectors.Rows.Part(first, piece == count - 1 ? vectors.Rows.Count - first : rowsOfEach);
            return new Piece(first, IndexOf(rows, parameters, []));
        })]);
    }

    /// <summary>Builds an index of all rows out of the pieces of another, in the place of what was before.</summary>
    public BuildTime Merge(BuildParameters parameters, OwnIndex other)
    {
        Clear();
        return Measure(() =>
        {
            var sources = other._pieces.Select(piece => new GraphSource(piece.Parts, Enumerable.Range(piece.First, piece.Parts.VectorCount).ToArray()));
            _pieces = [new Piece(0, IndexOf(vectors.Rows, parameters, [.. sources]))];
        });
    }

    /// <exception cref="InvalidOperationException">The index is in pieces.</exception>
    public void Use(RowFilterKind? filter)
    {
        (_passing, _passingCount) = ([], 0);
        if (filter is null)
            return;
        if (_pieces.Length != 1)
            throw new InvalidOperationException($"{name} is in {_pieces.Length} pieces: filters are for one.");
        var bits = File.ReadAllBytes(vectors.Set.FilterFile(filter));
        _passing = new ulong[(vectors.Rows.Count + 63) / 64];
        bits.CopyTo(MemoryMarshal.AsBytes(_passing.AsSpan()));
        _passingCount = _passing.Sum(word => (int)ulong.PopCount(word));
    }

    public SearchPass Search(int ef, int threads) => SearchPass.Measure(vectors.Queries.Count, (found, ticks) =>
    {
        if (threads == 1)
            SearchFrom(0, 1, ef, found, ticks);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread => SearchFrom(thread, threads, ef, found, ticks));
    });

    /// <summary>
    /// Queries a second of threads that search at a time, by the clock: from the moment on when all of them run, since a pass through the queries is over before a thread of the pool has begun.
    /// </summary>
    /// <param name="ef">Candidates that a walk keeps.</param>
    /// <param name="threads">Threads, each of which asks its share of the queries again and again.</param>
    /// <param name="time">How long at least.</param>
    public double QueriesPerSecond(int ef, int threads, TimeSpan time)
    {
        var (found, ticks) = (new int[vectors.Queries.Count * VectorSet.Neighbours], new long[vectors.Queries.Count]);
        using var all = new Barrier(threads);
        var rates = new double[threads];
        var searchers = Enumerable.Range(0, threads).Select(thread => new Thread(() => rates[thread] = RateOf(thread))).ToArray();
        foreach (var searcher in searchers)
            searcher.Start();
        foreach (var searcher in searchers)
            searcher.Join();
        return rates.Sum();

        double RateOf(int thread)
        {
            all.SignalAndWait();
            var (watch, passes) = (Stopwatch.StartNew(), 0);
            for (; watch.Elapsed < time; passes++)
                SearchFrom(thread, threads, ef, found, ticks);
            return (double)passes * vectors.Queries.Count / threads / watch.Elapsed.TotalSeconds;
        }
    }

    public void Dispose() => Clear();

    private static BuildTime Measure(Action build)
    {
        var (processor, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        build();
        return new BuildTime(watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

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

    private GraphIndex IndexOf(IVectorRows rows, BuildParameters parameters, IReadOnlyList<GraphSource> sources)
    {
        var options = new GraphOptions(parameters.M, parameters.EfConstruct, Seed: 1);
        using var build = new GraphIndexBuild(rows, vectors.Set.Metric, options, CodeKind.SevenBits, sources);
        var loop = LoopOf(parameters.Threads);
        while (build.Advance(loop))
        {
        }

        var index = new GraphIndex(build.Complete().ToMemory());

        // As where it is opened: ways to search are chosen by what they cost here.
        index.WarmUp();
        return index;
    }

    private void Clear()
    {
        foreach (var piece in _pieces)
            piece.Index.Dispose();
        _pieces = [];
    }

    private void SearchFrom(int first, int step, int ef, int[] found, long[] ticks)
    {
        var ranking = new Ranking(vectors.Rows.Table, vectors.ExactMetric, ef, _pieces.Length);
        for (var query = first; query < vectors.Queries.Count; query += step)
        {
            var start = Stopwatch.GetTimestamp();
            SearchOne(vectors.Queries.Row(query), ef, ranking, found.AsSpan(query * VectorSet.Neighbours, VectorSet.Neighbours));
            ticks[query] = Stopwatch.GetTimestamp() - start;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SearchOne(ReadOnlySpan<float> query, int ef, Ranking ranking, Span<int> closest)
    {
        var passing = _passing.Length == 0 ? default : new PassingVectors(_passing, _passingCount);
        ranking.Begin(query);
        foreach (var piece in _pieces)
        {
            var candidates = ranking.Room;
            var count = piece.Index.Search(query, ef, passing, ranking.Wanted, candidates, out _, ranking.Bound);
            for (var i = 0; piece.First > 0 && i < count; i++)
                candidates[i] += piece.First;
            ranking.Add(count);
        }

        ranking.Take(closest);
    }

    /// <summary>An index of some of the rows.</summary>
    /// <param name="First">Row of its vector 0.</param>
    /// <param name="Index">The index.</param>
    private sealed record Piece(int First, GraphIndex Index)
    {
        public GraphParts Parts => Index.Parts;
    }

    /// <summary>Candidates of one query, and their order by vectors, which are compared piece by piece, so that the closest so far bound what the next piece is asked for. One thread.</summary>
    private sealed class Ranking(RowTable rows, Metric metric, int ef, int pieces)
    {
        private const int Extra = 5;

        private readonly int[] _candidates = new int[2 * WantedOf(ef) * pieces];
        private readonly float[] _costs = new float[2 * WantedOf(ef) * pieces];
        private readonly float[] _prepared = new float[rows.Dimension];
        private int _count;

        /// <summary>Candidates wanted of each piece.</summary>
        public int Wanted { get; } = WantedOf(ef);

        /// <summary>What a candidate may cost to be among the closest; no bound where there is one piece.</summary>
        public float Bound { get; private set; }

        /// <summary>Room for the candidates of a piece.</summary>
        public Span<int> Room => _candidates.AsSpan(_count);

        public void Begin(ReadOnlySpan<float> query)
        {
            ExactCosts.Prepare(metric, query, _prepared);
            (_count, Bound) = (0, float.PositiveInfinity);
        }

        /// <summary>Takes in so many candidates, which were written to <see cref="Room"/>. The closest of a few pieces are in order always.</summary>
        public void Add(int count)
        {
            ExactCosts.Compute(metric, _prepared, rows, _candidates.AsSpan(_count, count), _costs.AsSpan(_count, count));
            _count += count;
            _costs.AsSpan(0, _count).Sort(_candidates.AsSpan(0, _count));
            if (pieces == 1)
                return;
            _count = Math.Min(_count, VectorSet.Neighbours);
            if (_count == VectorSet.Neighbours)
                Bound = _costs[_count - 1];
        }

        public void Take(Span<int> closest)
        {
            closest.Fill(-1);
            _candidates.AsSpan(0, Math.Min(_count, closest.Length)).CopyTo(closest);
        }

        // Half of what a walk keeps, and a few more: the rest is further away by codes than codes err. Of a piece less may be wanted than of all.
        private static int WantedOf(int ef) => Math.Min(ef, Math.Max(VectorSet.Neighbours, (ef / 2) + Extra));
    }
}
