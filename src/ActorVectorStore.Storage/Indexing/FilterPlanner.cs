using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Makes plans of filters for one segment. What a filter means is said by <see cref="RowFilter"/>; a plan finds the same rows, in indexes as far as they help
/// and by asking the payloads of those that are left.
/// </summary>
/// <param name="reader">A lease of the segment; plans need it too.</param>
/// <param name="indexes">The segment's indexes.</param>
/// <param name="onDamage">Told of damage to indexes, which then do not help; may be null. Called while plans are made and evaluated, on that thread.</param>
internal sealed class FilterPlanner(SealedReader reader, SegmentIndexes indexes, Action<SealedDamage>? onDamage = null)
{
    private readonly int _rowCount = reader.RowCount;

    /// <summary>Makes a plan.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="cancellation">Looked at before each condition.</param>
    /// <exception cref="CorruptionException">The ids of the segment are damaged.</exception>
    public FilterPlan Plan(Filter filter, CancellationToken cancellation = default) => new(reader, Compile(filter, cancellation));

    private FilterClauses Compile(Filter filter, CancellationToken cancellation)
    {
        PlanNode[] CompileAll(IReadOnlyList<Condition> conditions) => [.. conditions.Select(condition => Compile(condition, cancellation))];
        return new FilterClauses(
            filter,
            CompileAll(filter.Must),
            [.. CompileAll(filter.MustNot).Select(node => new NotNode(_rowCount, node))],
            filter.Should.Count > 0 ? new AnyNode(_rowCount, CompileAll(filter.Should)) : null,
            filter.MinShould is { } least ? AtLeast(least.Count, CompileAll(least.Conditions)) : null);
    }

    private PlanNode Compile(Condition condition, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return condition switch
        {
            Filter filter => Compile(filter, cancellation).ToNode(_rowCount),
            FieldCondition field => Compile(field.Path, field.Test),
            NestedCondition nested => CompileNested(nested, cancellation),
            HasIdCondition points => new ListedNode(_rowCount, RowsOf(points.Ids, cancellation)),
            HasVectorCondition vector => CompileHasVector(vector.Name),
            _ => throw new InvalidOperationException($"Condition {condition.GetType()} has no plan."),
        };
    }

    private PlanNode CompileHasVector(string name) =>
        reader.RowsWithVector(name) == _rowCount ? new AllNode(_rowCount, []) : new VectorNode(reader, name);

    private PlanNode AtLeast(int count, PlanNode[] nodes) =>
        count == 1 && nodes.Length > 0 ? new AnyNode(_rowCount, nodes) : new AtLeastNode(_rowCount, count, nodes);

    // Of the indexes of a path the one that leaves the least to do.
    private PlanNode Compile(PayloadPath path, FieldTest test)
    {
        var best = (PlanNode)new UnknownNode(_rowCount);
        var leastCost = long.MaxValue;
        foreach (var index in indexes.Of(path))
        {
            if (Ask(index, test) is not { } answer)
                continue;
            var cost = answer.Cost + ((answer.Maybe?.Bound.Max ?? 0L) * PlanNode.EntriesPerPayload);
            if (cost < leastCost)
                (best, leastCost) = (new FieldNode(index, answer, onDamage), cost);
        }

        return best;
    }

    private FieldAnswer? Ask(FieldIndex index, FieldTest test)
    {
        try
        {
            return index.Ask(test);
        }
        catch (CorruptionException damage)
        {
            onDamage?.Invoke(SegmentIndexes.DamageOf(index.Index.Section, damage));
            return null;
        }
    }

    // Alone in its filter, a condition on elements is one on the path through them. With others it holds at most where that does, since each may be
    // met by another element.
    private PlanNode CompileNested(NestedCondition nested, CancellationToken cancellation)
    {
        var filter = nested.Filter;
        var isAlone = filter.Must is [FieldCondition] && filter.MustNot.Count == 0 && filter.Should.Count == 0 && filter.MinShould is null;
        return isAlone && CompileInside(nested.Path, filter.Must[0], cancellation) is FieldNode field
            ? field
            : new PossibleNode(CompileInside(nested.Path, filter, cancellation));
    }

    private PlanNode CompileInside(PayloadPath outer, Condition condition, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return condition switch
        {
            Filter filter => CompileInside(outer, filter, cancellation),
            NestedCondition nested when Join(outer, nested.Path) is { } path => CompileInside(path, nested.Filter, cancellation),
            // That a field of one element is empty says nothing of the others.
            FieldCondition { Test: not IsEmpty } field when Join(outer, field.Path) is { } path => Compile(path, field.Test),
            _ => new UnknownNode(_rowCount),
        };
    }

    // What must not hold for one element may hold for the row.
    private AllNode CompileInside(PayloadPath outer, Filter filter, CancellationToken cancellation)
    {
        PlanNode[] CompileAll(IReadOnlyList<Condition> conditions) => [.. conditions.Select(condition => CompileInside(outer, condition, cancellation))];
        List<PlanNode> nodes = [.. CompileAll(filter.Must)];
        if (filter.Should.Count > 0)
            nodes.Add(new AnyNode(_rowCount, CompileAll(filter.Should)));
        if (filter.MinShould is { } least)
            nodes.Add(AtLeast(least.Count, CompileAll(least.Conditions)));
        return new AllNode(_rowCount, nodes);
    }

    // Null if both together are too long for a path, of which there is no index either.
    private static PayloadPath? Join(PayloadPath outer, PayloadPath inner) => PayloadPath.TryParse($"{outer}.{inner}", null, out var path) ? path : null;

    private HashSet<int> RowsOf(IReadOnlyList<PointId> ids, CancellationToken cancellation)
    {
        var rows = new HashSet<int>();
        foreach (var id in ids)
        {
            cancellation.ThrowIfCancellationRequested();
            var (start, length) = reader.Ids.Find(id).GetOffsetAndLength(_rowCount);
            for (var position = start; position < start + length; position++)
                rows.Add(reader.Ids.RowAt(position));
        }

        return rows;
    }
}
