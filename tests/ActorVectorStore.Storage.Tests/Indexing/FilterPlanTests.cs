using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What plans spare: indexes decide what they hold, and payloads are asked only where they cannot.</summary>
public sealed class FilterPlanTests
{
    private const string Uuid = "6fa459ea-ee8a-3ca4-894e-db77e160355e";

    private static readonly string[] Payloads =
    [
        """{"a":"x"}""", """{"a":["y","x"]}""", """{"a":1}""", """{"a":[2,3]}""", """{"a":true}""", """{"a":"2024-02-29"}""", $"{{\"a\":\"{Uuid}\"}}",
        """{"a":{"lon":1,"lat":2}}""", """{"a":null}""", """{"a":[]}""", """{"a":"Olive oil"}""", "{}", """{"a":2.5}""",
    ];

    public static TheoryData<PayloadIndexKind, string, int[]> Decided => new()
    {
        { PayloadIndexKind.Keyword, "keyword", [0, 1] },
        { PayloadIndexKind.Integer, "integer", [2, 3] },
        { PayloadIndexKind.Float, "number", [3, 12] },
        { PayloadIndexKind.Bool, "bool", [4] },
        { PayloadIndexKind.Datetime, "time", [5] },
        { PayloadIndexKind.Uuid, "uuid", [6] },
        { PayloadIndexKind.Geo, "place", [7] },
        { PayloadIndexKind.Text, "words", [10] },
        { PayloadIndexKind.Text, "word", [10] },
        { PayloadIndexKind.Bool, "empty", [8, 9, 11] },
        { PayloadIndexKind.Geo, "null", [8] },
        { PayloadIndexKind.Keyword, "except", [1, 2, 3, 4, 5, 6, 7, 10, 12] },
    };

    private static FieldTest TestOf(string name) => name switch
    {
        "keyword" => new MatchKeyword(["x", "z"]),
        "integer" => new MatchInteger([1, 3]),
        "number" => new NumberRange(new Bounds<Number> { GreaterThan = 1, LessThan = 3 }),
        "bool" => new MatchBool(true),
        "time" => new TimeRange(new Bounds<Instant> { AtLeast = Instant.Parse("2024-01-01") }),
        "uuid" => new MatchKeyword([Uuid]),
        "place" => new GeoCircle(new GeoPoint(1, 2), 10),
        "words" => new MatchWords("OIL olive"),
        "word" => new MatchPhrase("oil"),
        "empty" => new IsEmpty(),
        "null" => new IsNull(),
        "except" => new ExceptKeyword(["x"]),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [MemberData(nameof(Decided))]
    public void What_an_index_holds_it_decides_without_payloads_but_those_with_several_values(PayloadIndexKind kind, string test, int[] expected)
    {
        using var segment = IndexedSegment.Of(Payloads, IndexedSegment.Index("a", kind));
        var found = segment.Find(Filter.AllOf(new FieldCondition(PayloadPath.Parse("a"), TestOf(test))));
        Assert.Equal(expected, IndexedSegment.RowsIn(found.Rows));
        // Of the array that has the excepted text and another one only the payload knows.
        Assert.Equal(test == "except" ? 1 : 0, found.PayloadsRead);
    }

    [Fact]
    public void Without_an_index_each_row_that_matters_is_asked_and_no_other()
    {
        using var segment = IndexedSegment.Of(Payloads, IndexedSegment.Index("b", PayloadIndexKind.Keyword));
        var mask = new RowBitmap(Payloads.Length);
        mask.TryAdd(1);
        mask.TryAdd(2);
        var found = segment.Find(Filter.AllOf(Filter.Field("a").Is("x")), mask);
        Assert.Equal([1], IndexedSegment.RowsIn(found.Rows));
        Assert.Equal(2, found.PayloadsRead);
        Assert.Equal([1, 2], IndexedSegment.RowsIn(mask));
    }

    [Fact]
    public void Payloads_are_asked_only_of_rows_that_pass_what_is_indexed()
    {
        var payloads = Enumerable.Range(0, 1_000).Select(n => $"{{\"city\":\"c{n % 100}\",\"free\":{n % 2}}}");
        using var segment = IndexedSegment.Of(payloads, IndexedSegment.Index("city", PayloadIndexKind.Keyword));
        var found = segment.Find(Filter.AllOf(Filter.Field("free").Is(1), Filter.Field("city").IsAnyOf("c7", "c8")));
        Assert.Equal(Enumerable.Range(0, 10).Select(n => (n * 100) + 7), IndexedSegment.RowsIn(found.Rows));
        Assert.Equal(20, found.PayloadsRead);
    }

    [Fact]
    public void A_long_index_is_not_read_for_a_few_rows()
    {
        var payloads = Enumerable.Range(0, 3 * PlanNode.EntriesPerPayload).Select(n => $"{{\"n\":{n}}}");
        using var segment = IndexedSegment.Of(payloads, IndexedSegment.Index("n", PayloadIndexKind.Integer));
        var found = segment.Find(Filter.AllOf(Filter.Field("n").AtLeast(1), Filter.HasId(PointId.FromNumber(0), PointId.FromNumber(9))));
        Assert.Equal([9], IndexedSegment.RowsIn(found.Rows));
        Assert.Equal(2, found.PayloadsRead);
    }

    [Fact]
    public void Bounds_are_exact_for_one_term_or_range_and_are_combined()
    {
        var payloads = Enumerable.Range(0, 100).Select(n => $"{{\"k\":\"{n % 4}\",\"n\":{n}}}");
        using var segment = IndexedSegment.Of(payloads, IndexedSegment.Index("k", PayloadIndexKind.Keyword), IndexedSegment.Index("n", PayloadIndexKind.Integer));
        RowBound BoundOf(Filter filter) => segment.Planner.Plan(filter).Bound;
        Assert.Equal(RowBound.Exactly(25), BoundOf(Filter.AllOf(Filter.Field("k").Is("1"))));
        Assert.Equal(RowBound.Exactly(90), BoundOf(Filter.AllOf(Filter.Field("n").AtLeast(10))));
        Assert.Equal(RowBound.Exactly(75), BoundOf(Filter.NoneOf(Filter.Field("k").Is("1"))));
        Assert.Equal(new RowBound(15, 25), BoundOf(Filter.AllOf(Filter.Field("n").AtLeast(10), Filter.Field("k").Is("1"))));
        Assert.Equal(new RowBound(90, 100), BoundOf(Filter.AnyOf(Filter.Field("n").AtLeast(10), Filter.Field("k").Is("1"))));
        Assert.Equal(new RowBound(0, 100), BoundOf(Filter.AllOf(Filter.Field("other").Is("1"))));
        Assert.Equal(RowBound.Exactly(0), BoundOf(Filter.AllOf(Filter.Field("k").Is("9"), Filter.Field("other").Is("1"))));
        Assert.Equal(RowBound.Exactly(100), BoundOf(new Filter()));
        Assert.Equal(RowBound.Exactly(0), BoundOf(Filter.AtLeast(3, Filter.Field("k").Is("1"), Filter.Field("k").Is("2"))));
        Assert.Equal(RowBound.Exactly(2), BoundOf(Filter.AllOf(Filter.HasId(PointId.FromNumber(1), PointId.FromNumber(7), PointId.FromNumber(700)))));
    }

    [Fact]
    public void A_plan_of_rows_with_a_vector_knows_their_number_and_keeps_none_of_them()
    {
        using var segment = IndexedSegment.Of(Enumerable.Repeat("{}", 20_000));
        var filter = Filter.AllOf(Filter.HasVector(""));
        _ = segment.Planner.Plan(filter);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var plan = segment.Planner.Plan(filter);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 4_000);
        Assert.Equal(RowBound.Exactly(10_000), plan.Bound);
        var found = plan.Evaluate(null, CancellationToken.None);
        Assert.Equal((10_000, 0), (found.Rows.Count(), found.PayloadsRead));
    }

