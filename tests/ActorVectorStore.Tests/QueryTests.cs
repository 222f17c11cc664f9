using ActorVectorStore.Model;
using ActorVectorStore.Storage.Tests;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Tests;

/// <summary>Queries of every kind through the front door, over several shards, against lists of all points.</summary>
public sealed class QueryTests
{
    private static readonly PinName Pin = PinName.Parse("then");

    private static readonly Gen<(Point[] First, ShardOperation[] Log, int[] Upkeep, int ShardCount)> Life = Gen.Select(
        QueryGens.WholePoints, QueryGens.Operation.Array[0, 8], Gen.Int[0, 3].Array[8], Gen.OneOf(1, 2, 5), (first, log, upkeep, shardCount) => (first, log, upkeep, shardCount));

    private static readonly Gen<QueryGroupsRequest> Groups = Gen.Select(
        QueryGens.Request(QueryGens.Id, depth: 1), QueryGens.GroupPath, Gen.OneOf(1, 2, 3, 30), Gen.OneOf(1, 2, 50), (request, path, limit, size) => new QueryGroupsRequest
        {
            Query = request.Query,
            Using = request.Using,
            Filter = request.Filter,
            ScoreThreshold = request.ScoreThreshold,
            Prefetches = request.Prefetches,
            GroupBy = path,
            Limit = limit,
            GroupSize = size,
            Fields = PointFields.None,
        });

    [Fact]
    public Task Queries_with_prefetches_fusions_and_picks_give_what_the_twin_gives_over_any_number_of_shards_now_and_at_a_pin() =>
        Gen.Select(Life, QueryGens.Request(QueryGens.Id, depth: 2).Array[1, 12]).SampleAsync(
            async (life, requests) => await LiveAsync(life, async (database, twin, asOf) =>
            {
                var possible = new List<QueryRequest>();
                foreach (var request in requests)
                {
                    if (twin.HasInputs(request))
                        possible.Add(request);
                    else
                        await Assert.ThrowsAsync<InvalidRequestException>(() => database.QueryAsync(Name, request, asOf));
                }

                foreach (var request in possible)
                    AssertSame(twin.Run(request), await database.QueryAsync(Name, request, asOf));
                if (possible.Count == 0)
                    return;
                var answers = await database.QueryBatchAsync(Name, possible, asOf);
                Assert.All(possible.Zip(answers), pair => AssertSame(twin.Run(pair.First), pair.Second));
            }),
            iter: LongRuns.AreWanted ? 1_000 : 50,
            threads: 1);

    [Fact]
    public Task Groups_are_those_of_the_twin_and_never_fewer_over_any_number_of_shards_now_and_at_a_pin() =>
        Gen.Select(Life, Groups.Array[1, 12]).SampleAsync(
            async (life, requests) => await LiveAsync(life, async (database, twin, asOf) =>
            {
                foreach (var request in requests.Where(request => twin.HasInputs(request)))
                {
                    var (expected, found) = (twin.Run(request), await database.QueryGroupsAsync(Name, request, asOf));
                    Assert.Equal(expected.Select(group => group.Value), found.Select(group => group.Value));
                    Assert.All(expected.Zip(found), pair => AssertSame(pair.First.Hits, pair.Second.Hits));
                }
            }),
            iter: LongRuns.AreWanted ? 1_000 : 50,
            threads: 1);

