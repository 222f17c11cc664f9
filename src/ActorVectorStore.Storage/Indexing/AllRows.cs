namespace ActorVectorStore.Storage;

/// <summary>All rows of the segment, or none.</summary>
internal sealed class AllRows(int rowCount, bool areThere) : RowSet(rowCount, RowBound.Exactly(areThere ? rowCount : 0), 0)
{
    public override void AddTo(RowBitmap target, CancellationToken cancellation)
    {
        if (areThere)
            target.Or(RowBitmap.Full(RowCount));
    }
}
