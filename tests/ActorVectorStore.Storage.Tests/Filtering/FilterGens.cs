using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Generators of payloads and of filters over the same few keys and values, so that they often meet.</summary>
internal static class FilterGens
{
    private static readonly JsonSerializerOptions FewEscapes = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Gen<string> Text = Gen.OneOf(
        "", "x", "X", "y", "olive", "olive oil", "Olive, OIL!", "oil of olive", "extra-virgin olive oil olive", "caf\u00e9", "CAF\u00c9 x", "cafe\u0301",
        "\u2603", "\ud83d\ude00", "\u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03bf\u03c2", "\"quoted\\", "line\nbreak", "1", "true", "\u0915\u093f",
        "6fa459ea-ee8a-3ca4-894e-db77e160355e", "6FA459EA-ee8a-3ca4-894e-db77e160355e", "\u6f22\u5b57 \u30ab\u30bfx");

    private static readonly Gen<string> Time = Gen.OneOf(
        "2024-02-29", "2024-02-28T23:00:00-01:00", "2024-02-29T00:00:00Z", "2024-02-29 00:00", "2024-02-29T01:00:00.5+01:00", "2024-02-29T00:00:00.4999999Z",
        "2024-02-30", "2024-02-29T25:00", "1999-12-31T23:59:59Z", "now");

