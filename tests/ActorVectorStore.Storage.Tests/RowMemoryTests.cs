using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>The memory that a shard says it holds for rows is what they take: flushes, budgets and stalls go by it.</summary>
public sealed class RowMemoryTests
{
    private static readonly CollectionSchema Lists = new(CollectionName.Parse("test"),
    [
        VectorSchema.Dense("", 4, Distance.Dot),
        VectorSchema.Sparse("words"),
        VectorSchema.Multi("passages", 4, Distance.Dot),
    ]);

    private static readonly ShardOperation AsksDamage =
        new ConditionalUpsert([new Point(PointId.FromNumber(1), NamedVectors.Empty)], new IfMatches(Filter.AllOf(Filter.Field("text").Is("x"))));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 4)]
    [InlineData(1, 4_096)]
    [InlineData(64, 1_024)]
    public void A_chunk_counts_what_it_allocates(int columns, int dimension)
    {
        const int Chunks = 50;
        var layout = new RowLayout(Dense(columns, dimension));
        _ = new RowChunk(layout);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Chunks; i++)
            _ = new RowChunk(layout);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Chunks;
        Assert.InRange(RowChunk.FixedBytes(layout) - allocated, 0, 32);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1_024, 1)]
    [InlineData(16, 1_024)]
    public void The_vectors_of_a_column_count_what_they_allocate(int dimension, int rows)
    {
        const int Columns = 50;
        var schema = VectorSchema.Dense("", dimension, Distance.Cosine);
        var counted = new DenseRows(schema, rows).AllocatedBytes;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Columns; i++)
            _ = new DenseRows(schema, rows);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Columns;
        Assert.InRange(counted - allocated, -16, 16);
    }

    [Fact]
    public void A_row_without_vectors_counts_what_a_row_of_many_long_columns_takes()
    {
        using var store = Shards.Empty(new CollectionSchema(CollectionName.Parse("test"), Dense(64, 1_024)));
        store.Apply(1, [new UpsertPoints([.. Enumerable.Range(0, 1_000).Select(n => new Point(PointId.FromNumber((ulong)n), NamedVectors.Empty))])]);
        Assert.InRange(store.MemoryBytes / 1_000, 1_300, 1_500);
    }

    [Fact]
    public void Events_that_fail_leave_no_memory_behind()
    {
        var (disk, manifest) = WithDamagedPayloads();
        using var store = ShardStore.Open(Lists, Shards.Place(disk), null, manifest, "manifest");
        store.Apply(2, [new UpsertPoints([.. Enumerable.Range(1_000, 10).Select(n => PointOf(n, "kept"))])]);
        ShardOperation[] failing = [new UpsertPoints([.. Enumerable.Range(2_000, 100).Select(n => PointOf(n, new string('x', n % 2 == 0 ? 200 : 20_000)))]), AsksDamage];
        var memory = new List<long>();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Throws<CorruptionException>(() => store.Apply(3, failing));
            Assert.Throws<CorruptionException>(() => store.Rehearse(failing));
            memory.Add(store.MemoryBytes);
        }

        Assert.Single(memory.Distinct());
        store.Apply(3, [new UpsertPoints([PointOf(3_000, "new")])]);
        Assert.InRange(store.MemoryBytes - memory[0], 0, 2_000);
        using var view = store.OpenView();
        var read = view.Get([.. Enumerable.Range(1_000, 10).Append(3_000).Select(n => PointId.FromNumber((ulong)n))], PointFields.All);
        Assert.All(read, record => Assert.Equal(
            PointOf((int)record.Id.Number, record.Id.Number < 3_000 ? "kept" : "new").Payload, record.Payload));
        Assert.All(read, record => Assert.Equal(PointOf((int)record.Id.Number, "").Named.Find("passages"), record.Named!.Find("passages")));
    }

    [Fact]
    public void A_point_without_vectors_has_none_of_one_that_was_staged_in_its_place_and_forgotten()
    {
        var (disk, manifest) = WithDamagedPayloads();
        using var store = ShardStore.Open(Lists, Shards.Place(disk), null, manifest, "manifest");
        Assert.Throws<CorruptionException>(() => store.Apply(2, [new UpsertPoints([PointOf(1_000, "x")]), AsksDamage]));
        store.Apply(2, [new UpsertPoints([new Point(PointId.FromNumber(1_001), NamedVectors.Empty)])]);
        using var view = store.OpenView();
        var record = view.Get([PointId.FromNumber(1_001)], PointFields.All)[0];
        Assert.Equal((null, NamedVectors.Empty, Payload.Empty), ((object?)record.Vector, record.Named, record.Payload));
    }

    private static VectorSchema[] Dense(int columns, int dimension) => [.. Enumerable.Range(0, columns).Select(n => VectorSchema.Dense($"v{n}", dimension, Distance.Dot))];

    private static Point PointOf(int n, string text) => new(
        PointId.FromNumber((ulong)n),
        new NamedVectors(
        [
            new("", new DenseVector(new float[] { n, 0, 0, 0 })),
            new("words", new SparseVector(new uint[] { 1, 2 }, new float[] { n, 2 })),
            new("passages", new MultiVector(Enumerable.Range(n, 400).Select(i => (float)i).ToArray(), 4)),
        ]),
        Payload.Parse($$"""{"text":"{{text}}"}"""));

    private static (SimulatedFileSystem Disk, byte[] Manifest) WithDamagedPayloads()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Lists, disk: disk);
        store.Apply(1, [new UpsertPoints([PointOf(0, ""), PointOf(1, ""), PointOf(2, "")])]);
        var manifest = store.Flush().Checkpoint()!;
        var path = Path.Combine("shard", disk.ListFiles("shard").Single());
        using (var segment = SealedSegment.Open(disk, path, new PayloadBlockCache(1)))
            disk.FlipBit(path, segment.Sections.Single(section => section.Key.Kind == SealedSectionKind.PayloadBlocks).Offset, 0);
        return (disk, manifest);
    }
}
