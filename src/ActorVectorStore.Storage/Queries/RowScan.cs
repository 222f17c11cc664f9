namespace ActorVectorStore.Storage;

/// <summary>
/// Scores every visible row for each query, row by row: for vectors of any kind and objectives of any kind. Several queries share the pass. Where indexes say which rows pass a query's filter,
/// only those are scored. Pure over what a view sees; one thread.
/// </summary>
internal static class RowScan
{
    /// <summary>Goes through all rows.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; looked at before each row, and each condition on a field that a filter asks of a row.</exception>
    public static void Run(VisibleRows rows, IReadOnlyList<RowRanking> rankings, CancellationToken cancellationToken)
    {
        var unmatched = new List<RowRanking>(rankings.Count);
        for (var part = 0; part < rows.Segments.Length; part++)
        {
            unmatched.Clear();
            foreach (var ranking in rankings)
            {
                if (!ScanMatching(rows, part, ranking, cancellationToken))
                    unmatched.Add(ranking);
            }

            if (unmatched.Count > 0)
                Scan(rows, part, unmatched, cancellationToken);
        }
    }

    private static bool ScanMatching(VisibleRows rows, int part, RowRanking ranking, CancellationToken cancellationToken)
    {
        if (rows.Matching(part, ranking.Filter, cancellationToken) is not { } matching)
            return false;
        foreach (var row in matching)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ranking.VisitMatching(rows.Segments[part], new RowKey(part, row));
        }

        return true;
    }

    private static void Scan(VisibleRows rows, int part, List<RowRanking> rankings, CancellationToken cancellationToken)
    {
        var (segment, end) = (rows.Segments[part], rows.RowCount(part));
        for (var row = 0; row < end; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!segment.IsVisible(row, rows.Index))
                continue;
            foreach (var ranking in rankings)
                ranking.Visit(segment, new RowKey(part, row), cancellationToken);
        }
    }
}
