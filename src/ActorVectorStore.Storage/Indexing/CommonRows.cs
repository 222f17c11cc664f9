namespace ActorVectorStore.Storage;

/// <summary>The rows that all of some sets have, of which there is at least one.</summary>
internal sealed class CommonRows(int rowCount, IReadOnlyList<RowSet> parts)
    : RowSet(rowCount, RowBound.OfAll([.. parts.Select(part => part.Bound)], rowCount), parts.Sum(part => part.Cost))
{
    public override void AddTo(RowBitmap target, CancellationToken cancellation)
    {
        RowBitmap? common = null;
        foreach (var part in parts.OrderBy(part => part.Bound.Max))
        {
            var rows = part.Read(cancellation);
            if (common is null)
                common = rows;
            else
                common.And(rows);
            if (common.IsEmpty)
                return;
        }

        target.Or(common!);
    }
}
