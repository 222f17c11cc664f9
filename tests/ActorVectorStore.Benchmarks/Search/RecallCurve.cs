namespace ActorVectorStore.Benchmarks.Search;

/// <summary>What an index gives at growing ef: recall against queries a second.</summary>
internal sealed class RecallCurve
{
    private readonly List<CurvePoint> _points = [];

    public IReadOnlyList<CurvePoint> Points => _points;

    public void Add(CurvePoint point) => _points.Add(point);

    /// <summary>Queries a second at a recall, between two points in proportion; null if the curve does not come so far.</summary>
    public double? QueriesPerSecondAt(double recall)
    {
        for (var i = 0; i < _points.Count; i++)
        {
            if (_points[i].Recall < recall)
                continue;
            if (i == 0)
                return _points[0].QueriesPerSecond;
            var (before, after) = (_points[i - 1], _points[i]);
            var share = (recall - before.Recall) / (after.Recall - before.Recall);
            return before.QueriesPerSecond + (share * (after.QueriesPerSecond - before.QueriesPerSecond));
        }

        return null;
    }

    /// <summary>The best of several curves at a recall; null if none comes so far.</summary>
    public static double? BestAt(IEnumerable<RecallCurve> curves, double recall) => curves.Max(curve => curve.QueriesPerSecondAt(recall));
}

/// <summary>What one ef gives.</summary>
/// <param name="Ef">Candidates that a walk keeps.</param>
/// <param name="Recall">Share of the ten true neighbours that was found.</param>
/// <param name="QueriesPerSecond">Median of the passes, by processor time.</param>
/// <param name="MicrosecondsP50">Median query, median of the passes.</param>
/// <param name="MicrosecondsP99">99th percentile, median of the passes.</param>
internal readonly record struct CurvePoint(int Ef, double Recall, double QueriesPerSecond, double MicrosecondsP50, double MicrosecondsP99);
