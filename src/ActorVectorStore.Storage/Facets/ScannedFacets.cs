using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The values that the payloads of a segment have, in their order and in bounded memory: a pass over the payloads counts the first values as far as they fit, the next pass those
/// behind them. So many different values take several passes, and few take one.
/// </summary>
/// <param name="segment">The rows.</param>
/// <param name="passing">Rows that count.</param>
/// <param name="index">The index that says what the values are.</param>
/// <param name="after">Only values behind this one; null for all.</param>
/// <param name="windowBytes">Memory of one pass, about; it holds at least one value.</param>
internal sealed class ScannedFacets(Segment segment, RowBitmap passing, PayloadIndex index, byte[]? after, long windowBytes = ScannedFacets.WindowBytes)
    : FacetWalk, IEntrySink
{
    /// <summary>Memory of one pass.</summary>
    public const long WindowBytes = 16 << 20;

    // Of the array, of the dictionary's entry and of its share of the table.
    private const int EntryBytes = 80;

    private readonly Dictionary<byte[], Tally> _window = new(BytesComparer.Instance);
    private KeyValuePair<byte[], Tally>[] _sorted = [];
    private int _at = -1;
    private long _bytes;
    private byte[]? _after = after;
    private byte[]? _end;
    private bool _isLast;

    internal override byte[] Key => _sorted[_at].Key;

    internal override long Count => _sorted[_at].Value.Rows;

    internal override bool MoveNext(CancellationToken cancellation)
    {
        if (++_at < _sorted.Length)
            return true;
        if (_isLast)
            return false;
        Fill(cancellation);
        return _sorted.Length > 0;
    }

    void IEntrySink.Add(ReadOnlySpan<byte> key, int row)
    {
        if ((_after is not null && key.SequenceCompareTo(_after) <= 0) || (_end is not null && key.SequenceCompareTo(_end) >= 0))
            return;
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(_window.GetAlternateLookup<ReadOnlySpan<byte>>(), key, out var isKnown);
        if (isKnown && tally.LastRow == row)
            return;
        tally = new Tally(tally.Rows + 1, row);
        if (isKnown)
            return;
        _bytes += key.Length + EntryBytes;
        if (_bytes > windowBytes && _window.Count > 1)
            Shrink();
    }

    private void Fill(CancellationToken cancellation)
    {
        // The window that was read goes before the next one comes.
        (_sorted, _at, _bytes, _end) = ([], 0, 0, null);
        var keys = new PayloadKeys(index, this);
        foreach (var row in passing)
        {
            cancellation.ThrowIfCancellationRequested();
            keys.Read(row, segment.PayloadUtf8(row));
        }

        _isLast = _end is null;
        _sorted = [.. _window.OrderBy(entry => entry.Key, KeyOrder.Instance)];
        _window.Clear();
        if (_sorted.Length > 0)
            _after = _sorted[^1].Key;
    }

    // The later half of the values waits for the next pass. What was counted of the others stays right: all that is taken away is behind them.
    private void Shrink()
    {
        var keys = _window.Keys.ToArray();
        Array.Sort(keys, KeyOrder.Instance);
        _end = keys[keys.Length / 2];
        foreach (var key in keys.AsSpan(keys.Length / 2))
        {
            _window.Remove(key);
            _bytes -= key.Length + EntryBytes;
        }
    }

    private readonly record struct Tally(int Rows, int LastRow);
}
