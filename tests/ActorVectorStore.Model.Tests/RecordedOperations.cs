namespace ActorVectorStore.Model.Tests;

/// <summary>The operations of the golden files: every kind, every condition of a filter, every test.</summary>
internal static class RecordedOperations
{
    private static readonly PointId Number = PointId.FromNumber(0x0102030405060708);
    private static readonly PointId Uuid = PointId.Parse("6fa459ea-ee8a-3ca4-894e-db77e160355e");

    public static ShardOperation[] OfVersion2()
    {
        Point[] points = [new(Number, new[] { 0.5f, -0f }, Payload.Parse("{\"city\":\"Berlin\"}")), new(Uuid, new[] { float.MaxValue, float.Epsilon })];
        var some = new PointsById([Uuid, Number]);
        var matching = new PointsMatching(Filter.AllOf(Filter.Field("city").Is("Berlin")));
        return
        [
            new UpsertPoints(points),
            new DeletePoints([Number, Uuid]),
            new ConditionalUpsert(points, new IfAbsent()),
            new ConditionalUpsert(points, new IfPresent()),
            new ConditionalUpsert(points, new IfVersion([0, long.MaxValue])),
            new ConditionalUpsert(points, new IfMatches(matching.Filter)),
            new ConditionalUpsert(points, new IfMatches(matching.Filter) { InsertsAbsent = false }),
            new DeleteMatching(EveryCondition()),
            new SetPayload(some, Payload.Parse("{\"a\":1.0,\"b\":null}")),
            new SetPayload(matching, Payload.Empty, PayloadPath.Parse("a[].\"b c\"[3]")),
            new OverwritePayload(matching, Payload.Parse("{\"s\":\"\\u00e9\"}")),
            new OverwritePayload(some, Payload.Empty),
            new DeletePayloadKeys(some, [PayloadPath.Parse("a"), PayloadPath.Parse("b[0].c")]),
            new ClearPayload(matching),
            new PinIndex(PinName.Parse("nightly \u2603")),
            new ReleasePin(PinName.Parse("n")),
            new CreatePayloadIndex(new PayloadIndex(PayloadPath.Parse("a[].b"), PayloadIndexKind.Text)),
            new DropPayloadIndex(new PayloadIndex(PayloadPath.Parse("c"), PayloadIndexKind.Keyword)),
        ];
    }

    public static ShardOperation[] OfVersion3()
    {
        var unnamed = new NamedVector("", new DenseVector(new[] { 1f, -0f }));
        var sparse = new NamedVector("words", new SparseVector(new[] { uint.MaxValue, 0u, 7u }, new[] { 3f, 1f, 2f }));
        var multi = new NamedVector("\u6f22", new MultiVector(new[] { 1f, 2f, 3f, float.MinValue }, 2));
        var none = new NamedVector("none", new MultiVector(default, 65_536));
        Point[] points =
        [
            new(Number, new NamedVectors([multi, unnamed, sparse]), Payload.Parse("{\"city\":\"Berlin\"}")),
            new(Uuid, NamedVectors.Empty),
            new(Uuid, new NamedVectors([none, new NamedVector("image", new DenseVector(new[] { float.Epsilon }))])),
        ];
        return
        [
            new UpsertPoints(points),
            new UpsertPoints([new(Number, new float[1]), new(Number, new float[2])]),
            new ConditionalUpsert(points, new IfVersion([0, 1, long.MaxValue])),
            new UpdateVectors([new VectorUpdate(Uuid, new NamedVectors([unnamed])), new VectorUpdate(Number, new NamedVectors([sparse, multi]))]),
            new DeleteVectors(new PointsById([Number]), ["words", ""]),
            new DeleteVectors(new PointsMatching(Filter.AllOf(Filter.HasVector("words"))), ["\u6f22"]),
        ];
    }

    public static Filter EveryCondition() => new()
    {
        Must = [.. Tests().Select(test => new FieldCondition(PayloadPath.Parse("a.\"b.c\"[].d[7]"), test))],
        MustNot = [Filter.HasId(Number, Uuid), Filter.HasId()],
        Should = [Filter.HasVector(), Filter.HasVector("\u6f22"), Filter.AnyOf()],
        MinShould = new MinShould(2,
        [
            Filter.Nested("items", Filter.Field("price").AtMost(3), Filter.NoneOf(Filter.Nested("parts[]", Filter.Field("name").IsEmpty()))),
            new FieldCondition(PayloadPath.ToKey(""), new IsNull()),
        ]),
    };

    public static IEnumerable<Condition> ConditionsIn(Condition condition)
    {
        var inside = condition switch
        {
            Filter filter => [.. filter.Must, .. filter.MustNot, .. filter.Should, .. filter.MinShould?.Conditions ?? []],
            NestedCondition nested => (Condition[])[nested.Filter],
            _ => [],
        };
        return [condition, .. inside.SelectMany(ConditionsIn)];
    }

    private static FieldTest[] Tests()
    {
        GeoPoint[] corners = [new(0, 0), new(10, 0.5), new(0, 10), new(0, 0)];
        return
        [
            new MatchKeyword(["", "Rome", "\ud83d\ude00"]),
            new ExceptKeyword(["x"]),
            new MatchInteger([long.MinValue, 0, 7]),
            new ExceptInteger([long.MaxValue]),
            new MatchBool(true),
            new MatchBool(false),
            new MatchWords("olive oil"),
            new MatchPhrase("extra virgin"),
            new NumberRange(new Bounds<Number>()),
            new NumberRange(new Bounds<Number> { GreaterThan = -0.0, AtLeast = 0.1, LessThan = (1L << 53) + 1, AtMost = ulong.MaxValue }),
            new TimeRange(new Bounds<Instant> { AtLeast = Instant.Parse("2024-02-29T00:00:00.5Z"), LessThan = new Instant(-1) }),
            new GeoBox(new GeoPoint(170, 10), new GeoPoint(-170, -10)),
            new GeoCircle(new GeoPoint(12.5, 41.9), 1_000.5),
            new GeoPolygon(new GeoRing(corners)),
            new GeoPolygon(new GeoRing(corners), new GeoRing([.. corners.Select(corner => new GeoPoint(corner.Longitude / 2, corner.Latitude / 2))])),
            new ValuesCount(new Bounds<int> { GreaterThan = -1, AtMost = int.MaxValue }),
            new IsEmpty(),
            new IsNull(),
        ];
    }
}
