namespace ActorVectorStore.Storage;

/// <summary>A condition that holds at most where another one does, such as one on the elements of an array.</summary>
internal sealed class PossibleNode(PlanNode child) : PlanNode(child.Bound with { Min = 0 }, child.Cost)
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation) =>
        PlanAnswer.Of(new RowBitmap(among.RowCount), child.Evaluate(among, cancellation).Possible);
}
