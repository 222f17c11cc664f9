namespace ActorVectorStore.Storage;

/// <summary>A condition does not hold.</summary>
internal sealed class NotNode(int rowCount, PlanNode child) : PlanNode(child.Bound.Not(rowCount), child.Cost)
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation)
    {
        var answer = child.Evaluate(among, cancellation);
        var sure = Remaining(among, answer.Possible);
        return answer.IsExact ? new PlanAnswer(sure, sure) : PlanAnswer.Of(sure, Remaining(among, answer.Sure));
    }

    private static RowBitmap Remaining(RowBitmap all, RowBitmap without)
    {
        var rows = all.Clone();
        rows.AndNot(without);
        return rows;
    }
}
