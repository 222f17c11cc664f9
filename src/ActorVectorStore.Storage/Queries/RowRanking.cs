using System.Runtime.CompilerServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>What a <see cref="RowScan"/> does with each row for one query: score it, ask the filter where it is close enough, give it to a sink. One thread.</summary>
internal sealed class RowRanking
{
    private readonly RowSimilarity _similarity;
    private readonly double[] _similarities;
    private readonly IReadOnlySet<PointId> _excluded;
    private readonly IRowSink _sink;
    private double[] _ofRows = [];

    public RowRanking(CollectionSchema schema, RowQuery query, RowFilter? filter, IRowSink sink)
    {
        var examples = query.ExamplesIn(schema);
        Column = schema.IndexOf(query.Using);
        _similarity = RowSimilarity.Of(schema.Vectors[Column], Column, examples);
        _similarities = new double[examples.Count];
        _excluded = query.Excluded;
        _sink = sink;
        (Objective, Filter) = (query.ObjectiveIn(schema), filter);
        NearestSparse = Objective is NearestObjective ? examples[0] as SparseVector : null;
    }

    /// <summary>The column that is compared.</summary>
    public int Column { get; }

    /// <summary>The sparse vector that rows are to be nearest to, if that is what is asked for.</summary>
    public SparseVector? NearestSparse { get; }

    /// <summary>A row of a higher cost need not be offered.</summary>
    public float Bound => _sink.Bound;

    /// <summary>What scores mean.</summary>
    public RowObjective Objective { get; }

    /// <summary>Which rows qualify; null: all.</summary>
    public RowFilter? Filter { get; }

    /// <summary>The highest cost that a query's threshold leaves.</summary>
    public static float CostMaxOf(RowQuery query, RowObjective objective) =>
        query.ScoreThreshold is { } threshold ? objective.Turn(threshold) : float.PositiveInfinity;

    /// <summary>Looks at a visible row.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while the filter was asked.</exception>
    public void Visit(Segment segment, RowKey row, CancellationToken cancellationToken)
    {
        if (TryCost(segment, row.Row, out var cost))
            Offer(segment, row, cost, cancellationToken);
    }

    /// <summary>Looks at rows that follow one another.</summary>
    /// <param name="segment">Their segment.</param>
    /// <param name="first">The first row.</param>
    /// <param name="wanted">Which of them are visible; changed.</param>
    /// <param name="cancellationToken">Looked at before each row.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    // Optimised from the first call: a shard that is searched once in a while would otherwise stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(Segment segment, RowKey first, Span<bool> wanted, CancellationToken cancellationToken)
    {
        var width = _similarities.Length;
        if (_ofRows.Length < wanted.Length * width)
            _ofRows = new double[wanted.Length * width];
        var similarities = _ofRows.AsSpan(0, wanted.Length * width);
        _similarity.Compare(segment, first.Row, wanted, similarities, cancellationToken);
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] && TryCost(similarities.Slice(i * width, width), out var cost))
                Offer(segment, first with { Row = first.Row + i }, cost, cancellationToken);
        }
    }

    /// <summary>Looks at a visible row that is known to pass the filter.</summary>
    public void VisitMatching(Segment segment, RowKey row)
    {
        if (TryCost(segment, row.Row, out var cost))
            OfferMatching(segment, row, cost);
    }

    /// <summary>The cost of a row; false if it is not found.</summary>
    public bool TryCost(Segment segment, int row, out float cost)
    {
        cost = 0;
        return _similarity.TryCompare(segment, row, _similarities) && TryCost(_similarities, out cost);
    }

    /// <summary>The cost of a row with this similarity to the one vector of the query; false if it is not found.</summary>
    public bool TryCost(double similarity, out float cost) => TryCost(new ReadOnlySpan<double>(in similarity), out cost);

    /// <summary>Gives a row to the sink that is close enough and passes.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while the filter was asked.</exception>
    public void Offer(Segment segment, RowKey row, float cost, CancellationToken cancellationToken)
    {
        if (cost <= _sink.Bound && !IsExcluded(segment, row) && (Filter is null || Filter.Matches(segment, row.Row, cancellationToken)))
            _sink.Offer(cost, row);
    }

    /// <summary>Gives a row to the sink that is close enough, and known to pass the filter.</summary>
    public void OfferMatching(Segment segment, RowKey row, float cost)
    {
        if (cost <= _sink.Bound && !IsExcluded(segment, row))
            _sink.Offer(cost, row);
    }

    private bool TryCost(ReadOnlySpan<double> similarities, out float cost)
    {
        var isFound = Objective.TryScore(similarities, out var score);
        cost = Objective.Turn(score);
        return isFound;
    }

    private bool IsExcluded(Segment segment, RowKey row) => _excluded.Count > 0 && _excluded.Contains(segment.IdOf(row.Row));
}
