using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The clauses of one filter, found in indexes: each must and must_not by itself, the others as a whole.</summary>
/// <param name="filter">The filter.</param>
/// <param name="must">A node for each condition of must, in their order.</param>
/// <param name="mustNot">A node that holds where one of must_not does not, in their order.</param>
/// <param name="should">Null if there is none.</param>
/// <param name="minShould">Null if there is none.</param>
internal sealed class FilterClauses(
    Filter filter, IReadOnlyList<PlanNode> must, IReadOnlyList<PlanNode> mustNot, PlanNode? should, PlanNode? minShould)
{
    /// <summary>Every clause holds.</summary>
    public AllNode ToNode(int rowCount)
    {
        List<PlanNode> nodes = [.. must, .. mustNot];
        if (should is not null)
            nodes.Add(should);
        if (minShould is not null)
            nodes.Add(minShould);
        return new AllNode(rowCount, nodes);
    }

    /// <summary>The filter without the clauses that are decided: no larger and no deeper, so that it keeps the limits too.</summary>
    public Filter Only(ICollection<PlanNode> undecided) => new()
    {
        Must = [.. filter.Must.Where((_, number) => undecided.Contains(must[number]))],
        MustNot = [.. filter.MustNot.Where((_, number) => undecided.Contains(mustNot[number]))],
        Should = should is not null && undecided.Contains(should) ? filter.Should : [],
        MinShould = minShould is not null && undecided.Contains(minShould) ? filter.MinShould : null,
    };
}
