namespace ActorVectorStore.Storage;

/// <summary>
/// The best rows that were offered, at most a given number: a heap with the worst one at its root. Equal costs are ordered by point id, so that
/// the result depends on neither the order of offers nor on where rows lie. One thread.
/// </summary>
internal sealed class TopRows : IRowSink
{
    private readonly VisibleRows _rows;
    private readonly (float Cost, RowKey Row)[] _heap;
    private readonly float _costMax;

    /// <summary>An empty heap.</summary>
    /// <param name="rows">Where the rows' ids are.</param>
    /// <param name="capacity">Rows kept, at least 1.</param>
    /// <param name="costMax">Highest cost that qualifies, inclusive.</param>
    public TopRows(VisibleRows rows, int capacity, float costMax)
    {
        _rows = rows;
        _heap = new (float, RowKey)[capacity];
        _costMax = costMax;
        Bound = costMax;
    }

    public int Count { get; private set; }

    /// <summary>A row of a higher cost need not be offered; one of the same cost must, for its id may be smaller.</summary>
    public float Bound { get; private set; }

    public void Offer(float cost, RowKey row)
    {
        if (!(cost <= _costMax))
            return;
        if (Count < _heap.Length)
            RiseFrom(Count++, (cost, row));
        else if (IsWorse(_heap[0], (cost, row)))
            SinkFromRoot((cost, row));
        if (Count == _heap.Length)
            Bound = _heap[0].Cost;
    }

    /// <summary>Rows kept of a segment.</summary>
    public int CountOf(int segment)
    {
        var count = 0;
        foreach (var (_, row) in _heap.AsSpan(0, Count))
            count += row.Segment == segment ? 1 : 0;
        return count;
    }

    /// <summary>Takes out the rows of a segment.</summary>
    public (float Cost, RowKey Row)[] Remove(int segment)
    {
        var all = _heap[..Count];
        (Count, Bound) = (0, _costMax);
        foreach (var (cost, row) in all)
        {
            if (row.Segment != segment)
                Offer(cost, row);
        }

        return Array.FindAll(all, entry => entry.Row.Segment == segment);
    }

    /// <summary>Offers those of some rows that are not kept.</summary>
    public void OfferMissing((float Cost, RowKey Row)[] rows)
    {
        var kept = _heap[..Count].Select(entry => entry.Row).ToHashSet();
        foreach (var (cost, row) in rows)
        {
            if (!kept.Contains(row))
                Offer(cost, row);
        }
    }

    /// <summary>The rows kept, best first. Empties the heap.</summary>
    public (float Cost, RowKey Row)[] Drain()
    {
        var sorted = new (float, RowKey)[Count];
        while (Count > 0)
        {
            sorted[Count - 1] = _heap[0];
            var last = _heap[--Count];
            if (Count > 0)
                SinkFromRoot(last);
        }

        return sorted;
    }

    private bool IsWorse((float Cost, RowKey Row) one, (float Cost, RowKey Row) other) =>
        one.Cost > other.Cost || (one.Cost == other.Cost && _rows.IdOf(one.Row) > _rows.IdOf(other.Row));

    private void RiseFrom(int at, (float, RowKey) entry)
    {
        while (at > 0 && IsWorse(entry, _heap[(at - 1) / 2]))
        {
            _heap[at] = _heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _heap[at] = entry;
    }

    private void SinkFromRoot((float, RowKey) entry)
    {
        var at = 0;
        while ((2 * at) + 1 < Count)
        {
            var child = (2 * at) + 1;
            if (child + 1 < Count && IsWorse(_heap[child + 1], _heap[child]))
                child++;
            if (!IsWorse(_heap[child], entry))
                break;
            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = entry;
    }
}
