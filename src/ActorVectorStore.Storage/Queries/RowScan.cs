namespace ActorVectorStore.Storage;

/// <summary>
/// Scores every visible row for each query, row by row: for vectors of any kind and objectives of any kind. Several queries share the pass. Where indexes say which rows pass a query's filter,
/// only those are scored; rows nearest to a sparse vector are found by its inverted index where there is one (<see cref="SparseScan"/>). Pure over what a view sees; one thread.
/// </summary>
internal static class RowScan
{
    // Of most vectors they fit in the cache, so that all queries compare them while they are there.
    private const int RowsAtOnce = 128;

    /// <summary>Goes through all rows.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; looked at before each row, and each condition on a field that a filter asks of a row.</exception>
    public static void Run(VisibleRows rows, IReadOnlyList<RowRanking> rankings, CancellationToken cancellationToken)
    {
        var left = new List<(RowRanking Ranking, int First)>(rankings.Count);
        for (var part = 0; part < rows.Segments.Length; part++)
        {
            left.Clear();
            foreach (var ranking in rankings)
            {
                var matching = rows.Matching(part, ranking.Filter, cancellationToken);
                var first = SparseScan.Run(rows, part, ranking, matching, cancellationToken);
                if (matching is null)
                    left.Add((ranking, first));
                else
                    ScanMatching(rows, part, ranking, matching, first, cancellationToken);
            }

            left.RemoveAll(ranking => ranking.First == rows.RowCount(part));
            if (left.Count > 0)
                Scan(rows, part, left, cancellationToken);
        }
    }

    private static void ScanMatching(VisibleRows rows, int part, RowRanking ranking, RowBitmap matching, int first, CancellationToken cancellationToken)
    {
        for (var row = matching.Next(first); row >= 0; row = matching.Next(row + 1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ranking.VisitMatching(rows.Segments[part], new RowKey(part, row));
        }
    }

    private static void Scan(VisibleRows rows, int part, List<(RowRanking Ranking, int First)> rankings, CancellationToken cancellationToken)
    {
        Span<bool> visible = stackalloc bool[RowsAtOnce];
        Span<bool> wanted = stackalloc bool[RowsAtOnce];
        var (segment, end) = (rows.Segments[part], rows.RowCount(part));
        for (var start = rankings.Min(ranking => ranking.First); start < end; start += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(RowsAtOnce, end - start);
            MarkVisible(segment, start, rows.Index, visible[..count]);
            foreach (var (ranking, first) in rankings)
            {
                var passed = Math.Clamp(first - start, 0, count);
                visible[passed..count].CopyTo(wanted);
                if (passed < count)
                    ranking.Visit(segment, new RowKey(part, start + passed), wanted[..(count - passed)], cancellationToken);
            }
        }
    }

    private static void MarkVisible(Segment segment, int first, long index, Span<bool> visible)
    {
        var areAllVisible = segment.AreAllVisible(first, visible.Length, index);
        for (var i = 0; i < visible.Length; i++)
            visible[i] = areAllVisible || segment.IsVisible(first + i, index);
    }
}
