using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>The dumb twin of the evaluator: a tree of nodes, lists of values, whole numbers of any size. It shares no code with what it checks.</summary>
internal static class NaiveFilter
{
    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Asks a point that has the vector without name and no other.</summary>
    public static bool Matches(Filter? filter, PointId id, Payload payload) => Matches(filter, new Point(id, new float[1], payload));

    public static bool Matches(Filter? filter, Point point) => filter is null || Holds(filter, point, (JsonObject)JsonNode.Parse(point.Payload.ToString())!);

    private static bool Holds(Condition condition, Point point, JsonObject element)
    {
        bool Inner(Condition inner) => Holds(inner, point, element);
        return condition switch
        {
            Filter filter => filter.Must.All(Inner) && !filter.MustNot.Any(Inner) && (filter.Should.Count == 0 || filter.Should.Any(Inner))
                && (filter.MinShould is not { } least || least.Conditions.Count(Inner) >= least.Count),
            NestedCondition nested => Values(nested.Path, element).OfType<JsonObject>().Any(inside => Holds(nested.Filter, point, inside)),
            HasIdCondition points => points.Ids.Contains(point.Id),
            HasVectorCondition { Name: "" } => !point.Vector.IsEmpty,
            HasVectorCondition vector => point.Named.Any(named => named.Name == vector.Name),
            FieldCondition field => Holds(field.Test, Values(field.Path, element)),
            _ => throw new NotSupportedException(),
        };
    }

    private static bool Holds(FieldTest test, List<JsonNode?> values) => test switch
    {
        IsEmpty => values.All(value => value is null or JsonArray { Count: 0 }),
        IsNull => values.Any(value => value is null),
        ValuesCount count => values.Any(value => IsInside(count.Bounds, value is null ? 0 : value is JsonArray array ? array.Count : 1, n => n)),
        _ => values.SelectMany(value => value is JsonArray array ? array.ToArray() : [value]).Any(value => Passes(test, value)),
    };

    /// <summary>What a path leads to.</summary>
    public static List<JsonNode?> Values(PayloadPath path, JsonObject element)
    {
        List<JsonNode?> values = [element];
        foreach (var step in path.Steps)
        {
            values = step.Kind switch
            {
                PathStepKind.Key => [.. values.OfType<JsonObject>().Where(at => at.ContainsKey(step.Key)).Select(at => at[step.Key])],
                PathStepKind.Element => [.. values.OfType<JsonArray>().Where(at => at.Count > step.Index).Select(at => at[step.Index])],
                _ => [.. values.OfType<JsonArray>().SelectMany(at => at)],
            };
        }

        return values;
    }

    private static bool Passes(FieldTest test, JsonNode? value) => test switch
    {
        MatchKeyword match => Text(value) is { } text && match.Values.Contains(text),
        MatchInteger match => Raw(value) is { } raw && raw.All(c => char.IsAsciiDigit(c) || c == '-')
            && match.Values.Any(integer => integer == BigInteger.Parse(raw, CultureInfo.InvariantCulture)),
        MatchBool match => value?.GetValueKind() == (match.Value ? JsonValueKind.True : JsonValueKind.False),
        ExceptKeyword except => value is not null && !Passes(new MatchKeyword(except.Values), value),
        ExceptInteger except => value is not null && !Passes(new MatchInteger(except.Values), value),
        MatchWords match => Text(value) is { } text && Words(match.Text).Length > 0 && Words(match.Text).All(Words(text).Contains),
        MatchPhrase match => Text(value) is { } text && Words(match.Text) is { Length: > 0 } phrase
            && Enumerable.Range(0, Words(text).Length).Any(at => Words(text).Skip(at).Take(phrase.Length).SequenceEqual(phrase)),
        NumberRange range => Raw(value) is { } raw && IsInside(range.Bounds, Exact(raw), bound => Exact(bound.ToString())),
        TimeRange range => Text(value) is { } text && Ticks(text) is { } ticks && IsInside(range.Bounds, ticks, bound => bound.UtcTicks),
        GeoArea area => value is JsonObject place && Degrees(place["lon"], 180) is { } longitude && Degrees(place["lat"], 90) is { } latitude
            && NaiveGeography.Contains(area, longitude, latitude),
        _ => throw new NotSupportedException(),
    };

    private static bool IsInside<T, TValue>(Bounds<T> bounds, TValue value, Func<T, TValue> valueOf)
        where T : struct, IComparable<T>
        where TValue : struct, IComparable<TValue>
    {
        int? Against(T? bound) => bound is { } given ? value.CompareTo(valueOf(given)) : null;
        return Against(bounds.GreaterThan) is null or > 0 && Against(bounds.AtLeast) is null or >= 0
            && Against(bounds.LessThan) is null or < 0 && Against(bounds.AtMost) is null or <= 0;
    }

    /// <summary>A text, or null.</summary>
    public static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>A number as it is written, or null.</summary>
    public static string? Raw(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : null;

    private static double? Degrees(JsonNode? value, double maximum) =>
        Raw(value) is { } raw && double.Parse(raw, CultureInfo.InvariantCulture) is var angle && Math.Abs(angle) <= maximum ? angle : null;

    /// <summary>The moment that a text names, or null.</summary>
    public static long? Ticks(string text) => DateTimeOffset.TryParseExact(
        text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcTicks : null;

    private static string[] Words(string text)
    {
        var separated = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune).ToString();
            var isOfWord = category.EndsWith("Letter", StringComparison.Ordinal) || category.EndsWith("Number", StringComparison.Ordinal)
                || category is "NonSpacingMark" or "SpacingCombiningMark";
            separated.Append(isOfWord ? rune.ToString().ToUpperInvariant().ToLowerInvariant() : " ");
        }

        return separated.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    // The value times 2^1074, which makes every double a whole number. Infinities are beyond all others.
    private static BigInteger Exact(string raw)
    {
        if (raw.All(c => char.IsAsciiDigit(c) || c == '-')
            && BigInteger.Parse(raw, CultureInfo.InvariantCulture) is var whole && whole >= long.MinValue && whole <= ulong.MaxValue)
        {
            return whole << 1074;
        }

        var value = double.Parse(raw, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value))
            return Math.Sign(value) * (BigInteger.One << 4_000);
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = bits & ((1L << 52) - 1);
        var scaled = exponent == 0 ? mantissa : (BigInteger)(mantissa | (1L << 52)) << (exponent - 1);
        return bits < 0 ? -scaled : scaled;
    }
}
