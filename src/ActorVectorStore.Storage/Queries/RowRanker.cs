using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Ranks the rows of a shard for queries of every kind. Dense vectors that are nearest to one take the way of <see cref="DenseSearch"/>, all others that of <see cref="RowScan"/>; the
/// queries of each way share one pass. Pure over what a view sees; one thread.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="schema">The collection.</param>
internal sealed class RowRanker(VisibleRows rows, CollectionSchema schema)
{
    /// <summary>The best rows of each query, best first.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RankedRow[][] Rank(IReadOnlyList<RowQuery> queries, CancellationToken cancellationToken)
    {
        var answers = new RankedRow[queries.Count][];
        if (rows.CountMax == 0)
            return [.. queries.Select(_ => Array.Empty<RankedRow>())];
        var dense = Enumerable.Range(0, queries.Count).Where(i => IsNearestDense(queries[i])).ToArray();
        foreach (var (i, answer) in dense.Zip(RankDense([.. dense.Select(i => queries[i])], cancellationToken)))
            answers[i] = answer;
        var others = Enumerable.Range(0, queries.Count).Except(dense).ToArray();
        foreach (var (i, answer) in others.Zip(RankOthers([.. others.Select(i => queries[i])], cancellationToken)))
            answers[i] = answer;
        return answers;
    }

    /// <summary>Bytes that <see cref="Rank(IReadOnlyList{RowQuery}, CancellationToken)"/> looks at, about and at most.</summary>
    public long CostBytesOf(IReadOnlyList<RowQuery> queries)
    {
        var bytes = 0L;
        foreach (var query in queries)
            bytes += IsNearestDense(query) ? DenseSearch.CostBytesOf(rows, schema, [SearchOf(query)]) : DenseSearch.AllBytesOf(rows);
        return bytes;
    }

    /// <summary>The best of some rows, best first.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public RankedRow[] Rank(RowQuery query, IReadOnlyList<RankedRow> among, CancellationToken cancellationToken)
    {
        if (among.Count == 0)
            return [];
        var (top, ranking) = NewRanking(query with { Limit = Math.Min(query.Limit, among.Count) }, RowFilter.Compile(query.Filter));
        foreach (var row in among)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ranking.Visit(rows.Segments[row.Row.Segment], row.Row, cancellationToken);
        }

        return Drain(top, ranking.Objective);
    }

    /// <summary>The groups whose best rows are the best, with that row of each.</summary>
    /// <exception cref="InvalidRequestException">Their values have too many bytes.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public IReadOnlyList<RankedGroup> RankGroups(RowQuery query, PayloadPath path, int limit, CancellationToken cancellationToken)
    {
        var objective = query.ObjectiveIn(schema);
        var groups = new TopGroups(rows, new GroupValues(path), limit, RowRanking.CostMaxOf(query, objective));
        RowScan.Run(rows, [new RowRanking(schema, query, RowFilter.Compile(query.Filter), groups)], cancellationToken);
        return groups.ToGroups(objective);
    }

    /// <summary>The best rows of some groups.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public IReadOnlyList<RankedGroup> FillGroups(RowQuery query, PayloadPath path, IReadOnlyList<RankedGroup> groups, int size, CancellationToken cancellationToken)
    {
        if (groups.Count == 0 || rows.CountMax == 0)
            return [];
        var objective = query.ObjectiveIn(schema);
        var filled = new GroupRows(rows, new GroupValues(path), groups.Select(group => group.Key), size, RowRanking.CostMaxOf(query, objective));
        RowScan.Run(rows, [new RowRanking(schema, query, RowFilter.Compile(WithAnyOf(query.Filter, path, groups)), filled)], cancellationToken);
        return filled.ToGroups(objective);
    }

    // So that an index of the field, where there is one, finds the rows. Where the values cannot be asked for, all rows are looked at.
    private static Filter? WithAnyOf(Filter? filter, PayloadPath path, IReadOnlyList<RankedGroup> groups)
    {
        var ofGroups = GroupValues.FilterOf(path, groups.Select(group => group.Key));
        return filter is null || ofGroups is null ? ofGroups ?? filter : Filter.AllOf(filter, ofGroups);
    }

    private bool IsNearestDense(RowQuery query) => schema.Find(query.Using)!.Kind == VectorKind.Dense && query.ObjectiveIn(schema) is NearestObjective;

    // Excluded points are few: so many more rows are asked for, and they are left out of what is found.
    private SearchRequest SearchOf(RowQuery query) => new()
    {
        Vector = ((DenseVector)query.ExamplesIn(schema)[0]).Components,
        Using = query.Using,
        Limit = query.Limit + query.Excluded.Count,
        ScoreThreshold = query.ScoreThreshold,
        Filter = query.Filter,
        Parameters = query.Parameters,
    };

    private RankedRow[][] RankDense(RowQuery[] queries, CancellationToken cancellationToken)
    {
        if (queries.Length == 0)
            return [];
        var (rowsOfShard, found) = (rows, DenseSearch.Run(rows, schema, Array.ConvertAll(queries, SearchOf), cancellationToken));
        return [.. queries.Zip(found, (query, hits) => hits
            .Select(hit => new RankedRow(rowsOfShard.IdOf(hit.Row), hit.Score, hit.Row))
            .Where(row => !query.Excluded.Contains(row.Id))
            .Take(query.Limit).ToArray())];
    }

    private RankedRow[][] RankOthers(RowQuery[] queries, CancellationToken cancellationToken)
    {
        if (queries.Length == 0)
            return [];
        var filters = RowFilter.CompileAll(queries, query => query.Filter);
        var rankings = queries.Zip(filters, NewRanking).ToArray();
        RowScan.Run(rows, [.. rankings.Select(ranking => ranking.Ranking)], cancellationToken);
        return Array.ConvertAll(rankings, ranking => Drain(ranking.Top, ranking.Ranking.Objective));
    }

    private (TopRows Top, RowRanking Ranking) NewRanking(RowQuery query, RowFilter? filter)
    {
        var top = new TopRows(rows, (int)Math.Min(query.Limit, rows.CountMax), RowRanking.CostMaxOf(query, query.ObjectiveIn(schema)));
        return (top, new RowRanking(schema, query, filter, top));
    }

    private RankedRow[] Drain(TopRows top, RowObjective objective)
    {
        var rowsOfShard = rows;
        return Array.ConvertAll(top.Drain(), hit => new RankedRow(rowsOfShard.IdOf(hit.Row), objective.Turn(hit.Cost), hit.Row));
    }
}
