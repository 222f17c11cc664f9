namespace ActorVectorStore.Index;

/// <summary>
/// Queries that are compared exactly with rows, one or many: every row given is compared, and every score is finite. Several queries share the reading of rows, which makes many together
/// several times as fast as each alone; costs are the same to the last bit either way.
/// </summary>
/// <remarks>
/// <para>
/// Costs, lower is closer: the negative cosine, in [-1, 1]; the negative inner product; the length of the difference; the sum of the differences' magnitudes. They are computed in single
/// precision, and again in double precision where that overflows or vanishes: correct to (dimension / 16 + 12) * 2^-24 of the sum of the terms' magnitudes at the narrowest vector
/// registers. The order of summation follows the machine's registers, so last bits may differ between machines.
/// </para>
/// <para>Immutable once made: any number of threads may search at once, each with sinks of its own. Whoever made it disposes it after the last search.</para>
/// </remarks>
public sealed unsafe class ExactQueries : IDisposable
{
    // Fewer than this are faster one by one: turning the rows costs as much as comparing them with several queries.
    private const int TogetherMin = 16;

    private const int PaddingFloats = AlignedMemory.Alignment / sizeof(float);

    // Rows that one query after the other is compared with while they are in the second cache.
    private const int BlockBytes = 128 << 10;

    private readonly Metric _metric;
    private readonly int _stride;
    private readonly float[] _lengths;
    private readonly AlignedMemory _queries;
    private readonly AlignedMemory _interleaved;

    /// <summary>Takes queries over.</summary>
    /// <param name="metric">How they are compared.</param>
    /// <param name="queries">One or more queries, one behind the other; all components are finite.</param>
    /// <param name="dimension">Components of each.</param>
    public ExactQueries(Metric metric, ReadOnlySpan<float> queries, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (queries.Length % dimension != 0)
            throw new ArgumentException($"{queries.Length} components are no whole number of queries of {dimension}.", nameof(queries));
        (_metric, Dimension, Count) = (metric, dimension, queries.Length / dimension);
        _stride = (dimension + PaddingFloats - 1) / PaddingFloats * PaddingFloats;
        _queries = new AlignedMemory((long)Count * _stride * sizeof(float));
        for (var query = 0; query < Count; query++)
            Prepare(queries.Slice(query * dimension, dimension), new Span<float>(this[query], dimension));
        _lengths = Lengths();
        _interleaved = Interleave();
    }

    /// <summary>Queries.</summary>
    public int Count { get; }

    /// <summary>Components of each.</summary>
    public int Dimension { get; }

    /// <summary>A query as it is compared, with zeros behind it.</summary>
    internal float* this[int query] => (float*)_queries.Start + ((nint)query * _stride);

    /// <summary>The length of a query as it is compared, or a little more.</summary>
    internal float Length(int query) => _lengths[query];

    /// <summary>The component of a query, which is a multiple of <see cref="RowTile.Queries"/>, in front of those of the next ones.</summary>
    internal float* Interleaved(int query, int component) => (float*)_interleaved.Start + ((nint)query * _stride) + ((nint)component * RowTile.Queries);

    /// <summary>The cost of one row.</summary>
    public float Cost(int query, in RowTable rows, int row)
    {
        Check(rows);
        return ExactScan.For(_metric, rows.Element).Cost(this[query], rows, row);
    }

    /// <summary>The costs of some rows, in their order; rows that lie apart are fetched ahead.</summary>
    public void Costs(int query, in RowTable rows, ReadOnlySpan<int> chosen, Span<float> costs)
    {
        Check(rows);
        ExactScan.For(_metric, rows.Element).Costs(this[query], rows, chosen, costs);
    }

