namespace ActorVectorStore.Storage;

/// <summary>At least one condition holds. Each is evaluated among the rows of which that is not known yet.</summary>
internal sealed class AnyNode(int rowCount, IReadOnlyList<PlanNode> children)
    : PlanNode(RowBound.OfAtLeast(1, [.. children.Select(child => child.Bound)], rowCount), children.Sum(child => child.Cost))
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation)
    {
        var (sure, possible) = (new RowBitmap(among.RowCount), new RowBitmap(among.RowCount));
        var open = among.Clone();
        foreach (var child in children.OrderBy(child => child.Cost))
        {
            if (open.IsEmpty)
                break;
            var answer = child.Evaluate(open, cancellation);
            sure.Or(answer.Sure);
            possible.Or(answer.Possible);
            // A fresh set: an answer may be the very set that was asked for.
            open = open.Clone();
            open.AndNot(answer.Sure);
        }

        return PlanAnswer.Of(sure, possible);
    }
}
