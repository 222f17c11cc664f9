using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

public sealed class VectorDatabaseTests : IDisposable
{
    private static readonly CollectionName Words = CollectionName.Parse("words");

    private readonly string _directory = Directory.CreateTempSubdirectory("avs-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<VectorDatabase> OpenAsync() => VectorDatabase.OpenAsync(
        _directory, new VectorDatabaseOptions { LogSegmentBytes = 1 << 20, CheckpointEventBytes = 64 << 10 });

    private static Point PointOf(SeededRandom random, ulong id) => new(
        PointId.FromNumber(id),
        Enumerable.Range(0, 8).Select(_ => (float)random.NextDouble() - 0.5f).ToArray(),
        Payload.Parse($$"""{"n":{{id}}}"""));

    [Fact]
    public async Task What_was_acknowledged_is_there_after_reopening()
    {
        var random = new SeededRandom(1);
        var points = Enumerable.Range(0, 2000).Select(id => PointOf(random, (ulong)id)).ToArray();
        await using (var database = await OpenAsync())
        {
            await database.CreateCollectionAsync(new CollectionSchema(Words, 8, Distance.Cosine, 3));
            foreach (var batch in points.Chunk(100))
            {
                await database.UpsertAsync(Words, batch);
            }

            await database.DeleteAsync(Words, [PointId.FromNumber(7), PointId.FromNumber(8)]);
            Assert.Equal(1998, await database.CountAsync(Words));
        }

        await using var again = await OpenAsync();
        Assert.Equal([Words], await again.ListCollectionsAsync());
        Assert.Equal(1998, await again.CountAsync(Words));
        var records = await again.GetAsync(Words, [.. points.Select(point => point.Id)], PointFields.All);
        Assert.Equal(points.Where(point => point.Id.ToString() is not ("7" or "8")).Select(point => point.Id), records.Select(record => record.Id));
        Assert.Equal(points[3].Vector.ToArray(), records[3].Vector!.Value.ToArray());
        var hits = await again.SearchAsync(Words, new SearchRequest { Vector = points[42].Vector, Limit = 5 });
        Assert.Equal(points[42].Id, hits[0].Id);
        Assert.Equal(5, hits.Count);
    }

    [Fact]
    public async Task Pages_of_a_scroll_go_through_all_points_in_order()
    {
        var random = new SeededRandom(2);
        await using var database = await OpenAsync();
        await database.CreateCollectionAsync(new CollectionSchema(Words, 8, Distance.Dot, 4));
        await database.UpsertAsync(Words, [.. Enumerable.Range(0, 257).Select(id => PointOf(random, (ulong)id))]);
        var seen = new List<PointId>();
        PointId? offset = null;
        do
        {
            var page = await database.ScrollAsync(Words, new ScrollRequest { Offset = offset, Limit = 10 });
            seen.AddRange(page.Points.Select(point => point.Id));
            offset = page.NextOffset;
        }
        while (offset is not null);

        Assert.Equal(Enumerable.Range(0, 257).Select(id => PointId.FromNumber((ulong)id)), seen);
    }

    [Fact]
    public async Task Bad_input_gets_a_typed_error_and_changes_nothing()
    {
        await using var database = await OpenAsync();
        var schema = new CollectionSchema(Words, 8, Distance.Euclid, 2);
        await database.CreateCollectionAsync(schema);
        await Assert.ThrowsAsync<CollectionAlreadyExistsException>(() => database.CreateCollectionAsync(schema));
        await Assert.ThrowsAsync<CollectionNotFoundException>(() => database.CountAsync(CollectionName.Parse("other")));
        await Assert.ThrowsAsync<CollectionNotFoundException>(() => database.DropCollectionAsync(CollectionName.Parse("other")));
        var good = new Point(PointId.FromNumber(1), new float[8]);
        await Assert.ThrowsAsync<InvalidRequestException>(() => database.UpsertAsync(Words, []));
        await Assert.ThrowsAsync<InvalidRequestException>(
            () => database.UpsertAsync(Words, [good, new Point(PointId.FromNumber(2), new float[7])]));
        await Assert.ThrowsAsync<InvalidRequestException>(
            () => database.UpsertAsync(Words, [good, new Point(PointId.FromNumber(2), new[] { float.NaN, 0, 0, 0, 0, 0, 0, 0 })]));
        await Assert.ThrowsAsync<InvalidRequestException>(
            () => database.SearchAsync(Words, new SearchRequest { Vector = new float[9] }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => database.UpsertAsync(Words, [good], new CancellationToken(canceled: true)));
        Assert.Equal(0, await database.CountAsync(Words));
    }

    [Fact]
    public async Task A_dropped_collection_leaves_nothing_to_a_new_one_of_its_name()
    {
        var random = new SeededRandom(3);
        await using (var database = await OpenAsync())
        {
            await database.CreateCollectionAsync(new CollectionSchema(Words, 8, Distance.Dot, 2));
            await database.UpsertAsync(Words, [PointOf(random, 1)]);
            await database.DropCollectionAsync(Words);
            Assert.Empty(await database.ListCollectionsAsync());
            await database.CreateCollectionAsync(new CollectionSchema(Words, 8, Distance.Dot, 2));
            Assert.Equal(0, await database.CountAsync(Words));
        }

        await using var again = await OpenAsync();
        Assert.Equal(0, await again.CountAsync(Words));
    }

    [Fact]
    public async Task A_directory_has_one_owner_and_the_second_is_told_who()
    {
        await using var database = await OpenAsync();
        var refused = await Assert.ThrowsAsync<DirectoryLockedException>(OpenAsync);
        Assert.Equal(Environment.ProcessId, refused.OwnerProcessId);
    }

    [Fact]
    public async Task A_damaged_log_is_told_at_opening_with_file_and_offset()
    {
        await using (var database = await OpenAsync())
        {
            await database.CreateCollectionAsync(new CollectionSchema(Words, 8, Distance.Dot));
        }

        var segment = Directory.GetFiles(_directory, "*.wal").Order().First();
        using (var file = File.OpenHandle(segment, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.Write(file, "x"u8, 100);
        }

        var damage = await Assert.ThrowsAsync<CorruptionException>(OpenAsync);
        Assert.Equal(segment, damage.File);
        Assert.Equal(64, damage.Offset);
    }

    [Fact]
    public async Task After_disposal_every_call_says_so()
    {
        var database = await OpenAsync();
        await database.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.CountAsync(Words));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.ListCollectionsAsync());
        await database.DisposeAsync();
    }
}
