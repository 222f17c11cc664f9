using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A filter on one segment, found in its indexes. Needs the lease with which it was made; without state, so that it may be evaluated any number of
/// times.
/// </summary>
/// <param name="reader">The lease.</param>
/// <param name="clauses">The filter's clauses.</param>
internal sealed class FilterPlan(SealedReader reader, FilterClauses clauses)
{
    private readonly AllNode _root = clauses.ToNode(reader.RowCount);

    /// <summary>How many rows of the segment pass, visible or not.</summary>
    public RowBound Bound => _root.Bound;

    /// <summary>Which rows pass: exactly those that <see cref="RowFilter"/> takes.</summary>
    /// <param name="among">The rows to look at, such as the visible ones; null for all. It is not changed.</param>
    /// <param name="cancellation">Looked at before each piece of an index, each payload and each condition on it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="CorruptionException">
    /// A payload that must be asked is damaged, or an id, or what says which rows have a vector. Damage to indexes is told to the planner's callback instead.
    /// </exception>
    public FilterResult Evaluate(RowBitmap? among, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var undecided = new HashSet<PlanNode>(ReferenceEqualityComparer.Instance);
        var answer = _root.Evaluate(among ?? RowBitmap.Full(reader.RowCount), undecided, cancellation);
        var rows = answer.Sure.Clone();
        return answer.IsExact ? new FilterResult(rows, 0) : Ask(rows, answer.Possible, clauses.Only(undecided), cancellation);
    }

    private FilterResult Ask(RowBitmap rows, RowBitmap possible, Filter filter, CancellationToken cancellation)
    {
        var compiled = RowFilter.Compile(filter)!;
        var asksForId = AsksForId(filter);
        var payloads = 0;
        foreach (var row in possible)
        {
            cancellation.ThrowIfCancellationRequested();
            if (rows.Contains(row))
                continue;
            payloads++;
            var id = asksForId ? reader.Ids.IdOf(row) : default;
            if (compiled.Matches(id, reader.Payloads.Utf8(row), reader, row, cancellation))
                rows.TryAdd(row);
        }

        return new FilterResult(rows, payloads);
    }

    private static bool AsksForId(Condition condition) => condition switch
    {
        HasIdCondition => true,
        Filter filter => filter.Must.Any(AsksForId) || filter.MustNot.Any(AsksForId) || filter.Should.Any(AsksForId)
            || filter.MinShould?.Conditions.Any(AsksForId) == true,
        _ => false,
    };
}
