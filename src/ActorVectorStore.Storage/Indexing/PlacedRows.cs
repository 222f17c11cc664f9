using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The rows of places inside an area: ranges of keys that have all of them and others, and of each key its angles.</summary>
internal sealed class PlacedRows(KeyTable keys, GeoArea area, IReadOnlyList<KeyRange> ranges)
    : RowSet(keys.RowCount, RowBound.Of(0, ranges.Sum(range => range.Count), keys.RowCount), ranges.Sum(range => range.Count))
{
    private const int KeysPerPiece = 2_048;

    public override void AddTo(RowBitmap target, CancellationToken cancellation)
    {
        foreach (var range in ranges)
        {
            for (var start = range.Start; start < range.End; start += KeysPerPiece)
            {
                cancellation.ThrowIfCancellationRequested();
                AddTo(target, start, (int)Math.Min(KeysPerPiece, range.End - start));
            }
        }
    }

    private void AddTo(RowBitmap target, long start, int count)
    {
        var places = keys.KeysFrom(start, count);
        for (var i = 0; i < count; i++)
        {
            if (!PlaceKey.TryRead(places[(i * PayloadIndexSectionFormat.PlaceKeyBytes)..], out var place))
                throw keys.CorruptKey(start + i, "a place");
            if (area.Contains(place))
                target.TryAdd(keys.RowAt(start + i));
        }
    }
}