    private static readonly Gen<string> Number = Gen.OneOf(
        "0", "-0", "1", "1.0", "1e0", "10e-1", "2", "2.5", "-1", "0.1", "0.10000000000000001", "9007199254740992", "9007199254740993", "9007199254740993.0",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615", "18446744073709551616", "1e400", "-1e400", "1e-400");

    private static readonly Gen<string> Angle = Gen.OneOf(
        Gen.Int[-12, 12].Select(n => (n / 2.0).ToString(CultureInfo.InvariantCulture)), Gen.OneOf("180", "-180", "179.5", "-179.5", "90", "-90", "181", "null", "\"1\""));

    private static readonly Gen<string> Place = Gen.Select(Angle, Angle, Gen.Bool, (longitude, latitude, isTurned) => isTurned
        ? $$"""{"lat":{{latitude}},"lon":{{longitude}}}"""
        : $$"""{"lon":{{longitude}},"name":[{}],"lat":{{latitude}}}""");

    private static readonly Gen<string> Key = Gen.OneOf("a", "b", "c", "x.y", "\u00e9");

    private static readonly Gen<string> Leaf = Gen.OneOf(
        Gen.Select(Gen.OneOf(Text, Time), Gen.Bool, Spell), Number, Place, Gen.OneOf("true", "false", "null", "[]", "{}", "[null]"));

    /// <summary>Texts of JSON: a leaf, or an array of leaves and arrays.</summary>
    public static readonly Gen<string> Json = Gen.Frequency((3, Leaf), (2, Value(1).Array[0, 3].Select(items => $"[{string.Join(',', items)}]")));

    public static readonly Gen<Payload> Payload = Object(3).Select(Model.Payload.Parse);

    public static readonly Gen<PayloadPath> Path = Gen.OneOf(
        "a", "b", "c", "a.b", "a.b.c", "a[]", "a[].b", "a[0]", "b[1].a", "a[0].c", "b[][]", "b[].a[]", "\"x.y\"", "\u00e9", "a.\"x.y\"", "b.\u00e9[]", "c[2]", "d")
        .Select(PayloadPath.Parse);

    private static readonly Gen<long> Integer = Gen.OneOf(0L, 1, 2, -1, (1L << 53) + 1, long.MaxValue, long.MinValue);

    private static readonly Gen<Number> Bound = Gen.OneOf<Number>(
        0, 1, 2, -1, 0.1, 2.5, 9007199254740992.0, 9007199254740993L, long.MaxValue, ulong.MaxValue, 18446744073709551616.0, double.PositiveInfinity);

    private static readonly Gen<GeoPoint> Corner = Gen.Select(Gen.Int[-6, 6], Gen.Int[-6, 6], (x, y) => new GeoPoint(x, y));

    private static readonly Gen<GeoRing> Ring = Corner.Array[3, 6].Select(corners => new GeoRing([.. corners, corners[0]]));

    private static readonly Gen<FieldTest> Area = Gen.OneOf(
        Gen.Select(Gen.OneOf(-180.0, -170, -3, 0, 3, 170, 180), Gen.OneOf(-180.0, -170, -3, 0, 3, 170, 180), Gen.Int[-90, 4], Gen.Int[0, 90]).Select(
            (west, east, south, height) => (FieldTest)new GeoBox(new GeoPoint(west, Math.Min(90, south + height)), new GeoPoint(east, south))),
        Gen.Select(Gen.OneOf(Corner, Gen.OneOf(new GeoPoint(180, 0), new GeoPoint(0, 90))), Gen.OneOf(0, 100_000.25, 400_000.5, 12_000_000)).Select(
            (center, radius) => (FieldTest)new GeoCircle(center, radius)),
        Gen.Select(Ring, Ring.Array[0, 2]).Select((exterior, holes) => (FieldTest)new GeoPolygon(exterior, holes)));

    public static readonly Gen<FieldTest> Test = Gen.OneOf(
        Text.Array[0, 3].Select(values => (FieldTest)new MatchKeyword(values)),
        Text.Array[0, 3].Select(values => (FieldTest)new ExceptKeyword(values)),
        Integer.Array[0, 3].Select(values => (FieldTest)new MatchInteger(values)),
        Integer.Array[0, 3].Select(values => (FieldTest)new ExceptInteger(values)),
        Gen.Bool.Select(value => (FieldTest)new MatchBool(value)),
        Text.Select(text => (FieldTest)new MatchWords(text)),
        Text.Select(text => (FieldTest)new MatchPhrase(text)),
        Range(Bound).Select(bounds => (FieldTest)new NumberRange(bounds)),
        Range(Gen.OneOf("2024-02-29", "2024-02-29T00:00:00.5Z", "2000-01-01").Select(Instant.Parse)).Select(bounds => (FieldTest)new TimeRange(bounds)),
        Area,
        Range(Gen.Int[0, 3]).Select(bounds => (FieldTest)new ValuesCount(bounds)),
        Gen.OneOf<FieldTest>(new IsEmpty(), new IsNull()));

    private static readonly Gen<Condition> Field = Gen.Select(Path, Test, (path, test) => (Condition)new FieldCondition(path, test));

    private static readonly Gen<Condition> OfPoint = Gen.OneOf(
        Shards.Id.Array[0, 20].Select(ids => (Condition)new HasIdCondition(ids)),
        Gen.OneOf("", "other").Select(name => (Condition)new HasVectorCondition(name)));

    public static readonly Gen<Filter> Filter = Clauses(Gen.Frequency((4, Condition(2, Field)), (1, OfPoint)));

    private static Gen<string> Object(int depth) => Gen.Select(Key, Gen.Bool, Value(depth - 1)).Array[0, 4].Select(
        members => $"{{{string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"{Spell(member.Item1, member.Item2)}:{member.Item3}"))}}}");

    private static Gen<string> Value(int depth) => depth == 0
        ? Leaf
        : Gen.Frequency((3, Leaf), (2, Value(depth - 1).Array[0, 3].Select(items => $"[{string.Join(',', items)}]")), (2, Object(depth)));

    // The same text with all of its characters escaped, or with those that must be.
    private static string Spell(string text, bool isEscaped) => isEscaped
        ? $"\"{string.Concat(text.Select(character => $"\\u{(int)character:x4}"))}\""
        : JsonSerializer.Serialize(text, FewEscapes);

    private static Gen<Bounds<T>> Range<T>(Gen<T> bound)
        where T : struct, IComparable<T> => Gen.Select(
            Gen.Int[0, 5], bound, bound, (kind, low, high) => kind switch
            {
                0 => new Bounds<T> { GreaterThan = low },
                1 => new Bounds<T> { AtLeast = low },
                2 => new Bounds<T> { LessThan = high },
                3 => new Bounds<T> { AtMost = high },
                4 => new Bounds<T>(),
                _ => new Bounds<T> { AtLeast = low, AtMost = high, GreaterThan = low, LessThan = high },
            });

    private static Gen<Condition> Condition(int depth, Gen<Condition> leaf) => depth == 0
        ? leaf
        : Gen.Frequency(
            (4, leaf),
            (1, Clauses(Condition(depth - 1, leaf)).Select(filter => (Condition)filter)),
            (1, Gen.Select(Path, Clauses(Condition(depth - 1, leaf)), (path, filter) => (Condition)new NestedCondition(path, filter))));

    private static Gen<Filter> Clauses(Gen<Condition> condition) => Gen.Select(
        Gen.Int[0, 4], condition.Array[1, 3], condition.Array[0, 2], Gen.Int[1, 3], (kind, some, others, count) => kind switch
        {
            0 => new Filter { Must = some },
            1 => new Filter { Should = some },
            2 => new Filter { MustNot = some },
            3 => new Filter { MinShould = new MinShould(count, [.. some, .. others]) },
            _ => new Filter { Must = others, Should = some, MustNot = others.Length > 1 ? [others[1]] : [] },
        });
}
