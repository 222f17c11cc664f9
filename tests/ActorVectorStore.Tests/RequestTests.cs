using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>What single requests give and refuse, on a simulated disk.</summary>
public sealed class RequestTests : IAsyncLifetime
{
    private static readonly CollectionName Words = Workload.Schema.Name;
    private readonly SimulatedFileSystem _disk = new();
    private VectorDatabase _database = null!;

    public async Task InitializeAsync() => _database = await SimulatedDatabase.CreateAsync(_disk);

    public async Task DisposeAsync() => await _database.DisposeAsync();

    private static Point PointOf(ulong id, params float[] vector) => new(PointId.FromNumber(id), vector);

    [Fact]
    public async Task A_batch_with_one_bad_point_is_refused_whole()
    {
        var good = PointOf(1, 1, 2, 3, 4);
        var infinite = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _database.UpsertAsync(Words, [good, PointOf(2, 1, float.PositiveInfinity, 3, 4)]));
        Assert.Equal(("points[1].vector", "finite components"), (infinite.Subject, infinite.Expected));
        var missing = await Assert.ThrowsAsync<InvalidRequestException>(() => _database.UpsertAsync(Words, [good, null!]));
        Assert.Equal("points[1]", missing.Subject);
        Assert.Equal(0, await _database.CountAsync(Words));
    }

    [Fact]
    public async Task A_batch_beyond_the_limits_is_refused_whole_and_says_the_limit()
    {
        var tooMany = Enumerable.Range(0, ModelLimits.PointsPerBatchMax + 1).Select(n => PointOf((ulong)n, 1, 2, 3, 4)).ToArray();
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _database.UpsertAsync(Words, tooMany));
        Assert.Equal(("1 to 65536", "65537"), (error.Expected, error.Found));
        var large = Payload.Parse($"{{\"text\":\"{new string('x', 4_000_000)}\"}}");
        var tooLarge = Enumerable.Range(0, 9).Select(n => new Point(PointId.FromNumber((ulong)n), new float[4], large)).ToArray();
        await Assert.ThrowsAsync<InvalidRequestException>(() => _database.UpsertAsync(Words, tooLarge));
        Assert.Equal(0, await _database.CountAsync(Words));
    }

    [Fact]
    public async Task A_batch_of_searches_finds_what_comparing_with_every_point_finds()
    {
        var workload = new Workload(11);
        for (var step = 0; step < 60; step++)
        {
            await workload.StepAsync(_database);
        }

        var random = new SeededRandom(12);
        var requests = Enumerable.Range(0, 20).Select(_ => new SearchRequest
        {
            Vector = Enumerable.Range(0, Workload.Dimension).Select(_ => (float)random.NextDouble() - 0.5f).ToArray(),
            Offset = random.Next(5),
            Limit = 1 + random.Next(20),
        }).ToArray();
        var answers = await _database.SearchBatchAsync(Words, requests);
        for (var i = 0; i < requests.Length; i++)
        {
            var query = requests[i];
            var expected = workload.Points.OrderBy(point => SquaredDistance(point, query)).ThenBy(point => point.Id)
                .Skip(query.Offset).Take(query.Limit).Select(point => point.Id);
            Assert.Equal(expected, answers[i].Select(hit => hit.Id));
            Assert.Equal(answers[i].Select(hit => hit.Id), (await _database.SearchAsync(Words, query)).Select(hit => hit.Id));
        }
    }

    [Fact]
    public async Task A_scroll_ends_a_page_before_it_is_too_large_and_misses_nothing()
    {
        var large = Payload.Parse($"{{\"text\":\"{new string('x', 4_000_000)}\"}}");
        foreach (var batch in Enumerable.Range(0, 20).Chunk(5))
        {
            await _database.UpsertAsync(Words, [.. batch.Select(n => new Point(PointId.FromNumber((ulong)n), new float[4], large))]);
        }

        var seen = new List<ulong>();
        PointId? offset = null;
        do
        {
            var page = await _database.ScrollAsync(Words, new ScrollRequest { Offset = offset, Limit = 1_000 });
            Assert.InRange(page.Points.Count, 1, 18);
            seen.AddRange(page.Points.Select(point => point.Id.Number));
            offset = page.NextOffset;
        }
        while (offset is not null);
        Assert.Equal(Enumerable.Range(0, 20).Select(n => (ulong)n), seen);
    }

    [Fact]
    public async Task Writes_that_meet_a_drop_end_and_a_new_collection_of_the_name_is_empty()
    {
        for (var round = 0; round < 5; round++)
        {
            var writes = Enumerable.Range(0, 20).Select(n => Task.Run(() => _database.UpsertAsync(Words, [PointOf((ulong)n, 1, 2, 3, 4)]))).ToArray();
            await _database.DropCollectionAsync(Words);
            foreach (var write in writes)
            {
                var error = await Record.ExceptionAsync(() => write);
                Assert.True(error is null or CollectionNotFoundException or StoreUnavailableException, error?.ToString());
            }

            await _database.CreateCollectionAsync(Workload.Schema);
            Assert.Equal(0, await _database.CountAsync(Words));
        }
    }

    [Fact]
    public async Task Health_says_what_each_shard_holds_and_that_snapshots_succeed()
    {
        var workload = new Workload(13);
        for (var step = 0; step < 60; step++)
        {
            await workload.StepAsync(_database);
        }

        var health = _database.HealthOf(Words);
        Assert.Equal(workload.Points.Count, health.Sum(shard => shard.Statistics!.LivePoints));
        Assert.All(health, shard => Assert.Null(shard.LastUpkeepFailure));
    }

    private static float SquaredDistance(Point point, SearchRequest query)
    {
        var sum = 0f;
        for (var i = 0; i < Workload.Dimension; i++)
        {
            var difference = point.Vector.Span[i] - query.Vector.Span[i];
            sum += difference * difference;
        }

        return sum;
    }
}