    [Fact]
    public async Task Groups_are_complete_where_one_has_nearly_all_of_the_best_points()
    {
        var schema = new CollectionSchema(CollectionName.Parse("chunks"), 1, Distance.Dot, shardCount: 3);
        await using var database = await SimulatedDatabase.OpenAsync(new SimulatedFileSystem(4));
        await database.CreateCollectionAsync(schema);

        // The best thousand are one document's, the next thousand nobody's; three more have two points each, far behind.
        static string PayloadOf(int n) => n switch { < 1_000 => """{"doc":"large"}""", < 2_000 => "{}", _ => $$"""{"doc":{{n / 2}}}""" };
        await database.UpsertAsync(schema.Name, [.. Enumerable.Range(0, 2_006).Select(n => new Point(PointId.FromNumber((ulong)n), new float[] { 10_000 - n }, Payload.Parse(PayloadOf(n))))]);
        var request = new QueryGroupsRequest { Query = new NearestQuery(VectorInput.Of(new float[] { 1 })), GroupBy = PayloadPath.Parse("doc"), Limit = 10, GroupSize = 3 };
        for (var round = 0; round < 3; round++)
        {
            var groups = await database.QueryGroupsAsync(schema.Name, request);
            Assert.Equal([new FacetText("large"), new FacetInteger(1_000), new FacetInteger(1_001), new FacetInteger(1_002)], groups.Select(group => group.Value));
            Assert.Equal([[0, 1, 2], [2_000, 2_001], [2_002, 2_003], [2_004, 2_005]], groups.Select(group => group.Hits.Select(hit => (int)hit.Id.Number)));
            Assert.All(groups.SelectMany(group => group.Hits), hit => Assert.Equal(PayloadOf((int)hit.Id.Number), hit.Payload!.ToString()));
            if (round == 0)
                await database.CompactAsync(schema.Name);
            else
                await database.CreatePayloadIndexAsync(schema.Name, new PayloadIndex(PayloadPath.Parse("doc"), PayloadIndexKind.Keyword));
        }
    }

    [Fact]
    public async Task Results_carry_the_payload_and_the_vectors_that_are_asked_for_by_name()
    {
        await using var database = await SimulatedDatabase.OpenAsync(new SimulatedFileSystem(4));
        await database.CreateCollectionAsync(QueryGens.Schema(shardCount: 2));
        var vectors = new NamedVectors([new("dot", new DenseVector(new float[] { 1, 2, 3 })), new("sparse", new SparseVector(new uint[] { 7 }, new float[] { 2 }))]);
        var point = new Point(PointId.FromNumber(3), vectors, Payload.Parse("""{"g":"a"}"""));
        await database.UpsertAsync(Name, [point]);
        var request = new QueryRequest { Query = new NearestQuery(VectorInput.Of(new SparseVector(new uint[] { 7, 9 }, new float[] { 5, 1 }))), Using = "sparse" };
        var plain = Assert.Single(await database.QueryAsync(Name, request));
        Assert.Equal((point.Id, 10f, point.Payload, null, null), (plain.Id, plain.Score, plain.Payload, plain.Vector, plain.Named));
        Assert.Equal(vectors, Assert.Single(await database.QueryAsync(Name, request with { Fields = PointFields.All })).Named);
        var named = Assert.Single(await database.QueryAsync(Name, request with { Fields = PointFields.Vector, VectorNames = ["sparse", "dots"] }));
        Assert.Null(named.Payload);
        Assert.Equal(new NamedVectors([vectors[1]]), named.Named);
        Assert.Empty(Assert.Single(await database.QueryAsync(Name, request with { Fields = PointFields.Vector, VectorNames = [] })).Named!);
    }

    [Fact]
    public async Task A_query_by_a_point_leaves_it_out_and_one_that_cannot_be_found_is_refused_with_the_reason()
    {
        await using var database = await SimulatedDatabase.OpenAsync(new SimulatedFileSystem(4));
        await database.CreateCollectionAsync(QueryGens.Schema(shardCount: 3));
        await database.UpsertAsync(Name, [.. Enumerable.Range(0, 9).Select(n => new Point(
            PointId.FromNumber((ulong)n), new NamedVectors([new("euclid", new DenseVector(new float[] { n, 0 })), new("dots", new MultiVector(default, 2))])))]);
        var byPoint = new QueryRequest { Query = new NearestQuery(VectorInput.Of(PointId.FromNumber(4))), Using = "euclid", Limit = 3 };
        Assert.Equal([3, 5, 2], (await database.QueryAsync(Name, byPoint)).Select(hit => (int)hit.Id.Number));
        var prefetched = byPoint with { Prefetches = [new Prefetch { Query = new NearestQuery(VectorInput.Of(new float[] { 4, 0 })), Using = "euclid", Limit = 2 }] };
        Assert.Equal([3, 5], (await database.QueryAsync(Name, prefetched)).Select(hit => (int)hit.Id.Number));
        async Task<string> FoundAsync(QueryRequest request) => (await Assert.ThrowsAsync<InvalidRequestException>(() => database.QueryAsync(Name, request))).Found;
        Assert.Equal("point 77, which does not exist", await FoundAsync(byPoint with { Query = new NearestQuery(VectorInput.Of(PointId.FromNumber(77))) }));
        Assert.Equal("point 4, which has none", await FoundAsync(byPoint with { Using = "dot" }));
        Assert.Equal("point 4, whose list is empty", await FoundAsync(byPoint with { Using = "dots" }));
    }

