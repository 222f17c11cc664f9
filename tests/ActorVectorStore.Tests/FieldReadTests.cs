using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>Ordered scrolls and facets through the front door, over several shards, against lists of all points.</summary>
public sealed class FieldReadTests : IAsyncLifetime
{
    private const int PointCount = 300;

    private static readonly CollectionName Words = Workload.Schema.Name;
    private static readonly PayloadPath Number = PayloadPath.Parse("n");
    private static readonly PayloadPath Tag = PayloadPath.Parse("tags");
    private static readonly Filter Even = Filter.AllOf(Filter.Field("even").Is(true));

    private readonly SimulatedFileSystem _disk = new();
    private VectorDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await SimulatedDatabase.CreateAsync(_disk);
        await _database.CreatePayloadIndexAsync(Words, new PayloadIndex(Number, PayloadIndexKind.Integer));
        await _database.CreatePayloadIndexAsync(Words, new PayloadIndex(Tag, PayloadIndexKind.Keyword));
        foreach (var batch in Enumerable.Range(0, PointCount).Chunk(50))
            await _database.UpsertAsync(Words, [.. batch.Select(NewPoint)]);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData(OrderDirection.Ascending, false, 10)]
    [InlineData(OrderDirection.Ascending, true, 1_000)]
    [InlineData(OrderDirection.Descending, false, 1_000)]
    [InlineData(OrderDirection.Descending, true, 7)]
    public async Task A_page_in_the_order_of_a_field_is_that_of_one_list_of_all_shards(OrderDirection direction, bool isFiltered, int limit)
    {
        var expected = Enumerable.Range(0, PointCount).Where(n => !isFiltered || n % 2 == 0).Select(n => (Value: ValueOf(n), Id: (ulong)n)).Order().ToList();
        if (direction == OrderDirection.Descending)
            expected.Reverse();
        var request = new ScrollRequest { OrderBy = new OrderBy(Number) { Direction = direction }, Filter = isFiltered ? Even : null, Limit = limit, Fields = PointFields.All };
        var page = await _database.ScrollAsync(Words, request);
        Assert.Equal(expected.Take(limit), Entries(page));
        Assert.Null(page.NextOffset);
        Assert.All(page.Points, point => Assert.Equal(NewPoint((int)point.Id.Number).Payload, point.Payload));
        Assert.All(page.Points, point => Assert.Equal(point.Id.Number, point.Vector!.Value.Span[0]));
        var start = await _database.ScrollAsync(Words, request with { OrderBy = request.OrderBy with { StartFrom = new OrderFloat(20.5) } });
        Assert.Equal(expected.Where(entry => direction == OrderDirection.Descending ? entry.Value <= 20 : entry.Value > 20).Take(limit), Entries(start));
    }

    [Fact]
    public async Task Facets_are_counted_over_all_shards_whatever_is_frequent_in_each()
    {
        // Each shard has a value of its own three times, and all of them have one twice: no shard's best is the best of all.
        var ofShard = new int[Workload.Schema.ShardCount];
        var points = new List<Point>();
        for (var n = 1_000UL; ofShard.Any(count => count < 5); n++)
        {
            var shard = ShardRouting.ShardOf(PointId.FromNumber(n), Workload.Schema.ShardCount);
            if (ofShard[shard]++ < 5)
                points.Add(new Point(PointId.FromNumber(n), new float[4], Payload.Parse($"{{\"tags\":\"{(ofShard[shard] <= 3 ? $"own{shard}" : "shared")}\",\"own\":true}}")));
        }

        await _database.UpsertAsync(Words, points);
        await _database.CreatePayloadIndexAsync(Words, new PayloadIndex(PayloadPath.Parse("own"), PayloadIndexKind.Bool));
        var request = new FacetRequest { Path = Tag, Limit = 1, Filter = Filter.AllOf(Filter.Field("own").Is(true)) };
        Assert.Equal([new FacetHit(new FacetText("shared"), 6)], await _database.FacetAsync(Words, request));
        Assert.Equal(
            [new FacetHit(new FacetText("shared"), 6), .. Enumerable.Range(0, ofShard.Length).Select(shard => new FacetHit(new FacetText($"own{shard}"), 3))],
            await _database.FacetAsync(Words, request with { Limit = 10 }));
        Assert.Equal([new FacetHit(new FacetBool(true), points.Count)], await _database.FacetAsync(Words, new FacetRequest { Path = PayloadPath.Parse("own") }));
    }

    [Fact]
    public async Task Both_follow_what_is_written_and_a_pin_keeps_what_was()
    {
        var (order, facet) = (new ScrollRequest { OrderBy = new OrderBy(Number), Limit = 1_000, Fields = PointFields.None }, new FacetRequest { Path = Tag, Limit = 1_000 });
        var (page, hits) = (await _database.ScrollAsync(Words, order), await _database.FacetAsync(Words, facet));
        var pin = PinName.Parse("then");
        await _database.PinAsync(Words, pin);
        await _database.DeleteAsync(Words, [PointId.FromNumber(5), PointId.FromNumber(11)]);
        await _database.UpsertAsync(Words, [new Point(PointId.FromNumber(7), new float[4], Payload.Parse("""{"n":-1,"tags":["new"]}"""))]);
        await _database.CompactAsync(Words);
        var now = await _database.ScrollAsync(Words, order);
        Assert.Equal((-1L, 7UL), Entries(now).First());
        Assert.Equal(page.Points.Count - 2, now.Points.Count);
        Assert.Contains(new FacetHit(new FacetText("new"), 1), await _database.FacetAsync(Words, facet));
        Assert.Equal(page.Points, (await _database.ScrollAsync(Words, order, new AsOfPin(pin))).Points);
        Assert.Equal(hits, await _database.FacetAsync(Words, facet, new AsOfPin(pin)));
    }

    [Fact]
    public async Task Fields_without_an_index_and_unknown_pins_are_refused_and_cancelled_requests_end()
    {
        var (order, facet) = (new ScrollRequest { OrderBy = new OrderBy(Tag) }, new FacetRequest { Path = Number });
        Assert.Equal("order by", (await Assert.ThrowsAsync<InvalidRequestException>(() => _database.ScrollAsync(Words, order))).Subject);
        Assert.Equal("facet", (await Assert.ThrowsAsync<InvalidRequestException>(() => _database.FacetAsync(Words, facet with { Path = PayloadPath.Parse("even") }))).Subject);
        Assert.Equal("limit", (await Assert.ThrowsAsync<InvalidRequestException>(() => _database.FacetAsync(Words, facet with { Limit = 0 }))).Subject);
        Assert.Equal("pin", (await Assert.ThrowsAsync<InvalidRequestException>(() => _database.FacetAsync(Words, facet, new AsOfPin(PinName.Parse("none"))))).Subject);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.FacetAsync(Words, facet, cancellationToken: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.ScrollAsync(Words, order with { OrderBy = new OrderBy(Number) }, cancellationToken: cancelled));
        Assert.Equal(0, _database.HealthOf(Words).Sum(shard => shard.Statistics!.OpenViews));
    }

    private static IEnumerable<(long Value, ulong Id)> Entries(ScrollPage page) => page.Points.Select(point => (((OrderInteger)point.OrderValue!).Value, point.Id.Number));

    private static long ValueOf(int n) => n * 17 % 40;

    private static Point NewPoint(int n) => new(
        PointId.FromNumber((ulong)n), new float[] { n, 0, 0, 0 }, Payload.Parse($$"""{"n":{{ValueOf(n)}},"even":{{(n % 2 == 0 ? "true" : "false")}},"tags":["t{{n % 3}}","u{{n % 50}}","all"]}"""));
}