    /// <summary>Compares all rows of a table with all queries.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="sinks">One for each query.</param>
    public void Search(in RowTable rows, ReadOnlySpan<IRowSink> sinks)
    {
        Check(rows, sinks);
        var scan = ExactScan.For(_metric, rows.Element);
        if (Count >= TogetherMin)
        {
            SearchTogether(scan, rows, new ChosenRows(rows.Count), sinks);
            return;
        }

        var block = RowsPerBlock(rows);
        for (var first = 0; first < rows.Count; first += Math.Min(block, rows.Count - first))
        {
            for (var query = 0; query < Count; query++)
                scan.One(this[query], rows, first, first + Math.Min(block, rows.Count - first), sinks[query]);
        }
    }

    /// <summary>Compares some rows of a table with all queries.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="chosen">Numbers of those that are compared.</param>
    /// <param name="sinks">One for each query.</param>
    public void Search(in RowTable rows, ReadOnlySpan<int> chosen, ReadOnlySpan<IRowSink> sinks)
    {
        Check(rows, sinks);
        var scan = ExactScan.For(_metric, rows.Element);
        if (Count >= TogetherMin)
        {
            SearchTogether(scan, rows, new ChosenRows(chosen), sinks);
            return;
        }

        var block = RowsPerBlock(rows);
        for (; chosen.Length > 0; chosen = chosen[Math.Min(block, chosen.Length)..])
        {
            for (var query = 0; query < Count; query++)
                scan.One(this[query], rows, chosen[..Math.Min(block, chosen.Length)], sinks[query]);
        }
    }

    /// <summary>Frees the queries. May be called more than once.</summary>
    public void Dispose()
    {
        _queries.Dispose();
        _interleaved.Dispose();
    }

    private void SearchTogether(ExactScan scan, in RowTable rows, in ChosenRows chosen, ReadOnlySpan<IRowSink> sinks)
    {
        for (var first = 0; first < Count; first += TileScratch.QueriesMax)
            scan.Many(this, first, rows, chosen, sinks.Slice(first, Math.Min(TileScratch.QueriesMax, Count - first)));
    }

    private int RowsPerBlock(in RowTable rows) => Count == 1 ? int.MaxValue : (int)Math.Max(1, BlockBytes / rows.StrideBytes);

    private void Prepare(ReadOnlySpan<float> query, Span<float> target)
    {
        switch (_metric)
        {
            case Metric.Cosine:
                CosineCost.Prepare(query, target);
                break;
            case Metric.Dot:
                DotCost.Prepare(query, target);
                break;
            case Metric.Euclid:
                EuclidCost.Prepare(query, target);
                break;
            case Metric.Manhattan:
                ManhattanCost.Prepare(query, target);
                break;
            default:
                throw new InvalidOperationException($"Metric {_metric} has no cost.");
        }
    }

    private float[] Lengths()
    {
        const double RoundedUp = 1 + 1e-6;
        var lengths = new float[Count];
        for (var query = 0; query < Count; query++)
            lengths[query] = (float)(PreciseSums.Length<Float32Element>((byte*)this[query], Dimension) * RoundedUp);
        return lengths;
    }

    // The last group is filled up with queries of zeros.
    private AlignedMemory Interleave()
    {
        if (Count < TogetherMin)
            return new AlignedMemory(0);
        var memory = new AlignedMemory((long)(Count + RowTile.Queries - 1) / RowTile.Queries * RowTile.Queries * _stride * sizeof(float));
        for (var query = 0; query < Count; query++)
        {
            var lane = query % RowTile.Queries;
            var group = (float*)memory.Start + ((nint)(query - lane) * _stride);
            for (var i = 0; i < Dimension; i++)
                group[(i * RowTile.Queries) + lane] = this[query][i];
        }

        return memory;
    }

    private void Check(in RowTable rows, ReadOnlySpan<IRowSink> sinks)
    {
        Check(rows);
        if (sinks.Length != Count)
            throw new ArgumentException($"{Count} queries need as many sinks, found {sinks.Length}.", nameof(sinks));
    }

    private void Check(in RowTable rows)
    {
        if (rows.Dimension < Dimension || rows.Dimension > _stride)
            throw new ArgumentException($"Queries of {Dimension} components cannot be compared with rows of {rows.Dimension}.", nameof(rows));
    }
}
