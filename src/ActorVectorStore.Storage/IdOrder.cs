using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The first rows of a mutable segment sorted by id, dead ones included; immutable. Rows behind them are few and are sorted by whoever needs them, so that
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

    /// <summary>The rows below a row count whose ids are at least this one, in the order of ids.</summary>
    public static IEnumerable<int> RowsFrom(MutableSegment segment, PointId id, int rowCount)
    {
        var order = Current(segment, rowCount);
        var rest = Sorted(segment, order.Covered, rowCount);
        var at = LowerBound(order._rows, id, segment);
        var next = LowerBound(rest, id, segment);
        while (at < order.Covered || next < rest.Length)
        {
            var fromRest = at == order.Covered || (next < rest.Length && segment.IdOf(rest[next]) < segment.IdOf(order._rows[at]));
            var row = fromRest ? rest[next++] : order._rows[at++];

            // A newer reader may have sorted rows that this one does not know.
            if (row < rowCount)
                yield return row;
        }
    }

    private static IdOrder Current(MutableSegment segment, int rowCount)
    {
        var order = segment.Order;
        if (rowCount - order.Covered <= Math.Max(RestMin, order.Covered / RestShare))
            return order;
        order = new IdOrder(Merge(order._rows, Sorted(segment, order.Covered, rowCount), segment));
        // Two readers may do this at once; either result is right, and the shorter one is extended again when it matters.
        if (order.Covered > segment.Order.Covered)
            segment.Order = order;
        return order;
    }

    private static int[] Sorted(MutableSegment segment, int first, int end)
    {
        var rows = new int[Math.Max(0, end - first)];
        var ids = new PointId[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = first + i;
            ids[i] = segment.IdOf(first + i);
        }

        Array.Sort(ids, rows);
        return rows;
    }

    private static int[] Merge(int[] sorted, int[] added, MutableSegment segment)
    {
        var merged = new int[sorted.Length + added.Length];
        var old = 0;
        var fresh = 0;
        for (var i = 0; i < merged.Length; i++)
        {
            var takeFresh = old == sorted.Length || (fresh < added.Length && segment.IdOf(added[fresh]) < segment.IdOf(sorted[old]));
            merged[i] = takeFresh ? added[fresh++] : sorted[old++];
        }

        return merged;
    }

    private static int LowerBound(int[] rows, PointId id, MutableSegment segment)
    {
        var low = 0;
        var high = rows.Length;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (segment.IdOf(rows[middle]) < id)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
