using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>A value and the best rows that have it, of one view or, merged, of several.</summary>
public sealed class RankedGroup
{
    internal RankedGroup(byte[] key, IReadOnlyList<RankedRow> rows) => (Key, Rows) = (key, rows);

    /// <summary>The value.</summary>
    public FacetValue Value => GroupValues.ValueOf(Key);

    /// <summary>At least one, best first.</summary>
    public IReadOnlyList<RankedRow> Rows { get; }

    internal byte[] Key { get; }

    /// <summary>The best groups, those of one value made one, in the order of their best rows, equal ones in the order of their values.</summary>
    /// <param name="groups">Groups of any shards.</param>
    /// <param name="order">The order of their rows, of which no two are equal.</param>
    /// <param name="limit">Groups wanted.</param>
    /// <param name="size">Rows wanted of each.</param>
    public static IReadOnlyList<RankedGroup> Merge(IEnumerable<RankedGroup> groups, IComparer<RankedRow> order, int limit, int size) =>
    [
        .. groups.GroupBy(group => group.Key, BytesComparer.Instance)
            .Select(same => new RankedGroup(same.Key, [.. same.SelectMany(group => group.Rows).Order(order).Take(size)]))
            .OrderBy(group => group.Rows[0], order).ThenBy(group => group.Key, KeyOrder.Instance).Take(limit),
    ];
}
