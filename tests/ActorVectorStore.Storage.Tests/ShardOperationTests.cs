using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Operations that ask the state: what becomes of it and what comes of them, with the points in memory, in a file, and in a file with indexes.</summary>
public sealed class ShardOperationTests
{
    private const int Dimension = 2;

    public enum Place
    {
        Memory,
        File,
        IndexedFile,
    }

    [Theory]
    [InlineData(Place.Memory)]
    [InlineData(Place.File)]
    [InlineData(Place.IndexedFile)]
    public void A_version_is_the_index_that_wrote_the_point_and_0_asks_that_there_is_none(Place place)
    {
        using var store = Three(place);
        var index = store.AppliedIndex;
        Assert.Equal([new(2, 2)], Apply(store, IfVersion([1, 2, 4, 5], index, index - 1, 0, 7)));
        Assert.Equal((index + 1, index, index + 1), (VersionOf(store, 1), VersionOf(store, 2), VersionOf(store, 4)));
        store.Apply(index + 2, [new DeletePoints([Id(1)])]);
        Assert.Equal([new(0, 1)], Apply(store, IfVersion([1], index + 1)));
        Assert.Equal([new(1, 0)], Apply(store, IfVersion([1], 0)));
        Assert.Equal(index + 4, VersionOf(store, 1));
    }

    [Theory]
    [InlineData(Place.Memory)]
    [InlineData(Place.File)]
    [InlineData(Place.IndexedFile)]
    public void A_point_that_was_written_earlier_in_the_event_has_the_events_index_as_its_version(Place place)
    {
        using var store = Three(place);
        var next = store.AppliedIndex + 1;
        var outcomes = Apply(
            store,
            new UpsertPoints([Point(1, "first")]),
            IfVersion([1, 1], next, next - 1),
            IfVersion([9, 9], 0, next),
            new SetPayload(new PointsById([Id(2)]), Payload.Parse("""{"set":1}""")),
            IfVersion([2], next - 1),
            new DeletePoints([Id(3), Id(3)]),
            IfVersion([3], next - 1),
            IfVersion([3], 0));
        Assert.Equal([new(1, 0), new(1, 1), new(2, 0), new(1, 0), new(0, 1), new(2, 0), new(0, 1), new(1, 0)], outcomes);
        Assert.Equal((next, next, next, next, 4L), (VersionOf(store, 1), VersionOf(store, 2), VersionOf(store, 3), VersionOf(store, 9), store.Count));
    }

    [Theory]
    [InlineData(Place.Memory)]
    [InlineData(Place.File)]
    [InlineData(Place.IndexedFile)]
    public void What_must_be_absent_is_only_inserted_and_what_must_be_present_is_only_replaced(Place place)
    {
        using var store = Three(place);
        Assert.Equal([new(1, 2)], Apply(store, new ConditionalUpsert([Point(1, "new"), Point(4, "new"), Point(4, "newer")], new IfAbsent())));
        Assert.Equal(("one", "new"), (NameOf(store, 1), NameOf(store, 4)));
        Assert.Equal([new(1, 1)], Apply(store, new ConditionalUpsert([Point(1, "new"), Point(5, "new")], new IfPresent())));
        Assert.Equal(("new", null), (NameOf(store, 1), NameOf(store, 5)));
    }

    [Theory]
    [InlineData(Place.Memory)]
    [InlineData(Place.File)]
    [InlineData(Place.IndexedFile)]
    public void A_point_that_exists_is_replaced_if_it_matches_and_one_that_does_not_is_inserted_unless_that_is_unwanted(Place place)
    {
        using var store = Three(place);
        var isOne = new IfMatches(NameIs("one"));
        Point[] points = [Point(1, "new"), Point(2, "new"), Point(4, "new")];
        Assert.Equal([new(1, 2)], Apply(store, new ConditionalUpsert(points, isOne with { InsertsAbsent = false })));
        Assert.Equal(("new", "two", null), (NameOf(store, 1), NameOf(store, 2), NameOf(store, 4)));
        Assert.Equal([new(1, 2)], Apply(store, new ConditionalUpsert(points, isOne)));
        Assert.Equal(("new", "two", "new"), (NameOf(store, 1), NameOf(store, 2), NameOf(store, 4)));
    }

