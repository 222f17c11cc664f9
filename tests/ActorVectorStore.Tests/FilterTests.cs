using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>Filters through the front door, over several shards, against lists of all points.</summary>
public sealed class FilterTests : IAsyncLifetime
{
    private const int PointCount = 400;

    private static readonly CollectionName Words = Workload.Schema.Name;
    private static readonly string[] Cities = ["Rome", "Paris", "Oslo", "Lima"];

    private readonly SimulatedFileSystem _disk = new();
    private readonly Point[] _points = [.. Enumerable.Range(0, PointCount).Select(NewPoint)];
    private VectorDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await SimulatedDatabase.CreateAsync(_disk);
        foreach (var batch in _points.Chunk(50))
            await _database.UpsertAsync(Words, batch);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public static TheoryData<string> Names => [.. Cases.Keys];

    // Each with the same said of the number that a point was made of.
    private static Dictionary<string, (Filter Filter, Func<int, bool> Takes)> Cases { get; } = new()
    {
        ["all"] = (new Filter(), _ => true),
        ["none"] = (Filter.AllOf(Filter.Field("n").LessThan(0)), _ => false),
        ["one"] = (Filter.AllOf(Filter.Field("n").Is(123)), n => n == 123),
        ["a city"] = (Filter.AllOf(Filter.Field("address.city").Is("Rome")), n => n % 4 == 0),
        ["few of a city"] = (
            Filter.AllOf(Filter.Field("address.city").IsAnyOf("Rome", "Oslo"), Filter.Field("n").Between(100, 130), Filter.NoneOf(Filter.Field("tags").Is("t1"))),
            n => n % 2 == 0 && n is >= 100 and <= 130 && n % 3 != 1),
        ["one element"] = (
            Filter.AllOf(Filter.Nested("items", Filter.Field("x").Is(5), Filter.Field("y").Is(1))), n => n % 10 == 5 && n % 2 == 1),
        ["ids"] = (
            Filter.AnyOf(Filter.HasId(PointId.FromNumber(7), PointId.FromNumber(9_999)), Filter.Field("n").GreaterThan(396)), n => n is 7 or > 396),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Search_scroll_and_count_see_exactly_the_points_that_pass(string name)
    {
        var (filter, takes) = Cases[name];
        var expected = Enumerable.Range(0, PointCount).Where(takes).Select(n => PointId.FromNumber((ulong)n)).ToArray();
        Assert.Equal(expected.Length, await _database.CountAsync(Words, filter));
        Assert.Equal(expected, await ScrollAsync(filter));

        // The query is beside point 0: the nearest are those of the smallest numbers.
        var request = new SearchRequest { Vector = new float[] { -1, 0, 0, 0 }, Limit = 10, Filter = filter };
        Assert.Equal(expected.Take(10), Ids(await _database.SearchAsync(Words, request)));
        Assert.Equal(expected.Skip(3).Take(500), Ids(await _database.SearchAsync(Words, request with { Offset = 3, Limit = 500 })));
        var batch = await _database.SearchBatchAsync(Words, [request with { Filter = null }, request, request with { Limit = 1 }]);
        Assert.Equal(_points.Take(10).Select(point => point.Id), Ids(batch[0]));
        Assert.Equal(expected.Take(10), Ids(batch[1]));
        Assert.Equal(expected.Take(1), Ids(batch[2]));
    }

    [Fact]
    public async Task A_filter_follows_what_is_written()
    {
        var filter = Cases["a city"].Filter;
        var before = await _database.CountAsync(Words, filter);
        await _database.UpsertAsync(Words, [new Point(_points[0].Id, _points[0].Vector)]);
        await _database.DeleteAsync(Words, [_points[4].Id]);
        Assert.Equal(before - 2, await _database.CountAsync(Words, filter));
        Assert.Equal(PointId.FromNumber(8), (await ScrollAsync(filter))[0]);
    }

    [Fact]
    public async Task Cancelled_reads_with_a_filter_end()
    {
        var cancelled = new CancellationToken(canceled: true);
        var filter = Cases["none"].Filter;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.CountAsync(Words, filter, cancellationToken: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.ScrollAsync(Words, new ScrollRequest { Filter = filter }, cancellationToken: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _database.SearchAsync(Words, new SearchRequest { Vector = new float[4], Filter = filter }, cancellationToken: cancelled));
    }

    private async Task<List<PointId>> ScrollAsync(Filter filter)
    {
        var seen = new List<PointId>();
        PointId? offset = null;
        do
        {
            var page = await _database.ScrollAsync(Words, new ScrollRequest { Offset = offset, Limit = 9, Filter = filter });
            Assert.True(page.NextOffset is null || page.Points.Count == 9);
            seen.AddRange(page.Points.Select(point => point.Id));
            offset = page.NextOffset;
        }
        while (offset is not null);
        return seen;
    }

    private static IEnumerable<PointId> Ids(IReadOnlyList<ScoredPoint> hits) => hits.Select(hit => hit.Id);

    private static Point NewPoint(int n) => new(
        PointId.FromNumber((ulong)n),
        new float[] { n, 0, 0, 0 },
        Payload.Parse(
            $$$"""{"n":{{{n}}},"address":{"city":"{{{Cities[n % 4]}}}"},"tags":["t{{{n % 3}}}","all"],"items":[{"x":{{{n % 10}}},"y":{{{n % 2}}}},{"x":-1,"y":1}]}"""));
}
