namespace ActorVectorStore.Storage;

/// <summary>The rows of one set that another has not.</summary>
internal sealed class RemainingRows(RowSet all, RowSet without)
    : RowSet(all.RowCount, RowBound.OfAll([all.Bound, without.Bound.Not(all.RowCount)], all.RowCount), all.Cost + without.Cost)
{
    public override void AddTo(RowBitmap target, CancellationToken cancellation)
    {
        var rows = all.Read(cancellation);
        rows.AndNot(without.Read(cancellation));
        target.Or(rows);
    }
}