    [Fact]
    public void All_rows_of_an_id_are_found()
    {
        var id = PointId.FromNumber(7);
        ListedRow[] rows = [new(id, 1, Payload.Empty, []), new(PointId.FromNumber(8), 2, Payload.Empty, []), new(id, 3, Payload.Empty, [])];
        using var segment = IndexedSegment.Of(rows);
        Assert.Equal([0, 2], segment.Rows(Filter.HasId(id)));
    }

    [Fact]
    public void A_dropped_index_is_passed_over_and_a_wanted_one_is_found_by_its_description()
    {
        var (kept, dropped) = (IndexedSegment.Index("a", PayloadIndexKind.Keyword), IndexedSegment.Index("b", PayloadIndexKind.Bool));
        using var segment = IndexedSegment.Open(IndexedSegment.Write(IndexedSegment.RowsOf(Payloads), [dropped, kept]), [kept]);
        Assert.Equal(kept, Assert.Single(segment.Indexes.All).Index.Description);
        Assert.NotNull(segment.Indexes.Find(kept));
        Assert.Null(segment.Indexes.Find(dropped));
    }

    [Fact]
    public void An_index_of_a_newer_version_is_passed_over()
    {
        var rows = IndexedSegment.RowsOf(Payloads);
        using var whole = IndexedSegment.Of(rows, IndexedSegment.Index("a", PayloadIndexKind.Keyword));
        using var newer = IndexedSegment.Open(IndexedSegment.WriteSection(rows, whole.SectionBytes(), version: 2));
        Assert.Empty(newer.Indexes.All);
        Assert.Empty(newer.Damages);
        Assert.Equal([0, 1], newer.Rows(Filter.Field("a").Is("x")));
    }

    [Fact]
    public void A_cancelled_plan_ends()
    {
        using var segment = IndexedSegment.Of(Payloads, IndexedSegment.Index("a", PayloadIndexKind.Keyword));
        var filter = Filter.AllOf(Filter.Field("a").Is("x"));
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => segment.Planner.Plan(filter, cancelled));
        var plan = segment.Planner.Plan(filter);
        Assert.Throws<OperationCanceledException>(() => plan.Evaluate(null, cancelled));
    }

    [Fact]
    public void The_deepest_filter_has_a_plan()
    {
        var filter = Filter.AllOf(Filter.Field("a").Is("x"), Filter.Field("b").IsEmpty());
        for (var depth = 1; depth < ModelLimits.FilterDepthMax; depth++)
            filter = depth % 2 == 0 ? Filter.NoneOf(filter) : new Filter { MinShould = new MinShould(1, [Filter.NoneOf(), filter]) };
        using var segment = IndexedSegment.Of(Payloads, IndexedSegment.Index("a", PayloadIndexKind.Keyword));
        var expected = RowFilter.Compile(filter)!;
        Assert.Equal(
            Enumerable.Range(0, Payloads.Length).Where(row => expected.Matches(default, Payload.Parse(Payloads[row]).Utf8.Span)),
            IndexedSegment.RowsIn(segment.Find(filter).Rows));
    }
}
