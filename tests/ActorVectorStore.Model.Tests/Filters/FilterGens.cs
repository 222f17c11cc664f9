using CsCheck;

namespace ActorVectorStore.Model.Tests;

/// <summary>Generators of filters of every kind, with values at the ends of their ranges.</summary>
internal static class FilterGens
{
    public static readonly Gen<PayloadPath> Path = Gen.OneOf(
        Gen.OneOf("a", "b", "a.b", "a.b.c", "a[]", "a[].b", "a[0]", "b[1].a", "b[][]", "b[].a[]", "\"x.y\"", "\u00e9", "a.\"x y\"", "a[2147483647]",
            "\"\"").Select(PayloadPath.Parse),
        Gen.OneOf("", "a.b", "\"", "\ud83d\ude00", new string('k', 2_000)).Select(PayloadPath.ToKey));

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.OneOf("", "x", "olive oil", "caf\u00e9", "\u2603", "\ud83d\ude00", "\"quoted\\", "line\nbreak", "\0"),
        Gen.String[Gen.Char.AlphaNumeric, 0, 30]);

    private static readonly Gen<long> Integer = Gen.OneOf(Gen.Long, Gen.OneOf(0L, 1, -1, (1L << 53) + 1, long.MaxValue, long.MinValue));

    public static readonly Gen<Number> Number = Gen.OneOf(
        Gen.OneOf<Number>(
            0, -0.0, 1, -1, 0.1, 9007199254740992.0, 9007199254740993L, -9007199254740993L, long.MaxValue, long.MinValue, ulong.MaxValue, (1UL << 63) + 1,
            18446744073709551616.0, double.Epsilon, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity),
        Gen.Long.Select(Model.Number.From),
        Gen.ULong.Select(Model.Number.From),
        Gen.Double.Where(value => !double.IsNaN(value)).Select(Model.Number.From));

    private static readonly Gen<Instant> Moment = Gen.OneOf(
        Gen.OneOf("2024-02-29", "2024-02-29T00:00:00.5Z", "0001-01-01", "9999-12-31T23:59:60Z").Select(Instant.Parse), Gen.Long.Select(ticks => new Instant(ticks)));

    private static readonly Gen<GeoPoint> Place = Gen.OneOf(
        Gen.Select(Gen.Double[-180, 180], Gen.Double[-90, 90], (longitude, latitude) => new GeoPoint(longitude, latitude)),
        Gen.OneOf(new GeoPoint(0, -0.0), new GeoPoint(180, 90), new GeoPoint(-180, -90)));

    private static readonly Gen<GeoRing> Ring = Place.Array[3, 6].Select(corners => new GeoRing([.. corners, corners[0]]));

    private static readonly Gen<FieldTest> Area = Gen.OneOf(
        Gen.Select(Place, Place).Select((one, other) => one.Latitude < other.Latitude ? (FieldTest)new GeoBox(other, one) : new GeoBox(one, other)),
        Gen.Select(Place, Gen.OneOf(0, -0.0, 100_000.25, double.MaxValue)).Select((center, radius) => (FieldTest)new GeoCircle(center, radius)),
        Gen.Select(Ring, Ring.Array[0, 2]).Select((exterior, holes) => (FieldTest)new GeoPolygon(exterior, holes)));

    private static readonly Gen<FieldTest> Test = Gen.OneOf(
        Text.Array[0, 3].Select(values => (FieldTest)new MatchKeyword(values)),
        Text.Array[0, 3].Select(values => (FieldTest)new ExceptKeyword(values)),
        Integer.Array[0, 3].Select(values => (FieldTest)new MatchInteger(values)),
        Integer.Array[0, 3].Select(values => (FieldTest)new ExceptInteger(values)),
        Gen.Bool.Select(value => (FieldTest)new MatchBool(value)),
        Text.Select(text => (FieldTest)new MatchWords(text)),
        Text.Select(text => (FieldTest)new MatchPhrase(text)),
        Range(Number).Select(bounds => (FieldTest)new NumberRange(bounds)),
        Range(Moment).Select(bounds => (FieldTest)new TimeRange(bounds)),
        Area,
        Range(Gen.Int).Select(bounds => (FieldTest)new ValuesCount(bounds)),
        Gen.OneOf<FieldTest>(new IsEmpty(), new IsNull()));

    private static readonly Gen<Condition> Field = Gen.Select(Path, Test, (path, test) => (Condition)new FieldCondition(path, test));

    private static readonly Gen<Condition> OfPoint = Gen.OneOf(
        IdGens.Id.Array[0, 20].Select(ids => (Condition)new HasIdCondition(ids)),
        Text.Select(name => (Condition)new HasVectorCondition(name)));

    public static readonly Gen<Filter> Filter = Clauses(Gen.Frequency((4, Condition(2, Field)), (1, OfPoint)));

    private static Gen<Bounds<T>> Range<T>(Gen<T> bound)
        where T : struct, IComparable<T> => Gen.Select(Gen.Int[0, 15], bound.Array[4]).Select((which, bounds) => new Bounds<T>
        {
            GreaterThan = (which & 1) != 0 ? bounds[0] : null,
            AtLeast = (which & 2) != 0 ? bounds[1] : null,
            LessThan = (which & 4) != 0 ? bounds[2] : null,
            AtMost = (which & 8) != 0 ? bounds[3] : null,
        });

    private static Gen<Condition> Condition(int depth, Gen<Condition> leaf) => depth == 0
        ? leaf
        : Gen.Frequency(
            (4, leaf),
            (1, Clauses(Condition(depth - 1, leaf)).Select(filter => (Condition)filter)),
            (1, Gen.Select(Path, Clauses(Condition(depth - 1, leaf)), (path, filter) => (Condition)new NestedCondition(path, filter))));

    private static Gen<Filter> Clauses(Gen<Condition> condition) => Gen.Select(
        condition.Array[0, 2], condition.Array[0, 2], condition.Array[0, 2], condition.Array[0, 2], Gen.Int[0, 3]).Select(
        (must, mustNot, should, enough, number) => new Filter
        {
            Must = must,
            MustNot = mustNot,
            Should = should,
            MinShould = number == 0 ? null : new MinShould(number, enough),
        });
}
