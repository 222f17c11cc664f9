namespace ActorVectorStore.Storage;

/// <summary>The best rows of each of some groups, of all rows that were offered. One thread.</summary>
internal sealed class GroupRows : IRowSink
{
    private readonly VisibleRows _rows;
    private readonly GroupValues _values;
    private readonly Dictionary<byte[], TopRows> _groups;
    private readonly float _costMax;
    private int _offers;

    /// <param name="rows">Where the rows are.</param>
    /// <param name="values">What rows are grouped by.</param>
    /// <param name="keys">The groups, at least one.</param>
    /// <param name="size">Rows kept of each, at least 1.</param>
    /// <param name="costMax">Highest cost that qualifies, inclusive.</param>
    public GroupRows(VisibleRows rows, GroupValues values, IEnumerable<byte[]> keys, int size, float costMax)
    {
        (_rows, _values, _costMax, Bound) = (rows, values, costMax, costMax);
        var capacity = (int)Math.Min(size, rows.CountMax);
        _groups = keys.ToDictionary(key => key, _ => new TopRows(rows, capacity, costMax), BytesComparer.Instance);
    }

    /// <summary>What the group needs that needs most: looked at anew after as many offers as there are groups, and too high until then, which costs time only.</summary>
    public float Bound { get; private set; }

    /// <inheritdoc/>
    public void Offer(float cost, RowKey row)
    {
        if (!(cost <= _costMax))
            return;
        foreach (var key in _values.Of(_rows.Segments[row.Segment].PayloadUtf8(row.Row)))
        {
            if (_groups.TryGetValue(key, out var group))
                group.Offer(cost, row);
        }

        if (++_offers % _groups.Count == 0)
            Bound = _groups.Values.Max(group => group.Bound);
    }

    /// <summary>The groups that have rows.</summary>
    public IReadOnlyList<RankedGroup> ToGroups(RowObjective objective)
    {
        var groups = new List<RankedGroup>(_groups.Count);
        foreach (var (key, top) in _groups)
        {
            if (top.Count > 0)
                groups.Add(new RankedGroup(key, Array.ConvertAll(top.Drain(), hit => new RankedRow(_rows.IdOf(hit.Row), objective.Turn(hit.Cost), hit.Row))));
        }

        return groups;
    }
}
