using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>Vectors by name, sparse vectors and lists of vectors through the front door, over checkpoints, reopening, backup and several shards.</summary>
public sealed class NamedVectorTests : IAsyncLifetime
{
    private static readonly CollectionSchema Schema = new(
        CollectionName.Parse("pictures"),
        [
            VectorSchema.Dense("image", 3, Distance.Euclid, ElementType.BFloat16),
            VectorSchema.Dense("text", 2, Distance.Dot),
            VectorSchema.Sparse("words"),
            VectorSchema.Multi("passages", 2, Distance.Cosine),
        ],
        shardCount: 2);

    private readonly SimulatedFileSystem _disk = new(19);
    private VectorDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await SimulatedDatabase.OpenAsync(_disk);
        await _database.CreateCollectionAsync(Schema);
        await _database.UpsertAsync(Schema.Name, [.. Enumerable.Range(0, 40).Select(Picture)]);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task All_vectors_come_back_after_compaction_and_reopening()
    {
        await _database.CompactAsync(Schema.Name);
        await ReopenAsync();
        Assert.Equal(Schema, (await _database.GetCollectionAsync(Schema.Name)).Schema);
        await AssertHasAsync(_database, Enumerable.Range(0, 40).Select(Picture));
    }

    [Fact]
    public async Task A_search_compares_the_vector_that_it_names_and_passes_over_points_without_it()
    {
        var hits = await _database.SearchAsync(Schema.Name, new SearchRequest { Using = "image", Vector = new[] { 8f, 0f, 1f }, Limit = 100, Fields = PointFields.None });
        Assert.Equal((20, Id(8), 0f), (hits.Count, hits[0].Id, hits[0].Score));
        var best = await _database.SearchAsync(Schema.Name, new SearchRequest { Using = "text", Vector = new[] { 1f, 0f }, Limit = 3 });
        Assert.Equal([Id(39), Id(38), Id(37)], best.Select(hit => hit.Id));
        Assert.Equal(20, await _database.CountAsync(Schema.Name, Filter.NoneOf(Filter.HasVector("image"))));
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _database.SearchAsync(Schema.Name, new SearchRequest { Vector = new float[2] }));
        Assert.Equal("using", error.Subject);
    }

    [Fact]
    public async Task Vectors_are_replaced_and_deleted_and_what_else_a_point_has_stays()
    {
        var words = new NamedVector("words", new SparseVector(new[] { 9u }, new[] { 9f }));
        var updated = await _database.UpdateVectorsAsync(Schema.Name, [.. Enumerable.Range(0, 3).Append(900).Select(n => new VectorUpdate(Id(n), new NamedVectors([words])))]);
        Assert.Equal((3L, 1L), (updated.Changed, updated.Refused));
        var deleted = await _database.DeleteVectorsAsync(Schema.Name, new PointsById([Id(1), Id(2), Id(901)]), ["image", "text"]);
        Assert.Equal(2, deleted.Changed);
        deleted = await _database.DeleteVectorsAsync(Schema.Name, new PointsMatching(Filter.AllOf(Filter.Field("n").AtLeast(30))), ["passages"]);
        Assert.Equal(10, deleted.Changed);
        await ReopenAsync();
        await AssertHasAsync(_database, Enumerable.Range(0, 40).Select(n =>
        {
            var vectors = VectorsOf(n).Where(vector => (n >= 30 && vector.Name == "passages") is false && (n is 1 or 2 && vector.Name is "image" or "text") is false);
            return new Point(Id(n), new NamedVectors(n < 3 ? vectors.Where(vector => vector.Name != "words").Append(words) : vectors), PayloadOf(n));
        }));
    }

    [Fact]
    public async Task A_backup_has_all_vectors()
    {
        await _database.BackupAsync("/data/backup");
        await VectorDatabase.RestoreAsync("/data/backup", "/data/restored", _disk, progress: null, default);
        await using var restored = await VectorDatabase.OpenAsync("/data/restored", SimulatedDatabase.Small, _disk);
        Assert.Equal(Schema, (await restored.GetCollectionAsync(Schema.Name)).Schema);
        await AssertHasAsync(restored, Enumerable.Range(0, 40).Select(Picture));
    }

    [Fact]
    public async Task A_power_failure_at_once_loses_nothing_that_was_acknowledged()
    {
        await _database.DeleteVectorsAsync(Schema.Name, new PointsMatching(new Filter()), ["text"]);
        await using var again = await SimulatedDatabase.OpenAsync(_disk.Clone().Crash(CrashKeeps.None));
        await AssertHasAsync(again, Enumerable.Range(0, 40).Select(n => new Point(Id(n), new NamedVectors(VectorsOf(n).Where(vector => vector.Name != "text")), PayloadOf(n))));
    }

    [Fact]
    public async Task Requests_that_do_not_fit_the_collection_are_refused()
    {
        await Assert.ThrowsAsync<InvalidRequestException>(() => _database.UpsertAsync(Schema.Name, [new Point(Id(1), new float[3])]));
        await Assert.ThrowsAsync<InvalidRequestException>(() =>
            _database.UpdateVectorsAsync(Schema.Name, [new VectorUpdate(Id(1), new NamedVectors([new("words", new DenseVector(new float[1]))]))]));
        await Assert.ThrowsAsync<InvalidRequestException>(() => _database.DeleteVectorsAsync(Schema.Name, new PointsById([Id(1)]), ["sounds"]));
    }

    private static async Task AssertHasAsync(VectorDatabase database, IEnumerable<Point> expected)
    {
        var page = await database.ScrollAsync(Schema.Name, new ScrollRequest { Limit = 1_000, Fields = PointFields.All });
        Assert.Equal(expected, page.Points.Select(point => new Point(point.Id, point.Named!, point.Payload)));
    }

    private static PointId Id(int n) => PointId.FromNumber((ulong)n);

    private static Payload PayloadOf(int n) => Payload.Parse($$"""{"n":{{n}}}""");

    private static Point Picture(int n) => new(Id(n), new NamedVectors(VectorsOf(n)), PayloadOf(n));

    // Every other has an image, every third no words.
    private static IEnumerable<NamedVector> VectorsOf(int n)
    {
        if (n % 2 == 0)
            yield return new("image", new DenseVector(new[] { n, 0f, 1f }));
        yield return new("text", new DenseVector(new[] { n, 0.1f }));
        if (n % 3 != 0)
            yield return new("words", new SparseVector(new[] { (uint)n, 1_000_000u }, new[] { 0.5f, n }));
        yield return new("passages", new MultiVector(Enumerable.Range(0, 2 * (n % 4)).Select(i => (float)i).ToArray(), 2));
    }

    private async Task ReopenAsync()
    {
        await _database.DisposeAsync();
        _database = await SimulatedDatabase.OpenAsync(_disk);
    }
}