    [Theory]
    [InlineData(Place.Memory)]
    [InlineData(Place.File)]
    [InlineData(Place.IndexedFile)]
    public void A_filter_sees_what_the_operations_before_it_have_made_of_the_points(Place place)
    {
        using var store = Three(place);
        var outcomes = Apply(
            store,
            new OverwritePayload(new PointsMatching(NameIs("one")), Payload.Parse("""{"name":"two"}""")),
            new SetPayload(new PointsMatching(NameIs("two")), Payload.Parse("""{"seen":true}""")),
            new DeleteMatching(NameIs("one")),
            new UpsertPoints([Point(4, "three"), Point(3, "gone")]),
            new DeleteMatching(NameIs("three")),
            new ClearPayload(new PointsMatching(new Filter())));
        Assert.Equal([new(1, 0), new(2, 0), new(0, 0), new(2, 0), new(1, 0), new(3, 0)], outcomes);
        using var view = store.OpenView();
        Assert.Equal([Id(1), Id(2), Id(3)], view.Scroll(new ScrollRequest { Fields = PointFields.Payload }).Points.Select(point => point.Id));
        Assert.All(view.Scroll(new ScrollRequest { Fields = PointFields.Payload }).Points, point => Assert.Equal((Payload.Empty, view.Index), (point.Payload, point.Version)));
    }

    [Theory]
    [InlineData(Place.Memory)]
    [InlineData(Place.File)]
    [InlineData(Place.IndexedFile)]
    public void An_edit_that_would_break_a_limit_leaves_the_point_and_changes_the_others(Place place)
    {
        using var store = Three(place);
        var large = $$"""{"name":"large","text":"{{new string('x', ModelLimits.PayloadBytesMax - 100)}}"}""";
        Apply(store, new UpsertPoints([new Point(Id(4), new float[] { 4, 4 }, Payload.Parse(large))]));
        var version = store.AppliedIndex;
        var more = Payload.Parse($$"""{"more":"{{new string('y', 100)}}"}""");
        Assert.Equal([new(3, 1)], Apply(store, new SetPayload(new PointsMatching(new Filter()), more)));
        Assert.Equal([new(1, 1)], Apply(store, new SetPayload(new PointsById([Id(4), Id(1), Id(9), Id(4)]), more)));
        Assert.Equal((version, version + 2, version + 1), (VersionOf(store, 4), VersionOf(store, 1), VersionOf(store, 2)));
        using var view = store.OpenView();
        Assert.Equal(large, view.Get([Id(4)], PointFields.Payload)[0].Payload!.ToString());
    }

    [Theory]
    [InlineData(Place.Memory)]
    [InlineData(Place.File)]
    [InlineData(Place.IndexedFile)]
    public void A_change_of_payloads_that_would_copy_too_much_is_refused_whole_whoever_chose_the_points(Place place)
    {
        // Three rows of 64 bytes, and new payloads of 7 bytes.
        const int Bytes = 3 * (64 + 7);
        var payload = Payload.Parse("""{"a":1}""");
        foreach (PointSelection all in (PointSelection[])[new PointsMatching(new Filter()), new PointsById([Id(1), Id(2), Id(3)])])
        {
            using var small = Three(place, new ShardStoreOptions { CopiedBytesMax = Bytes - 1 });
            var digest = Shards.Digest(small);
            Assert.Equal([new(0, 3, IsTooLarge: true)], Apply(small, new OverwritePayload(all, payload)));
            Assert.Equal(digest, Shards.Digest(small));
            Assert.Equal([new(3, 0)], Apply(small, new ClearPayload(all)));
            Assert.Equal([new(3, 0)], Apply(small, new DeleteMatching(new Filter())));
            using var enough = Three(place, new ShardStoreOptions { CopiedBytesMax = Bytes });
            Assert.Equal([new(3, 0)], Apply(enough, new OverwritePayload(all, payload)));
        }
    }

