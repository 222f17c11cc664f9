using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Searching, scrolling and counting with filters, through views.</summary>
public sealed class FilteredReadTests
{
    private const int Dimension = 3;

    private static readonly CollectionSchema Schema = Shards.Schema(Dimension, Distance.Euclid);

    [Fact]
    public void Every_view_answers_with_the_points_that_the_twin_takes() =>
        Gen.Select(Shards.Log(Dimension, 12, FilterGens.Payload), FilterGens.Filter, FilterGens.Filter, Shards.WholeComponent.Array[Dimension]).Sample(
            (log, filter, otherFilter, query) =>
            {
                using var store = Shards.Empty(Schema);
                var twin = new DictionaryShard();
                var views = new List<(ReadView View, DictionaryShard Twin)>();
                for (var i = 0; i < log.Length; i++)
                {
                    store.Apply(i + 1, log[i]);
                    twin.Apply(i + 1, log[i]);
                    views.Add((store.OpenView(), twin.Copy()));
                }

                foreach (var (view, then) in views)
                {
                    AssertSame(then, view, query, filter, otherFilter);
                    view.Dispose();
                }
            },
            iter: 150);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5_000)]
    public void Pages_of_a_sparse_filter_are_full_and_miss_nothing_whether_rows_are_sorted_or_not(int limit)
    {
        // Ids in an order that is not that of the rows; the second half comes when the first has been sorted.
        var points = Enumerable.Range(0, 6_000).Select(n => Sparse((ulong)(n * 4_999 % 6_007))).ToArray();
        using var store = Shards.Empty(Schema);
        store.Apply(1, [new UpsertPoints(points[..5_500])]);
        AssertPages(store, points[..5_500], limit);
        store.Apply(2, [new UpsertPoints(points[5_500..])]);
        AssertPages(store, points, limit);
        store.Apply(3, [new DeletePoints([.. points.Where((_, i) => i % 3 == 0).Select(point => point.Id)])]);
        AssertPages(store, [.. points.Where((_, i) => i % 3 != 0)], limit);
    }

    [Fact]
    public void A_page_of_a_filter_ends_before_it_is_too_large_and_says_the_next_point_that_passes()
    {
        using var store = Shards.Of(Schema, [.. Enumerable.Range(0, 1_000).Select(n => Sparse((ulong)n))]);
        using var view = store.OpenView();
        var filter = Filter.AllOf(Filter.Field("n").Is(0));
        var page = view.Scroll(new ScrollRequest { Filter = filter, Limit = 100 }, bytesMax: 20);
        Assert.Equal([0UL, 97], page.Points.Select(point => point.Id.Number));
        Assert.Equal(PointId.FromNumber(194), page.NextOffset);
        var last = view.Scroll(new ScrollRequest { Filter = filter, Offset = PointId.FromNumber(960), Limit = 1 });
        Assert.Equal((970UL, null), (last.Points.Single().Id.Number, last.NextOffset));
    }

    [Fact]
    public void A_cancelled_read_with_a_filter_throws_and_the_view_stays_usable()
    {
        using var store = Shards.Of(Schema, [.. Enumerable.Range(0, 100).Select(n => Sparse((ulong)n))]);
        using var view = store.OpenView();
        var cancelled = new CancellationToken(canceled: true);
        var filter = Filter.AllOf(Filter.Field("n").Is(-1));
        Assert.Throws<OperationCanceledException>(() => view.CountMatching(filter, cancelled));
        Assert.Throws<OperationCanceledException>(() => view.Scroll(new ScrollRequest { Filter = filter }, cancellationToken: cancelled));
        Assert.Throws<OperationCanceledException>(() => view.Search(new SearchRequest { Vector = new float[3], Filter = filter }, cancelled));
        Assert.Equal(0, view.CountMatching(filter));
        Assert.Empty(view.Scroll(new ScrollRequest { Filter = filter }).Points);
        Assert.Empty(view.Search(new SearchRequest { Vector = new float[3], Filter = filter }));
    }

    [Fact]
    public void Each_condition_on_a_field_can_be_cancelled_since_each_may_read_megabytes()
    {
        var cancelled = new CancellationToken(canceled: true);
        var filter = RowFilter.Compile(Filter.AllOf(Filter.HasId(PointId.FromNumber(1)), Filter.Field("n").Is(0)))!;
        Assert.False(filter.Matches(PointId.FromNumber(2), default, cancelled));
        Assert.Throws<OperationCanceledException>(() => filter.Matches(PointId.FromNumber(1), default, cancelled));
    }

    private static void AssertSame(DictionaryShard twin, ReadView view, float[] query, Filter filter, Filter otherFilter)
    {
        var taken = Taken(twin, filter);
        var ids = twin.Ids.Where(taken.Contains).ToArray();
        Assert.Equal(ids.Length, view.CountMatching(filter));
        Assert.Equal(twin.Count, view.CountMatching(null));
        foreach (var limit in new[] { 1, 3, 100 })
            Assert.Equal(ids, ScrollAll(view, filter, limit));

        var hits = twin.Search(Distance.Euclid, query).Where(hit => taken.Contains(hit.Id)).Select(hit => hit.Id).ToArray();
        SearchRequest Asked(int limit, int offset, Filter? by) => new() { Vector = query, Limit = limit, Offset = offset, Filter = by };
        Assert.Equal(hits, Ids(view.Search(Asked(100, 0, filter))));
        Assert.Equal(hits.Skip(1).Take(3), Ids(view.Search(Asked(3, 1, filter))));
        var batch = view.SearchBatch([Asked(2, 0, filter), Asked(100, 0, null), Asked(100, 0, otherFilter), Asked(1, 0, filter)]);
        Assert.Equal(hits.Take(2), Ids(batch[0]));
        Assert.Equal(twin.Count, batch[1].Count);
        Assert.Equal(Taken(twin, otherFilter), Ids(batch[2]).ToHashSet());
        Assert.Equal(hits.Take(1), Ids(batch[3]));
    }

    private static void AssertPages(ShardStore store, Point[] points, int limit)
    {
        using var view = store.OpenView();
        var filter = Filter.AllOf(Filter.Field("n").Is(0));
        var expected = points.Select(point => point.Id).Where(id => id.Number % 97 == 0).Order().ToArray();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, ScrollAll(view, filter, limit));
        Assert.Equal(expected.Length, view.CountMatching(filter));
    }

    private static List<PointId> ScrollAll(ReadView view, Filter filter, int limit)
    {
        var ids = new List<PointId>();
        PointId? offset = null;
        do
        {
            var page = view.Scroll(new ScrollRequest { Filter = filter, Offset = offset, Limit = limit });
            ids.AddRange(page.Points.Select(record => record.Id));
            Assert.True(page.NextOffset is null || page.Points.Count == limit);
            offset = page.NextOffset;
        }
        while (offset is not null);
        return ids;
    }

    private static HashSet<PointId> Taken(DictionaryShard twin, Filter filter) =>
        [.. twin.Ids.Where(id => NaiveFilter.Matches(filter, id, twin.Get(id)!.Value.Point.Payload))];

    private static IEnumerable<PointId> Ids(IReadOnlyList<ScoredPoint> hits) => hits.Select(hit => hit.Id);

    private static Point Sparse(ulong id) => new(PointId.FromNumber(id), new float[Dimension], Payload.Parse($"{{\"n\":{id % 97}}}"));
}
