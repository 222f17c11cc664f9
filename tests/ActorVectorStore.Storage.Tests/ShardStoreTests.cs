using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

public sealed class ShardStoreTests
{
    private static readonly CollectionSchema Schema = Shards.Schema(2, Distance.Dot);

    [Fact]
    public void An_empty_shard_answers_everything_with_nothing()
    {
        using var store = Shards.Empty(Schema);
        using var view = store.OpenView();
        Assert.Equal((0L, 0L), (view.Index, view.Count));
        Assert.Empty(view.Get([PointId.FromNumber(1)], PointFields.All));
        Assert.Empty(view.Scroll(new ScrollRequest()).Points);
        Assert.Empty(view.Search(new SearchRequest { Vector = new float[2] }));
        Assert.Equal(UInt128.Zero, view.ContentDigest());
        Assert.InRange(store.MemoryBytes, 0, 1_024);
    }

    [Fact]
    public void The_last_occurrence_of_an_id_in_one_upsert_wins()
    {
        using var store = Shards.Of(Schema, Shards.Point(1, 1, 0), Shards.Point(2, 2, 0), Shards.Point(1, 3, 0));
        using var view = store.OpenView();
        Assert.Equal(2, view.Count);
        Assert.Equal([3f, 0f], view.Get([PointId.FromNumber(1)], PointFields.Vector)[0].Vector!.Value.ToArray());
    }

