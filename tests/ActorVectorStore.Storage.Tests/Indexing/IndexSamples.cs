using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Rows, one index of each kind and filters that are the same in every run: those of the golden file, and of tests that look at every byte.</summary>
internal static class IndexSamples
{
    public static IReadOnlyList<PayloadIndex> Indexes { get; } =
    [
        .. Enum.GetValues<PayloadIndexKind>().Where(kind => kind != PayloadIndexKind.None).Select(kind => IndexedSegment.Index("a", kind)),
        new PayloadIndex(PayloadPath.Parse("b[].c"), PayloadIndexKind.Text, new TextIndexOptions(TokenizerKind.Prefix, true, 2, 4)),
    ];

    public static IReadOnlyList<ListedRow> Rows { get; } = IndexedSegment.RowsOf(
    [
        """{"a":"x"}""", """{"a":["y","x",null]}""", """{"a":1,"b":[{"c":"olive oil"},{"c":"stone"}]}""", """{"a":[-2,3,2.5]}""", """{"a":true}""", """{"a":[false,1e400]}""",
        """{"a":"2024-02-29T01:00:00+01:00"}""", """{"a":["6fa459ea-ee8a-3ca4-894e-db77e160355e","6FA459EA-ee8a-3ca4-894e-db77e160355e"]}""",
        """{"a":{"lon":1.5,"lat":-2}}""", """{"a":[{"lat":50,"lon":179.5},{"lat":91,"lon":0}]}""", """{"a":null}""", """{"a":[]}""",
        """{"a":"Olive oil, CAF\u00c9"}""", "{}", """{"a":9007199254740993,"b":[{"c":"ol"}]}""", """{"a":[[1]],"b":{"c":"oil"}}""",
    ]);

    public static IReadOnlyList<Filter> Filters { get; } =
    [
        Filter.AllOf(Filter.Field("a").Is("x")), Filter.AllOf(Filter.Field("a").IsOtherThan("x")), Filter.AllOf(Filter.Field("a").IsAnyOf(1, -2)),
        Filter.AllOf(Filter.Field("a").Between(2, 9007199254740993)), Filter.AllOf(Filter.Field("a").Is(true)), Filter.AllOf(Filter.Field("a").GreaterThan(1e300)),
        Filter.AllOf(Filter.Field("a").IsIn(new Bounds<Instant> { AtLeast = Instant.Parse("2024-02-29") })),
        Filter.AllOf(Filter.Field("a").Is("6fa459ea-ee8a-3ca4-894e-db77e160355e")), Filter.AllOf(Filter.Field("a").Is("6FA459EA-ee8a-3ca4-894e-db77e160355e")),
        Filter.AllOf(Filter.Field("a").IsIn(new GeoBox(new GeoPoint(170, 60), new GeoPoint(2, -10)))), Filter.AllOf(Filter.Field("a").HasWords("caf\u00e9 oil")),
        Filter.AllOf(Filter.Field("a").HasPhrase("olive oil")), Filter.AllOf(Filter.Field("a").IsEmpty()), Filter.AllOf(Filter.Field("a").IsNull()),
        Filter.AllOf(Filter.Field("a").HasCount(new Bounds<int> { AtLeast = 1, LessThan = 3 })), Filter.NoneOf(Filter.Field("a").IsOtherThan(1)),
        Filter.AllOf(Filter.Field("b[].c").HasWords("olives")), Filter.AllOf(Filter.Nested("b", Filter.Field("c").HasWords("ol"))),
        Filter.AtLeast(2, Filter.Field("a").HasWords("oil"), Filter.Field("a").IsOtherThan("x"), Filter.Field("b[].c").HasWords("oil")),
    ];

    /// <summary>All filters find in a segment what the evaluator takes.</summary>
    public static void AssertFound(IndexedSegment segment)
    {
        for (var at = 0; at < Filters.Count; at++)
            Assert.Equal(Expected[at], IndexedSegment.RowsIn(segment.Find(Filters[at]).Rows));
    }

    private static IReadOnlyList<int[]> Expected { get; } = [.. Filters.Select(RowsOf)];

    private static int[] RowsOf(Filter filter)
    {
        var evaluator = RowFilter.Compile(filter)!;
        return [.. Enumerable.Range(0, Rows.Count).Where(row => evaluator.Matches(Rows[row].Id, Rows[row].Payload.Utf8.Span))];
    }
}