    [Fact]
    public async Task Vectors_that_are_too_many_bytes_together_are_refused_and_cancelled_queries_end()
    {
        var schema = new CollectionSchema(CollectionName.Parse("large"), 65_536, Distance.Dot, shardCount: 2);
        await using var database = await SimulatedDatabase.OpenAsync(new SimulatedFileSystem(4));
        await database.CreateCollectionAsync(schema);
        var ids = Enumerable.Range(0, 260).Select(n => PointId.FromNumber((ulong)n)).ToArray();
        foreach (var some in ids.Chunk(100))
            await database.UpsertAsync(schema.Name, [.. some.Select(id => new Point(id, new float[65_536]))]);
        var request = new QueryRequest { Query = new RecommendQuery([.. ids.Take(256).Select(VectorInput.Of)]), Limit = 1, Fields = PointFields.None };
        Assert.Single(await database.QueryAsync(schema.Name, request));
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => database.QueryAsync(schema.Name, request with { Query = new RecommendQuery([.. ids.Take(257).Select(VectorInput.Of)]) }));
        Assert.Equal("vectors of at most 67108864 bytes together", error.Expected);
        var picks = request with { Query = new NearestQuery(VectorInput.Of(new float[65_536])) { Relevance = new MarginalRelevance { CandidatesLimit = 257 } } };
        Assert.Equal("candidates limit", (await Assert.ThrowsAsync<InvalidRequestException>(() => database.QueryAsync(schema.Name, picks))).Subject);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.QueryAsync(schema.Name, request, cancellationToken: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.QueryGroupsAsync(
            schema.Name, new QueryGroupsRequest { Query = new NearestQuery(VectorInput.Of(new float[65_536])), GroupBy = PayloadPath.Parse("a") }, cancellationToken: cancelled));
        Assert.Equal(0, database.HealthOf(schema.Name).Sum(shard => shard.Statistics!.OpenViews));
    }

    [Fact]
    public async Task An_answer_of_too_many_bytes_is_refused_and_one_without_fields_is_given()
    {
        var schema = new CollectionSchema(CollectionName.Parse("heavy"), 1, Distance.Dot, shardCount: 2);
        await using var database = await SimulatedDatabase.OpenAsync(new SimulatedFileSystem(4));
        await database.CreateCollectionAsync(schema);
        var large = Payload.Parse($"{{\"text\":\"{new string('x', 4_000_000)}\"}}");
        for (var n = 0UL; n < 8; n++)
            await database.UpsertAsync(schema.Name, [new Point(PointId.FromNumber(n), new float[1], large)]);
        var request = new QueryRequest { Query = new NearestQuery(VectorInput.Of(new float[1])) };
        QueryRequest[] batch = [.. Enumerable.Repeat(request, 9)];
        Assert.Equal(8, (await database.QueryAsync(schema.Name, request)).Count);
        Assert.Equal("limit", (await Assert.ThrowsAsync<InvalidRequestException>(() => database.QueryBatchAsync(schema.Name, batch))).Subject);
        Assert.All(await database.QueryBatchAsync(schema.Name, [.. batch.Select(one => one with { Fields = PointFields.None })]), hits => Assert.Equal(8, hits.Count));
    }

    [Fact]
    public async Task All_stages_see_one_moment_of_each_shard_while_points_are_replaced_and_compacted()
    {
        const int Count = 40;
        await using var database = await SimulatedDatabase.OpenAsync(new SimulatedFileSystem(4));
        await database.CreateCollectionAsync(QueryGens.Schema(shardCount: 2));

        // All of a shard is written at once: what its points say of their number is equal at every moment.
        Task WriteAsync(int number) => database.UpsertAsync(Name, [.. Enumerable.Range(0, Count).Select(n => new Point(
            PointId.FromNumber((ulong)n),
            new NamedVectors([new("dot", new DenseVector(new float[] { number, 0, 0 })), new("sparse", new SparseVector(new uint[] { 1 }, new float[] { number }))]),
            Payload.Parse($"{{\"g\":{number}}}")))]);
        await WriteAsync(1);
        var writes = Task.Run(async () =>
        {
            for (var number = 2; number < 150; number++)
            {
                await WriteAsync(number);
                if (number % 20 == 0)
                    await database.CompactAsync(Name);
            }
        });
        var sparse = new Prefetch { Query = new NearestQuery(VectorInput.Of(new SparseVector(new uint[] { 1 }, new float[] { 1 }))), Using = "sparse", Limit = Count };
        var request = new QueryRequest { Query = new NearestQuery(VectorInput.Of(new float[] { 1, 0, 0 })), Using = "dot", Prefetches = [sparse], Limit = Count, Fields = PointFields.All };
        for (var round = 0; round < 100; round++)
        {
            var hits = await database.QueryAsync(Name, request);
            Assert.Equal(Count, hits.Count);
            foreach (var ofShard in hits.GroupBy(hit => ShardRouting.ShardOf(hit.Id, 2)))
            {
                var number = ofShard.First().Score;
                Assert.All(ofShard, hit => Assert.Equal((number, $"{{\"g\":{number}}}"), (hit.Score, hit.Payload!.ToString())));
                Assert.All(ofShard, hit => Assert.Equal(number, ((SparseVector)hit.Named!.Find("sparse")!).Values.Span[0]));
            }

            var groups = await database.QueryGroupsAsync(
                Name, new QueryGroupsRequest { Query = request.Query, Using = "dot", GroupBy = PayloadPath.Parse("g"), Limit = 3, GroupSize = Count });
            Assert.Equal(Count, groups.Sum(group => group.Hits.Count));
        }

        await writes;
    }

    private static CollectionName Name => QueryGens.Schema().Name;

    private static async Task LiveAsync((Point[] First, ShardOperation[] Log, int[] Upkeep, int ShardCount) life, Func<VectorDatabase, NaiveQuery, AsOf?, Task> assert)
    {
        await using var database = await SimulatedDatabase.OpenAsync(new SimulatedFileSystem(4));
        await database.CreateCollectionAsync(QueryGens.Schema(life.ShardCount));
        foreach (var kind in new[] { PayloadIndexKind.Keyword, PayloadIndexKind.Integer })
            await database.CreatePayloadIndexAsync(Name, new PayloadIndex(PayloadPath.Parse("g"), kind));
        await database.UpsertAsync(Name, life.First);
        var points = new Dictionary<PointId, Point>();
        foreach (var point in life.First)
            points[point.Id] = point;
        Dictionary<PointId, Point>? pinned = null;
        for (var i = 0; i < life.Log.Length; i++)
        {
            await ApplyAsync(database, points, life.Log[i]);
            if (life.Upkeep[i] == 0)
                await database.CompactAsync(Name);
            if (life.Upkeep[i] != 1 || pinned is not null)
                continue;
            await database.PinAsync(Name, Pin);
            pinned = new(points);
        }

        await assert(database, new NaiveQuery(QueryGens.Vectors, points.Values), null);
        if (pinned is not null)
            await assert(database, new NaiveQuery(QueryGens.Vectors, pinned.Values), new AsOfPin(Pin));
    }

    private static async Task ApplyAsync(VectorDatabase database, Dictionary<PointId, Point> points, ShardOperation operation)
    {
        switch (operation)
        {
            case UpsertPoints upsert:
                await database.UpsertAsync(Name, upsert.Points);
                foreach (var point in upsert.Points)
                    points[point.Id] = point;
                break;
            case DeletePoints delete:
                await database.DeleteAsync(Name, delete.Ids);
                foreach (var id in delete.Ids)
                    points.Remove(id);
                break;
        }
    }

    private static void AssertSame(IEnumerable<(PointId Id, float Score)> expected, IEnumerable<ScoredPoint> found) => Assert.Equal(expected, found.Select(hit => (hit.Id, hit.Score)));
}