    [Fact]
    public void Operations_of_one_event_are_applied_in_their_order()
    {
        using var store = Shards.Of(Schema, Shards.Point(1, 1, 0));
        store.Apply(2, [new DeletePoints([PointId.FromNumber(1)]), new UpsertPoints([Shards.Point(1, 2, 0)])]);
        Assert.Equal(1, store.Count);
        store.Apply(3, [new UpsertPoints([Shards.Point(1, 3, 0), Shards.Point(2, 3, 0)]), new DeletePoints([PointId.FromNumber(1)])]);
        using var view = store.OpenView();
        Assert.Equal([PointId.FromNumber(2)], view.Scroll(new ScrollRequest()).Points.Select(record => record.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public void An_index_is_applied_once_and_none_is_left_out(long index)
    {
        using var store = Shards.Empty(Schema);
        store.ApplyAt(5, [new UpsertPoints([Shards.Point(1, 1, 0)])]);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Apply(index, [new UpsertPoints([Shards.Point(2, 1, 0)])]));
        Assert.Equal((5L, 1L), (store.AppliedIndex, store.Count));
    }

    [Fact]
    public void An_event_without_operations_moves_the_index()
    {
        using var store = Shards.Of(Schema, Shards.Point(1, 1, 0));
        store.ApplyAt(9);
        Assert.Equal((9L, 1L), (store.AppliedIndex, store.Count));
    }

    [Fact]
    public void An_operation_that_does_not_fit_is_refused_and_nothing_of_its_event_is_applied()
    {
        using var store = Shards.Of(Schema, Shards.Point(1, 1, 0));
        var digest = Shards.Digest(store);
        var delete = new DeletePoints([PointId.FromNumber(1)]);
        var error = Assert.Throws<InvalidRequestException>(() => store.Apply(2, [delete, new UpsertPoints([Shards.Point(2, 1, 2, 3)])]));
        Assert.Equal(("points[0].vector", "2 components", "3"), (error.Subject, error.Expected, error.Found));
        Assert.Throws<InvalidRequestException>(() => store.Apply(2, [delete, new UpsertPoints([Shards.Point(2, 1, float.NaN)])]));
        Assert.Throws<MalformedOperationException>(() => store.Apply(2, new byte[20]));
        Assert.Equal((1L, 1L, digest), (store.AppliedIndex, store.Count, Shards.Digest(store)));
        store.Apply(2, [delete]);
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void Requests_that_break_a_rule_are_refused()
    {
        using var store = Shards.Of(Schema, Shards.Point(1, 1, 0));
        using var view = store.OpenView();
        Assert.Throws<InvalidRequestException>(() => view.Search(new SearchRequest { Vector = new float[3] }));
        Assert.Throws<InvalidRequestException>(() => view.SearchBatch([]));
        Assert.Throws<InvalidRequestException>(() => view.Get([], PointFields.None));
        Assert.Throws<InvalidRequestException>(() => view.Scroll(new ScrollRequest { Limit = 0 }));
    }

    [Fact]
    public void Only_what_was_asked_for_is_in_an_answer()
    {
        using var store = Shards.Of(Schema, new Point(PointId.FromNumber(1), new float[] { 1, 2 }, Payload.Parse("{\"a\":1}")), Shards.Point(2, 0, 0));
        using var view = store.OpenView();
        var bare = view.Get([PointId.FromNumber(1)], PointFields.None)[0];
        Assert.True(bare is { Payload: null, Vector: null, Version: 1 });
        var full = view.Get([PointId.FromNumber(1)], PointFields.All)[0];
        Assert.Equal("{\"a\":1}", full.Payload!.ToString());
        Assert.Equal([1f, 2f], full.Vector!.Value.ToArray());
        Assert.Same(Payload.Empty, view.Get([PointId.FromNumber(2)], PointFields.Payload)[0].Payload);
    }

    [Fact]
    public void Get_answers_in_the_order_of_the_ids_and_as_often_as_asked()
    {
        using var store = Shards.Of(Schema, Shards.Point(1, 1, 0), Shards.Point(2, 1, 0));
        using var view = store.OpenView();
        PointId[] asked = [PointId.FromNumber(2), PointId.FromNumber(9), PointId.FromNumber(1), PointId.FromNumber(2)];
        Assert.Equal([asked[0], asked[2], asked[3]], view.Get(asked, PointFields.None).Select(record => record.Id));
    }

    [Fact]
    public void Scrolling_many_points_gives_each_once_in_order_while_more_are_written()
    {
        using var store = Shards.Empty(Schema);
        const int Count = 20_000;
        // 7,919 is prime: the ids come in a scattered order, each once, over the whole range of numbers.
        for (var i = 0; i < Count; i += 100)
        {
            var first = i;
            store.Apply(1 + (i / 100), [new UpsertPoints([.. Enumerable.Range(first, 100).Select(n => Shards.Point((ulong)(n * 7919L % Count), n, 0))])]);
            if (i % 1_000 == 0)
                _ = ScrollAll(store, limit: 64);
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(n => (ulong)n), ScrollAll(store, limit: 333));
        store.ApplyAt(10_000, [new DeletePoints([.. Enumerable.Range(0, Count / 2).Select(n => PointId.FromNumber((ulong)n * 2))])]);
        Assert.Equal(Enumerable.Range(0, Count / 2).Select(n => ((ulong)n * 2) + 1), ScrollAll(store, limit: 1_000));
    }

    [Fact]
    public void An_old_view_scrolls_its_own_points_after_a_newer_one_has_sorted_more()
    {
        using var store = Shards.Empty(Schema);
        store.Apply(1, [new UpsertPoints([.. Enumerable.Range(0, 3_000).Select(n => Shards.Point((ulong)n * 2, 1, 0))])]);
        using var old = store.OpenView();
        store.Apply(2, [new UpsertPoints([.. Enumerable.Range(0, 6_000).Select(n => Shards.Point((ulong)n, 2, 0))])]);
        Assert.Equal(6_000, ScrollAll(store, limit: 1_000).Count);
        var page = old.Scroll(new ScrollRequest { Limit = 10_000 });
        Assert.Equal(Enumerable.Range(0, 3_000).Select(n => (ulong)n * 2), page.Points.Select(record => record.Id.Number));
        Assert.Null(page.NextOffset);
    }

    [Fact]
    public void A_view_sees_its_index_after_its_rows_were_replaced_deleted_and_compacted()
    {
        using var store = Shards.Empty(Schema);
        store.Apply(1, [new UpsertPoints([Shards.Point(1, 1, 0), Shards.Point(2, 2, 0)])]);
        using var view = store.OpenView();
        var digest = view.ContentDigest();
        for (var i = 2; i < 50; i++)
        {
            store.Apply(i, [new UpsertPoints([Shards.Point(1, i, i), Shards.Point(2, i, i), Shards.Point((ulong)i, i, i)])]);
            if (i % 7 == 0)
                store.Flush().Compact().Checkpoint();
        }

        store.Apply(50, [new DeletePoints([.. Enumerable.Range(0, 50).Select(n => PointId.FromNumber((ulong)n))])]);
        Assert.Equal(0, store.Count);
        Assert.Equal((1L, 2L, digest), (view.Index, view.Count, view.ContentDigest()));
        Assert.Equal([1f, 2f], view.Scroll(new ScrollRequest { Fields = PointFields.Vector }).Points.Select(record => record.Vector!.Value.Span[0]));
        Assert.Equal(2, view.Search(new SearchRequest { Vector = new float[] { 1, 0 } }).Count);
    }

    [Fact]
    public void Statistics_count_live_points_dead_rows_and_open_views()
    {
        using var store = Shards.Of(Schema, Shards.Point(1, 1, 0), Shards.Point(2, 1, 0));
        store.Apply(2, [new UpsertPoints([Shards.Point(1, 2, 0)])]);
        var view = store.OpenView();
        Assert.Equal(new ShardStatistics(2, 2, 1, store.MemoryBytes, 1, 0, 0) { MutableBytes = store.MemoryBytes }, store.Statistics);
        view.Dispose();
        view.Dispose();
        Assert.Equal(0, store.Statistics.OpenViews);
    }

    [Fact]
    public void A_page_ends_before_it_is_too_large_and_has_at_least_one_point()
    {
        var payload = Payload.Parse($"{{\"text\":\"{new string('x', 1_000)}\"}}");
        using var store = Shards.Of(Schema, [.. Enumerable.Range(0, 10).Select(n => new Point(PointId.FromNumber((ulong)n), new float[2], payload))]);
        using var view = store.OpenView();
        var page = view.Scroll(new ScrollRequest { Limit = 10 }, bytesMax: 3_500);
        Assert.Equal((3, PointId.FromNumber(3)), (page.Points.Count, page.NextOffset));
        page = view.Scroll(new ScrollRequest { Limit = 10 }, bytesMax: 1);
        Assert.Equal((1, PointId.FromNumber(1)), (page.Points.Count, page.NextOffset));
        Assert.Equal(10, view.Scroll(new ScrollRequest { Limit = 10, Fields = PointFields.None }, bytesMax: 1).Points.Count);
    }

    [Fact]
    public void After_disposal_open_views_stay_readable_and_all_else_is_refused()
    {
        var store = Shards.Of(Schema, Shards.Point(1, 1, 0));
        var view = store.OpenView();
        store.Dispose();
        store.Dispose();
        Assert.Single(view.Scroll(new ScrollRequest()).Points);
        view.Dispose();
        Assert.Throws<ObjectDisposedException>(() => view.Count);
        Assert.Throws<ObjectDisposedException>(() => view.Get([default], PointFields.None));
        Assert.Throws<ObjectDisposedException>(() => view.Search(new SearchRequest { Vector = new float[2] }));
        Assert.Throws<ObjectDisposedException>(() => store.OpenView());
        Assert.Throws<ObjectDisposedException>(() => store.Apply(2, [new DeletePoints([default])]));
    }

    private static List<ulong> ScrollAll(ShardStore store, int limit)
    {
        using var view = store.OpenView();
        var ids = new List<ulong>();
        for (PointId? offset = PointId.FromNumber(0); offset is not null;)
        {
            var page = view.Scroll(new ScrollRequest { Offset = offset, Limit = limit, Fields = PointFields.None });
            ids.AddRange(page.Points.Select(record => record.Id.Number));
            offset = page.NextOffset;
        }

        return ids;
    }
}
