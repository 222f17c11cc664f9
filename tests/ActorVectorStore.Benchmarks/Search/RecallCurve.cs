namespace ActorVectorStore.Benchmarks.Search;

/// <summary>What an index gives at growing ef: recall against queries a second.</summary>
internal sealed class RecallCurve
{
    private readonly List<CurvePoint> _points = [];

    public IReadOnlyList<CurvePoint> Points => _points;

    public void Add(CurvePoint point) => _points.Add(point);

    /// <summary>
    /// The best of several curves: their points less those that another one beats in recall and in speed (the Pareto front), by recall ascending.
    /// </summary>
    public static RecallCurve FrontOf(IEnumerable<RecallCurve> curves)
    {
        var front = new RecallCurve();
        var fastest = 0.0;
        foreach (var point in curves.SelectMany(curve => curve.Points).OrderByDescending(point => point.Recall).ThenByDescending(point => point.QueriesPerSecond))
        {
            if (point.QueriesPerSecond <= fastest)
                continue;
            front.Add(point);
            fastest = point.QueriesPerSecond;
        }

        front._points.Reverse();
        return front;
    }

    /// <summary>Queries a second at a recall, between two points in proportion; null if the curve does not come so far.</summary>
    public double? QueriesPerSecondAt(double recall)
    {
        if (FirstAt(recall) is not { } i)
            return null;
        if (i == 0)
            return _points[0].QueriesPerSecond;
        var (before, after) = (_points[i - 1], _points[i]);
        var share = (recall - before.Recall) / (after.Recall - before.Recall);
        return before.QueriesPerSecond + (share * (after.QueriesPerSecond - before.QueriesPerSecond));
    }

    /// <summary>The first point that has a recall; null if the curve does not come so far.</summary>
    public CurvePoint? PointAt(double recall) => FirstAt(recall) is { } i ? _points[i] : null;

    private int? FirstAt(double recall) => _points.FindIndex(point => point.Recall >= recall) is var index and >= 0 ? index : null;
}

/// <summary>What one ef gives.</summary>
/// <param name="Built">How the index was built.</param>
/// <param name="Ef">Candidates that a walk keeps.</param>
/// <param name="Recall">Share of the ten true neighbours that was found.</param>
/// <param name="QueriesPerSecond">Median of the passes, by processor time.</param>
/// <param name="MicrosecondsP50">Median query, median of the passes.</param>
/// <param name="MicrosecondsP99">99th percentile, median of the passes.</param>
internal readonly record struct CurvePoint(BuildParameters Built, int Ef, double Recall, double QueriesPerSecond, double MicrosecondsP50, double MicrosecondsP99);
