using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The first rows of a segment sorted by id, dead ones included; immutable. Rows behind them are few and are looked through one by one, so that
/// a scroll costs about its page and an insert costs nothing. Readers extend it when the unsorted rest has grown beyond a sixteenth.
/// </summary>
internal sealed class IdOrder
{
    private const int RestMin = 1_024;
    private const int RestShare = 16;

    private readonly int[] _rows;

    private IdOrder(int[] rows) => _rows = rows;

    public static IdOrder Empty { get; } = new([]);

    /// <summary>Rows of the segment that are sorted here: all those with a smaller number.</summary>
    public int Covered => _rows.Length;

    public long AllocatedBytes => (long)_rows.Length * sizeof(int);

    /// <summary>The selected rows of a state whose ids are at least the offset, in the order of ids, at most <paramref name="limit"/>.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public static List<int> Take(ShardState state, PointId offset, int limit, RowSelection selection)
    {
        var order = Current(state);
        var rest = order.SmallestOfRest(state, offset, limit, selection);
        var taken = new List<int>(Math.Min(limit, state.LiveCount));
        var at = order.LowerBound(offset, state.Segment);
        var next = 0;
        while (taken.Count < limit)
        {
            at = order.NextSelected(at, selection);
            if (at == order.Covered && next == rest.Length)
                break;
            var fromRest = at == order.Covered
                || (next < rest.Length && state.Segment.IdOf(rest[next]) < state.Segment.IdOf(order._rows[at]));
            taken.Add(fromRest ? rest[next++] : order._rows[at++]);
        }

        return taken;
    }

    private static IdOrder Current(ShardState state)
    {
        var order = state.Segment.Order;
        if (state.RowCount - order.Covered <= Math.Max(RestMin, order.Covered / RestShare))
            return order;
        order = order.Extend(state);
        // Two readers may do this at once; either result is right, and the shorter one is extended again when it matters.
        if (order.Covered > state.Segment.Order.Covered)
            state.Segment.Order = order;
        return order;
    }

    private IdOrder Extend(ShardState state)
    {
        var added = new int[state.RowCount - Covered];
        var ids = new PointId[added.Length];
        for (var i = 0; i < added.Length; i++)
        {
            added[i] = Covered + i;
            ids[i] = state.Segment.IdOf(Covered + i);
        }

        Array.Sort(ids, added);
        return new IdOrder(Merge(added, ids, state.Segment));
    }

    private int[] Merge(int[] added, PointId[] ids, MutableSegment segment)
    {
        var merged = new int[_rows.Length + added.Length];
        var old = 0;
        var fresh = 0;
        for (var i = 0; i < merged.Length; i++)
        {
            var takeFresh = old == _rows.Length || (fresh < added.Length && ids[fresh] < segment.IdOf(_rows[old]));
            merged[i] = takeFresh ? added[fresh++] : _rows[old++];
        }

        return merged;
    }

    private int LowerBound(PointId offset, MutableSegment segment)
    {
        var low = 0;
        var high = _rows.Length;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (segment.IdOf(_rows[middle]) < offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private int NextSelected(int at, RowSelection selection)
    {
        while (at < _rows.Length && !selection.Includes(_rows[at]))
            at++;
        return at;
    }

    private int[] SmallestOfRest(ShardState state, PointId offset, int limit, RowSelection selection)
    {
        // The queue's head is the largest of those kept, so that it is the one to give way.
        var kept = new PriorityQueue<int, PointId>(Comparer<PointId>.Create(static (one, other) => other.CompareTo(one)));
        for (var row = Covered; row < state.RowCount; row++)
        {
            var id = state.Segment.IdOf(row);
            var isTooLarge = kept.Count == limit && id > state.Segment.IdOf(kept.Peek());
            if (id < offset || isTooLarge || !selection.Includes(row))
                continue;
            if (kept.Count < limit)
                kept.Enqueue(row, id);
            else
                kept.EnqueueDequeue(row, id);
        }

        var rows = new int[kept.Count];
        for (var i = rows.Length - 1; i >= 0; i--)
            rows[i] = kept.Dequeue();
        return rows;
    }
}
