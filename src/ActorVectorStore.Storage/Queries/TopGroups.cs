using System.Globalization;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The groups whose best rows are the best, of all rows that were offered, with that row of each. A group that is not among them yet may come back with a better row: so no more than are wanted
/// are ever kept. One thread.
/// </summary>
/// <param name="rows">Where the rows are.</param>
/// <param name="values">What rows are grouped by.</param>
/// <param name="limit">Groups kept, at least 1.</param>
/// <param name="costMax">Highest cost that qualifies, inclusive.</param>
internal sealed class TopGroups(VisibleRows rows, GroupValues values, int limit, float costMax) : IRowSink
{
    private readonly Dictionary<byte[], Best> _best = new(BytesComparer.Instance);
    private readonly SortedSet<Best> _order = new(Comparer<Best>.Create(Compare));
    private long _bytes;

    /// <inheritdoc/>
    public float Bound => _order.Count == limit ? _order.Max!.Cost : costMax;

    /// <inheritdoc/>
    /// <exception cref="InvalidRequestException">The values that are kept have too many bytes.</exception>
    public void Offer(float cost, RowKey row)
    {
        if (!(cost <= costMax))
            return;
        var id = rows.IdOf(row);
        foreach (var key in values.Of(rows.Segments[row.Segment].PayloadUtf8(row.Row)))
            Offer(new Best(key, cost, id, row));
    }

    /// <summary>The groups, the best first.</summary>
    public IReadOnlyList<RankedGroup> ToGroups(RowObjective objective) =>
        [.. _order.Select(best => new RankedGroup(best.Key, [new RankedRow(best.Id, objective.Turn(best.Cost), best.Row)]))];

    private void Offer(Best offered)
    {
        if (_best.TryGetValue(offered.Key, out var known))
        {
            if (Compare(offered, known) >= 0)
                return;
            Remove(known);
        }
        else if (_order.Count == limit)
        {
            if (Compare(offered, _order.Max!) >= 0)
                return;
            Remove(_order.Max!);
        }

        _best.Add(offered.Key, offered);
        _order.Add(offered);
        _bytes += offered.Key.Length;
        if (_bytes > ModelLimits.FacetBytesMax)
        {
            throw new InvalidRequestException(
                "limit", $"values of at most {ModelLimits.FacetBytesMax} bytes together", string.Create(CultureInfo.InvariantCulture, $"more in {_order.Count} values"));
        }
    }

    private void Remove(Best best)
    {
        _best.Remove(best.Key);
        _order.Remove(best);
        _bytes -= best.Key.Length;
    }

    private static int Compare(Best left, Best right)
    {
        var byCost = left.Cost.CompareTo(right.Cost);
        var byRow = byCost != 0 ? byCost : left.Id.CompareTo(right.Id);
        return byRow != 0 ? byRow : KeyOrder.Instance.Compare(left.Key, right.Key);
    }

    private sealed record Best(byte[] Key, float Cost, PointId Id, RowKey Row);
}
