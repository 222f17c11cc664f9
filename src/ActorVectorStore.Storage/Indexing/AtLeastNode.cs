namespace ActorVectorStore.Storage;

/// <summary>At least a number of conditions hold, 2 or more. Keeps that many sets of rows for each of the two answers while it works.</summary>
internal sealed class AtLeastNode(int rowCount, int count, IReadOnlyList<PlanNode> children)
    : PlanNode(
        RowBound.OfAtLeast(count, [.. children.Select(child => child.Bound)], rowCount),
        count > children.Count ? 0 : children.Sum(child => child.Cost))
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation)
    {
        if (count > children.Count)
        {
            var none = new RowBitmap(among.RowCount);
            return new PlanAnswer(none, none);
        }

        var (sure, possible) = (NewLevels(among.RowCount), NewLevels(among.RowCount));
        foreach (var child in children)
        {
            var answer = child.Evaluate(among, cancellation);
            Add(sure, answer.Sure, cancellation);
            Add(possible, answer.Possible, cancellation);
        }

        return PlanAnswer.Of(sure[^1], possible[^1]);
    }

    // The set at n has the rows for which at least n + 1 of the conditions so far hold.
    private RowBitmap[] NewLevels(int rows) => [.. Enumerable.Range(0, count).Select(_ => new RowBitmap(rows))];

    private static void Add(RowBitmap[] levels, RowBitmap rows, CancellationToken cancellation)
    {
        for (var level = levels.Length - 1; level > 0; level--)
        {
            cancellation.ThrowIfCancellationRequested();
            var more = levels[level - 1].Clone();
            more.And(rows);
            levels[level].Or(more);
        }

        levels[0].Or(rows);
    }
}
