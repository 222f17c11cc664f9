using System.Buffers.Binary;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The values of an integer, float or datetime index as ranks, which are ordered as the values are: the keys of <see cref="OrderedKey"/>, read as numbers.
/// </summary>
internal sealed class OrderScale(PayloadIndexKind kind)
{
    private const double IntegersEnd = 9_223_372_036_854_775_808.0;

    /// <summary>The rank of a key.</summary>
    public static ulong RankOf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(key);

    /// <summary>The key of a rank.</summary>
    public static byte[] KeyOf(ulong rank)
    {
        var key = new byte[OrderedKey.Bytes];
        BinaryPrimitives.WriteUInt64BigEndian(key, rank);
        return key;
    }

    /// <summary>Whether a rank has a value: only those of NaN have none.</summary>
    public bool HasValue(ulong rank) => kind != PayloadIndexKind.Float || !double.IsNaN(OrderedKey.ReadDouble(KeyOf(rank)));

    /// <summary>The value of a rank.</summary>
    public OrderValue ValueOf(ulong rank) => kind switch
    {
        PayloadIndexKind.Integer => new OrderInteger(OrderedKey.ReadInt64(KeyOf(rank))),
        PayloadIndexKind.Float => new OrderFloat(OrderedKey.ReadDouble(KeyOf(rank))),
        _ => new OrderInstant(new Instant(OrderedKey.ReadInt64(KeyOf(rank)))),
    };

    /// <summary>The rank with which an order begins; null if no value is on that side of its start.</summary>
    /// <exception cref="InvalidRequestException">The start cannot be compared with the values of the index.</exception>
    public ulong? FirstRank(OrderBy order)
    {
        var isDescending = order.Direction == OrderDirection.Descending;
        return (order.StartFrom, kind) switch
        {
            (null, _) => isDescending ? ulong.MaxValue : 0,
            (OrderInteger start, PayloadIndexKind.Integer) => RankOf(start.Value),
            (OrderInteger start, PayloadIndexKind.Float) => RankOf((double)start.Value),
            (OrderFloat start, PayloadIndexKind.Float) => RankOf(start.Value),
            (OrderFloat start, PayloadIndexKind.Integer) => isDescending ? AtMost(Math.Floor(start.Value)) : AtLeast(Math.Ceiling(start.Value)),
            (OrderInstant start, PayloadIndexKind.Datetime) => RankOf(start.Value.UtcTicks),
            _ => throw new InvalidRequestException("start from", $"a value of a {kind} index", order.StartFrom.GetType().Name),
        };
    }

    private static ulong? AtLeast(double whole) => whole >= IntegersEnd ? null : whole < -IntegersEnd ? 0 : RankOf((long)whole);

    private static ulong? AtMost(double whole) => whole < -IntegersEnd ? null : whole >= IntegersEnd ? ulong.MaxValue : RankOf((long)whole);

    private static ulong RankOf(long value)
    {
        Span<byte> key = stackalloc byte[OrderedKey.Bytes];
        OrderedKey.Write(value, key);
        return RankOf(key);
    }

    private static ulong RankOf(double value)
    {
        Span<byte> key = stackalloc byte[OrderedKey.Bytes];
        OrderedKey.Write(value, key);
        return RankOf(key);
    }
}
