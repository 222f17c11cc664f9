using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Finds the first rows of a view in the order of a field. A segment with an index is walked in its order as far as the rows can be among the first; the payloads of one without,
/// or with a damaged one, are read. Memory: the rows that are kept, twice, and two bits for each row of a segment. One thread, once.
/// </summary>
/// <param name="rows">The view's rows.</param>
/// <param name="request">The order, the limit and the filter.</param>
/// <param name="index">The index that says what the values are.</param>
/// <param name="cancellation">Looked at before each key and each row.</param>
internal sealed class FieldOrder(VisibleRows rows, ScrollRequest request, PayloadIndex index, CancellationToken cancellation) : IEntrySink
{
    private readonly OrderScale _scale = new(index.Kind);
    private readonly RowFilter? _filter = RowFilter.Compile(request.Filter);
    private readonly bool _isDescending = request.OrderBy!.Direction == OrderDirection.Descending;
    private readonly List<ulong> _ranksOfRow = [];

    // Rows of the segment whose payloads were asked, and those that pass: a row comes once for each of its values.
    private RowBitmap _asked = new(0);
    private RowBitmap _passing = new(0);
    private FirstRows _first = new(request.Limit, request.OrderBy!.Direction);

    /// <summary>The first rows, in their order.</summary>
    public IReadOnlyCollection<OrderedRow> Run()
    {
        if (_scale.FirstRank(request.OrderBy!) is not { } start)
            return [];
        for (var segment = 0; segment < rows.Segments.Length; segment++)
        {
            var matching = rows.FewMatching(segment, _filter, cancellation);
            var asked = _filter is null || matching is not null ? 0 : rows.RowCount(segment);
            (_asked, _passing) = (new RowBitmap(asked), new RowBitmap(asked));
            if (!TryWalk(segment, start, matching))
                Scan(segment, start, matching);
        }

        return _first.Rows;
    }

    /// <summary>A key of the row whose payload is read.</summary>
    void IEntrySink.Add(ReadOnlySpan<byte> key, int row) => _ranksOfRow.Add(OrderScale.RankOf(key));

    private bool TryWalk(int segment, ulong start, RowBitmap? matching)
    {
        if (rows.Segments[segment] is not DiskSegment onDisk || onDisk.FindIndex(index) is not { } found)
            return false;
        var before = _first.Copy();
        if (TryWalk(segment, new KeyTable(found.Index), start, matching))
            return true;
        _first = before;
        onDisk.TellDerivedDamage();
        return false;
    }

    // False where the index is damaged.
    private bool TryWalk(int segment, KeyTable keys, ulong start, RowBitmap? matching)
    {
        KeyWalk? walk = null;
        var last = start;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong rank;
            int row;
            try
            {
                walk ??= _isDescending ? KeyWalk.Descending(keys, OrderScale.KeyOf(start)) : KeyWalk.Ascending(keys, OrderScale.KeyOf(start));
                if (!walk.MoveNext())
                    return true;
                (rank, row) = (OrderScale.RankOf(walk.Key), walk.Row);
            }
            catch (CorruptionException)
            {
                return false;
            }

            // Keys out of order are damage that no checksum tells.
            if (!_scale.HasValue(rank) || (_isDescending ? rank > last : rank < last))
                return false;
            last = rank;
            if (_first.AreBefore(rank))
                return true;
            var candidate = RowOf(segment, row, rank);
            if (_first.Takes(candidate) && Qualifies(segment, row, matching))
                _first.Offer(candidate);
        }
    }

    private void Scan(int segment, ulong start, RowBitmap? matching)
    {
        var keys = new PayloadKeys(index, this);
        var count = rows.RowCount(segment);
        for (var row = matching?.Next(0) ?? 0; row >= 0 && row < count; row = matching?.Next(row + 1) ?? (row + 1))
        {
            cancellation.ThrowIfCancellationRequested();
            if (matching is null && !rows.Segments[segment].IsVisible(row, rows.Index))
                continue;
            _ranksOfRow.Clear();
            keys.Read(row, rows.Segments[segment].PayloadUtf8(row));
            _ranksOfRow.RemoveAll(rank => (_isDescending ? rank > start : rank < start) || !_first.Takes(RowOf(segment, row, rank)));
            if (_ranksOfRow.Count > 0 && Qualifies(segment, row, matching))
                _ranksOfRow.ForEach(rank => _first.Offer(RowOf(segment, row, rank)));
        }
    }

    private bool Qualifies(int segment, int row, RowBitmap? matching)
    {
        if (matching is not null)
            return matching.Contains(row);
        return rows.Segments[segment].IsVisible(row, rows.Index) && (_filter is null || Passes(segment, row, _filter));
    }

    private bool Passes(int segment, int row, RowFilter filter)
    {
        if (_asked.Contains(row))
            return _passing.Contains(row);
        _asked.TryAdd(row);
        return filter.Matches(rows.Segments[segment], row, cancellation) && _passing.TryAdd(row);
    }

    private OrderedRow RowOf(int segment, int row, ulong rank)
    {
        var key = new RowKey(segment, row);
        return new OrderedRow(index.Kind, rank, rows.IdOf(key), key);
    }
}
