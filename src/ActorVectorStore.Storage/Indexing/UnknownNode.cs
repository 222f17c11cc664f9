namespace ActorVectorStore.Storage;

/// <summary>A condition that no index helps with.</summary>
internal sealed class UnknownNode(int rowCount) : PlanNode(new RowBound(0, rowCount), 0)
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation) => PlanAnswer.Unknown(among);
}
