namespace ActorVectorStore.Storage;

/// <summary>A condition that holds for some rows, each listed once.</summary>
internal sealed class ListedNode(int rowCount, IReadOnlyCollection<int> rows) : PlanNode(RowBound.Exactly(Math.Min(rows.Count, rowCount)), rows.Count)
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation)
    {
        var found = new RowBitmap(among.RowCount);
        foreach (var row in rows)
            found.TryAdd(row);
        found.And(among);
        return new PlanAnswer(found, found);
    }
}