    [Fact]
    public void The_changes_of_one_event_share_what_may_be_copied()
    {
        using var store = Three(Place.Memory, new ShardStoreOptions { CopiedBytesMax = 5 * 64 });
        var all = new ClearPayload(new PointsById([Id(1), Id(2), Id(3)]));
        Assert.Equal([new(3, 0), new(0, 3, IsTooLarge: true)], Apply(store, all, all));
        Assert.Equal([new(3, 0)], Apply(store, all));
    }

    [Fact]
    public void A_small_request_for_gigabytes_is_refused_before_they_are_there()
    {
        using var store = Shards.Empty(Shards.Schema(2));
        store.Apply(1, [new UpsertPoints([.. Enumerable.Range(0, 1_000).Select(n => Shards.Point((ulong)n, 1, 1))])]);
        var large = Payload.Parse($$"""{"a":"{{new string('x', 4_000_000)}}"}""");
        var memory = store.MemoryBytes;
        var outcome = store.Apply(2, [new OverwritePayload(new PointsById([.. Enumerable.Range(0, 1_000).Select(n => PointId.FromNumber((ulong)n))]), large)]);
        Assert.Equal([new(0, 1_000, IsTooLarge: true)], outcome);
        Assert.Equal(memory, store.MemoryBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_event_of_plain_upserts_allocates_a_bounded_number_of_bytes_for_each_point(bool replaces)
    {
        const int Events = 8;
        const int Points = 1_000;
        var batches = Enumerable.Range(0, Events + 2).Select(batch => new ShardOperation[]
        {
            new UpsertPoints([.. Enumerable.Range(replaces ? 0 : batch * Points, Points).Select(n => Point((ulong)n, "one"))]),
        }).ToArray();
        using var store = Shards.Empty(Shards.Schema(Dimension));
        store.Apply(1, batches[0]);
        store.Apply(2, batches[1]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2; i < batches.Length; i++)
            store.Apply(i + 1, batches[i]);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (Events * Points), 64, 384);
    }

    private static ShardStore Three(Place place, ShardStoreOptions? options = null)
    {
        var store = Shards.Empty(Shards.Schema(Dimension), options);
        store.Apply(1, place == Place.IndexedFile ? [new CreatePayloadIndex(new PayloadIndex(PayloadPath.Parse("name"), PayloadIndexKind.Keyword))] : []);
        store.Apply(2, []);
        store.Apply(3, [new UpsertPoints([Point(1, "one"), Point(2, "two"), Point(3, "three")])]);
        return place == Place.Memory ? store : store.Flush();
    }

    private static IReadOnlyList<OperationOutcome> Apply(ShardStore store, params ShardOperation[] operations) => store.Apply(store.AppliedIndex + 1, operations);

    private static ConditionalUpsert IfVersion(ulong[] ids, params long[] versions) => new([.. ids.Select(id => Point(id, "conditional"))], new IfVersion(versions));

    private static Filter NameIs(string name) => Filter.AllOf(Filter.Field("name").Is(name));

    private static PointId Id(ulong number) => PointId.FromNumber(number);

    private static Point Point(ulong id, string name) => new(Id(id), new float[] { id, 1 }, Payload.Parse($$"""{"name":"{{name}}"}"""));

    private static long? VersionOf(ShardStore store, ulong id) => Find(store, id)?.Version;

    private static string? NameOf(ShardStore store, ulong id) => Find(store, id)?.Payload!.ToElement().GetProperty("name").GetString();

    private static PointRecord? Find(ShardStore store, ulong id)
    {
        using var view = store.OpenView();
        return view.Get([Id(id)], PointFields.Payload).SingleOrDefault();
    }
}
