using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>What a <see cref="RowScan"/> does with each row for one query: score it, ask the filter where it is close enough, give it to a sink. One thread.</summary>
internal sealed class RowRanking
{
    private readonly RowSimilarity _similarity;
    private readonly double[] _similarities;
    private readonly IReadOnlySet<PointId> _excluded;
    private readonly IRowSink _sink;

    public RowRanking(CollectionSchema schema, RowQuery query, RowFilter? filter, IRowSink sink)
    {
        var (column, examples) = (schema.IndexOf(query.Using), query.ExamplesIn(schema));
        _similarity = RowSimilarity.Of(schema.Vectors[column], column, examples);
        _similarities = new double[examples.Count];
        _excluded = query.Excluded;
        _sink = sink;
        (Objective, Filter) = (query.ObjectiveIn(schema), filter);
    }

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
        if (TryCost(segment, row.Row, out var cost) && cost <= _sink.Bound && (Filter is null || Filter.Matches(segment, row.Row, cancellationToken)))
            _sink.Offer(cost, row);
    }

    /// <summary>Looks at a visible row that is known to pass the filter.</summary>
    public void VisitMatching(Segment segment, RowKey row)
    {
        if (TryCost(segment, row.Row, out var cost) && cost <= _sink.Bound)
            _sink.Offer(cost, row);
    }

    private bool TryCost(Segment segment, int row, out float cost)
    {
        cost = 0;
        if (!_similarity.TryCompare(segment, row, _similarities) || !Objective.TryScore(_similarities, out var score))
            return false;
        cost = Objective.Turn(score);
        return _excluded.Count == 0 || !_excluded.Contains(segment.IdOf(row));
    }
}
