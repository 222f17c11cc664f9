using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>The dumb twin of ordered scrolls and facets: lists of all values of all points, sorted and counted as a whole.</summary>
internal static class NaiveField
{
    /// <summary>The values that points are ordered by, each with its point, as a page has them.</summary>
    public static (OrderValue Value, PointId Id)[] Order(IEnumerable<Point> points, ScrollRequest request, PayloadIndexKind kind)
    {
        var order = request.OrderBy!;
        var entries = points.Where(point => NaiveFilter.Matches(request.Filter, point.Id, point.Payload))
            .SelectMany(point => Elements(order.Path, point).Select(element => OrderValueOf(kind, element)).OfType<OrderValue>().Distinct().Select(value => (Value: value, point.Id)))
            .OrderBy(entry => NumberOf(entry.Value)).ThenBy(entry => entry.Id).ToArray();
        if (order.Direction == OrderDirection.Descending)
            Array.Reverse(entries);
        return [.. entries.Where(entry => order.StartFrom is not { } start || IsBehind(start, entry.Value, order.Direction)).Take(request.Limit)];
    }

    /// <summary>The values that most points have.</summary>
    public static FacetHit[] Facets(IEnumerable<Point> points, FacetRequest request, PayloadIndexKind kind) =>
    [
        .. points.Where(point => NaiveFilter.Matches(request.Filter, point.Id, point.Payload))
            .SelectMany(point => Elements(request.Path, point).Select(element => FacetValueOf(kind, element)).OfType<FacetValue>().Distinct())
            .GroupBy(value => value).Select(group => new FacetHit(group.Key, group.Count()))
            .OrderByDescending(hit => hit.Count).ThenBy(hit => SortableOf(hit.Value), StringComparer.Ordinal).Take(request.Limit),
    ];

    private static IEnumerable<JsonNode?> Elements(PayloadPath path, Point point) =>
        NaiveFilter.Values(path, (JsonObject)JsonNode.Parse(point.Payload.ToString())!).SelectMany(value => value is JsonArray array ? array.ToArray() : [value]);

    private static OrderValue? OrderValueOf(PayloadIndexKind kind, JsonNode? element) => kind switch
    {
        PayloadIndexKind.Integer => Integer(element) is { } integer ? new OrderInteger(integer) : null,
        PayloadIndexKind.Float => NaiveFilter.Raw(element) is { } raw ? new OrderFloat(double.Parse(raw, CultureInfo.InvariantCulture)) : null,
        _ => NaiveFilter.Text(element) is { } text && NaiveFilter.Ticks(text) is { } ticks ? new OrderInstant(new Instant(ticks)) : null,
    };

    private static FacetValue? FacetValueOf(PayloadIndexKind kind, JsonNode? element) => kind switch
    {
        PayloadIndexKind.Keyword => NaiveFilter.Text(element) is { } text ? new FacetText(text) : null,
        PayloadIndexKind.Integer => Integer(element) is { } integer ? new FacetInteger(integer) : null,
        PayloadIndexKind.Bool => element?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? new FacetBool(element.GetValue<bool>()) : null,
        _ => NaiveFilter.Text(element) is { Length: 36 } text && Guid.TryParseExact(text, "D", out var uuid) ? new FacetText(uuid.ToString()) : null,
    };

    private static long? Integer(JsonNode? element) => NaiveFilter.Raw(element) is { } raw && raw.All(c => char.IsAsciiDigit(c) || c == '-')
        && BigInteger.Parse(raw, CultureInfo.InvariantCulture) is var whole && whole >= long.MinValue && whole <= long.MaxValue
        ? (long)whole
        : null;

    private static bool IsBehind(OrderValue start, OrderValue value, OrderDirection direction)
    {
        var compared = (start, value) switch
        {
            (OrderFloat number, OrderInteger) => NumberOf(value).CompareTo(Number.From(number.Value)),
            (OrderInteger number, OrderFloat) => NumberOf(value).CompareTo(Number.From((double)number.Value)),
            _ => NumberOf(value).CompareTo(NumberOf(start)),
        };
        return direction == OrderDirection.Descending ? compared <= 0 : compared >= 0;
    }

    private static Number NumberOf(OrderValue value) => value switch
    {
        OrderInteger integer => Number.From(integer.Value),
        OrderFloat number => Number.From(number.Value),
        OrderInstant moment => Number.From(moment.Value.UtcTicks),
        _ => throw new NotSupportedException(),
    };

    // Text whose ordinal order is that of the values.
    private static string SortableOf(FacetValue value) => value switch
    {
        FacetText text => string.Concat(Encoding.UTF8.GetBytes(text.Value).Select(b => (char)b)),
        FacetInteger integer => ((Int128)integer.Value - long.MinValue).ToString("D20", CultureInfo.InvariantCulture),
        FacetBool boolean => boolean.Value ? "1" : "0",
        _ => throw new NotSupportedException(),
    };
}
