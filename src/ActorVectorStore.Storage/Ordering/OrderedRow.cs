using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>A point at one of its values, as <see cref="ReadView.Order"/> found it; <see cref="ReadView.Read(OrderedRow, PointFields, ref long)"/> of the same view reads the point.</summary>
public readonly record struct OrderedRow
{
    internal OrderedRow(PayloadIndexKind kind, ulong rank, PointId id, RowKey row) => (Kind, Rank, Id, Row) = (kind, rank, id, row);

    /// <summary>The point.</summary>
    public PointId Id { get; }

    internal PayloadIndexKind Kind { get; }

    internal ulong Rank { get; }

    internal RowKey Row { get; }

    /// <summary>The order of rows by value and then by id, or the reverse; also of rows of several shards, if they were ordered by one index.</summary>
    public static IComparer<OrderedRow> ComparerOf(OrderDirection direction) => direction == OrderDirection.Descending
        ? Comparer<OrderedRow>.Create((left, right) => Compare(right, left))
        : Comparer<OrderedRow>.Create(Compare);

    private static int Compare(OrderedRow left, OrderedRow right)
    {
        var byValue = left.Rank.CompareTo(right.Rank);
        return byValue != 0 ? byValue : left.Id.CompareTo(right.Id);
    }
}
