namespace ActorVectorStore.Storage;

/// <summary>The rows of postings.</summary>
internal sealed class PostedRows(int rowCount, Postings postings) : RowSet(rowCount, RowBound.Exactly(postings.Rows), postings.Rows)
{
    public override void AddTo(RowBitmap target, CancellationToken cancellation) => postings.AddTo(target, cancellation);
}
