namespace ActorVectorStore.Storage;

/// <summary>The rows of a range of keys. One row may have several.</summary>
internal sealed class KeyedRows(KeyTable keys, KeyRange range)
    : RowSet(keys.RowCount, RowBound.Of(Math.Max(range.Count - keys.RepeatedRows, Math.Min(range.Count, 1)), range.Count, keys.RowCount), range.Count)
{
    private const int KeysPerPiece = 8_192;

    public override void AddTo(RowBitmap target, CancellationToken cancellation)
    {
        for (var start = range.Start; start < range.End; start += KeysPerPiece)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = (int)Math.Min(KeysPerPiece, range.End - start);
            var rows = keys.RowsFrom(start, count);
            for (var i = 0; i < count; i++)
                target.TryAdd(keys.ReadRow(rows[(i * PayloadIndexSectionFormat.RowBytes)..], start + i));
        }
    }
}
