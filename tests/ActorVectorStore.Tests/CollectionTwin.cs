using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>
/// Seeded requests to a collection that nobody else uses, one after the other, against a dictionary that knows each answer.
/// </summary>
internal sealed class CollectionTwin(string name, ulong seed)
{
    private const int Steps = 250;
    private const int IdCount = 30;
    private const int ShardCount = 2;
    private const int Values = 5;

    private static readonly PinName Pin = PinName.Parse("then");

    private readonly CollectionSchema _schema = new(CollectionName.Parse(name), 2, Distance.Dot, ShardCount);
    private readonly SeededRandom _random = new(seed);
    private readonly Dictionary<PointId, Point> _points = [];
    private Dictionary<PointId, Point>? _pinned;

    public async Task LiveAsync(VectorDatabase database)
    {
        await database.CreateCollectionAsync(_schema);
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync(database);

            // Others' requests, and the one who puts shards away, come between.
            for (var pause = _random.Next(12); pause > 0; pause--)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>All of it is there, now and as it was when it was pinned, and nothing else.</summary>
    public async Task AssertHeldByAsync(VectorDatabase database)
    {
        await AssertSameAsync(database, _points, asOf: null);
        if (_pinned is not null)
        {
            await AssertSameAsync(database, _pinned, new AsOfPin(Pin));
        }
    }

    private async Task AssertSameAsync(VectorDatabase database, Dictionary<PointId, Point> points, AsOf? asOf)
    {
        Assert.Equal(points.Count, await database.CountAsync(_schema.Name, asOf: asOf));
        var page = await database.ScrollAsync(_schema.Name, new ScrollRequest { Limit = IdCount, Fields = PointFields.All }, asOf);
        Assert.Equal(points.Values.OrderBy(point => point.Id), page.Points.Select(record => new Point(record.Id, record.Vector!.Value, record.Payload)));
        var wanted = _random.Next(Values);
        var passing = points.Values.Count(point => point.Payload.ToString().Contains($"\"n\":{wanted},", StringComparison.Ordinal));
        Assert.Equal(passing, await database.CountAsync(_schema.Name, Filter.AllOf(Filter.Field("n").Is(wanted)), asOf));
    }

    private Task StepAsync(VectorDatabase database) => _random.Next(11) switch
    {
        < 4 => UpsertAsync(database),
        4 => DeleteAsync(database),
        5 => AssertHeldByAsync(database),
        6 => SearchAsync(database),
        7 => CompactOrNotAsync(database),
        8 => PinOrReleaseAsync(database),
        _ => GetAsync(database),
    };

    private async Task UpsertAsync(VectorDatabase database)
    {
        Point[] points = [.. Ids().Select(id => new Point(id, new[] { (float)_random.NextDouble(), 1 }, Payload.Parse($$"""{"n":{{_random.Next(Values)}},"text":"{{new string('x', _random.Next(200))}}"}""")))];
        await database.UpsertAsync(_schema.Name, points);
        foreach (var point in points)
        {
            _points[point.Id] = point;
        }
    }

    private async Task DeleteAsync(VectorDatabase database)
    {
        var ids = Ids();
        await database.DeleteAsync(_schema.Name, ids);
        Array.ForEach(ids, id => _points.Remove(id));
    }

    private async Task GetAsync(VectorDatabase database)
    {
        var ids = Ids();
        var found = await database.GetAsync(_schema.Name, ids, PointFields.All);
        Assert.Equal(
            ids.Where(_points.ContainsKey).Select(id => _points[id]),
            found.Select(record => new Point(record.Id, record.Vector!.Value, record.Payload)));
    }

    private async Task SearchAsync(VectorDatabase database)
    {
        var found = await database.SearchAsync(_schema.Name, new SearchRequest { Vector = new[] { 1f, 0 }, Limit = 1 });
        Assert.Equal(_points.Values.Select(point => point.Vector.Span[0]).DefaultIfEmpty().Max(), found.Select(hit => hit.Score).FirstOrDefault(), 1e-6);
        if (_points.Count == 0)
            return;

        // By one of the points, and among all of them again: in stages, and in groups.
        var (by, all) = (_points.Keys.ElementAt(_random.Next(_points.Count)), new Prefetch { Query = new NearestQuery(VectorInput.Of(new[] { 1f, 0 })), Limit = IdCount });
        var others = await database.QueryAsync(_schema.Name, new QueryRequest { Query = new NearestQuery(VectorInput.Of(by)), Prefetches = [all], Limit = IdCount, Fields = PointFields.None });
        Assert.Equal(_points.Keys.Where(id => id != by).Order(), others.Select(hit => hit.Id).Order());
        var groups = await database.QueryGroupsAsync(_schema.Name, new QueryGroupsRequest { Query = all.Query, GroupBy = PayloadPath.Parse("n"), Limit = Values, GroupSize = IdCount });
        Assert.Equal(_points.Keys.Order(), groups.SelectMany(group => group.Hits).Select(hit => hit.Id).Order());
    }

    private async Task PinOrReleaseAsync(VectorDatabase database)
    {
        if (_pinned is null)
        {
            await database.PinAsync(_schema.Name, Pin);
            _pinned = new(_points);
        }
        else if (_random.Chance(0.3))
        {
            await database.ReleasePinAsync(_schema.Name, Pin);
            _pinned = null;
        }
    }

    private Task CompactOrNotAsync(VectorDatabase database) => _random.Chance(0.3) ? database.CompactAsync(_schema.Name) : Task.CompletedTask;

    private PointId[] Ids() => [.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => PointId.FromNumber((ulong)_random.Next(IdCount))).Distinct()];
}
