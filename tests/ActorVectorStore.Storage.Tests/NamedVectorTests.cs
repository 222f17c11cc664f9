using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Points with vectors of every kind and type, some of them absent: random lives against the dumb twin, and what rounding makes of components.</summary>
public sealed class NamedVectorTests
{
    /// <summary>A vector of every kind and type.</summary>
    internal static readonly CollectionSchema Schema = new(CollectionName.Parse("test"),
    [
        VectorSchema.Dense("half", 3, Distance.Dot, ElementType.Float16),
        VectorSchema.Dense("", 3, Distance.Cosine),
        VectorSchema.Dense("brain", 17, Distance.Cosine, ElementType.BFloat16),
        VectorSchema.Dense("byte", 2, Distance.Euclid, ElementType.UInt8),
        VectorSchema.Sparse("words"),
        VectorSchema.Multi("passages", 2, Distance.Manhattan, ElementType.Float16),
    ]);

    // Values that every type has: what comes back is what went in.
    private static readonly Gen<float> Component = Gen.Int[0, 9].Select(n => (float)n);

    private static readonly Gen<NamedVectors> Vectors = Gen.Select(
        Schema.Vectors.Select(vector => Gen.Frequency((1, Gen.Const(() => (NamedVector?)null)), (2, Value(vector).Select(value => (NamedVector?)new NamedVector(vector.Name, value))))).Aggregate(
            Gen.Const(Array.Empty<NamedVector>()),
            (all, next) => Gen.Select(all, next, (some, one) => one is { } vector ? [.. some, vector] : some)),
        vectors => new NamedVectors(vectors));

    private static readonly Gen<PointId> Id = Gen.ULong[0, 9].Select(PointId.FromNumber);

    private static readonly Gen<Point> Point = Gen.Select(Id, Vectors, Shards.Payload, (id, vectors, payload) => new Point(id, vectors, payload));

    private static readonly Gen<string> Name = Gen.OneOf(Schema.Vectors.Select(vector => vector.Name).ToArray());

    private static readonly Gen<PointSelection> Selection = Gen.OneOf(
        Id.Array[1, 4].Select(ids => (PointSelection)new PointsById(ids)),
        Name.Select(name => (PointSelection)new PointsMatching(Filter.AllOf(Filter.HasVector(name)))));

    /// <summary>Any operation over few points with some of the vectors.</summary>
    internal static readonly Gen<ShardOperation> Operation = Gen.Frequency(
        (4, Point.Array[1, 6].Select(points => (ShardOperation)new UpsertPoints(points))),
        (1, Gen.Select(Point.Array[1, 6], Name, (points, name) => (ShardOperation)new ConditionalUpsert(points, new IfMatches(Filter.NoneOf(Filter.HasVector(name)))))),
        (3, Gen.Select(Id, Vectors.Where(vectors => vectors.Count > 0), (id, vectors) => new VectorUpdate(id, vectors)).Array[1, 5]
            .Select(updates => (ShardOperation)new UpdateVectors(updates))),
        (2, Gen.Select(Selection, Name.HashSet[1, 3], (points, names) => (ShardOperation)new DeleteVectors(points, [.. names]))),
        (1, Gen.Select(Selection, Shards.Payload, (points, payload) => (ShardOperation)new OverwritePayload(points, payload))),
        (1, Name.Select(name => (ShardOperation)new DeleteMatching(Filter.AllOf(Filter.HasVector(name))))),
        (1, Gen.Const((ShardOperation)new PinIndex(PinName.Parse("a")))),
        (1, Gen.Const((ShardOperation)new CreatePayloadIndex(new PayloadIndex(PayloadPath.Parse("n"), PayloadIndexKind.Integer)))));

    [Fact]
    public void A_life_with_every_kind_of_vector_is_that_of_the_twin_through_flushes_compactions_and_crashes() =>
        Gen.Select(Operation.Array[1, 3].Array[1, 12], Gen.Int[0, 9].Array[12]).Sample(
            (log, upkeep) =>
            {
                using var life = new ShardLife(new ShardHistory(Schema), new ShardStoreOptions { HistoryIndexes = 4 });
                for (var i = 0; i < log.Length; i++)
                {
                    life.Apply(log[i]);
                    if (upkeep[i] < 4)
                        life.Upkeep(everything: upkeep[i] == 0);
                    if (upkeep[i] == 9)
                        life.Reopen(life.Disk.Crash(CrashKeeps.Subset((ulong)i)));
                }

                life.AssertEveryIndex();
                life.Settle();
                using var after = life.Fork(life.Disk.Crash(CrashKeeps.None));
                after.AssertNewest();
            },
            iter: LongRuns.AreWanted ? 3_000 : 150);

    [Fact]
    public void Components_are_rounded_to_their_type_when_they_are_written_and_not_again_by_a_flush()
    {
        using var store = Shards.Empty(Schema);
        var vectors = new NamedVectors(
        [
            new("half", new DenseVector(new[] { 0.1f, 65_504f, -2049f })),
            new("byte", new DenseVector(new[] { 0.5f, 254.6f })),
            new("passages", new MultiVector(new[] { 1f / 3, 0f }, 2)),
        ]);
        store.Apply(1, [new UpsertPoints([new Point(PointId.FromNumber(1), vectors)])]);
        for (var round = 0; round < 2; round++)
        {
            using var view = store.OpenView();
            var named = view.Get([PointId.FromNumber(1)], PointFields.All)[0].Named!;
            Assert.Equal(new DenseVector(new[] { (float)(Half)0.1f, 65_504f, -2_048f }), named.Find("half"));
            Assert.Equal(new DenseVector(new[] { 0f, 255f }), named.Find("byte"));
            Assert.Equal(new MultiVector(new[] { (float)(Half)(1f / 3), 0f }, 2), named.Find("passages"));
            Assert.Null(named.Find("brain"));
            store.Flush();
        }
    }

    [Fact]
    public void A_damaged_vector_fails_only_reads_of_that_vector()
    {
        var disk = new SimulatedFileSystem(1);
        using (var store = Shards.Empty(Schema, disk: disk))
        {
            store.Apply(1, [new UpsertPoints([new Point(PointId.FromNumber(1), new NamedVectors([new("half", new DenseVector(new[] { 7f, 7f, 7f })), new("byte", new DenseVector(new[] { 1f, 2f }))]))])]);
            var manifest = store.Flush().Checkpoint()!;
            var path = Path.Combine("shard", disk.ListFiles("shard").Single());
            DamageAt(disk, path, Find(disk.ReadWhole(path), [0, 0x47, 0, 0x47, 0, 0x47]));
            using var again = ShardStore.Open(Schema, Shards.Place(disk), null, manifest, "manifest");
            using var view = again.OpenView();
            Assert.Throws<CorruptionException>(() => view.Get([PointId.FromNumber(1)], PointFields.All));
            Assert.Throws<CorruptionException>(() => view.Search(new SearchRequest { Vector = new float[3], Using = "half" }));
            Assert.Single(view.Search(new SearchRequest { Vector = new float[2], Using = "byte" }));
            Assert.Empty(view.Search(new SearchRequest { Vector = new float[3] }));
        }
    }

    [Fact]
    public void What_does_not_fit_the_collection_is_refused_before_anything_is_applied()
    {
        using var store = Shards.Empty(Schema);
        Assert.Throws<InvalidRequestException>(() => store.Apply(1, [new UpsertPoints([new Point(default, new NamedVectors([new("x", new DenseVector(new float[1]))]))])]));
        Assert.Throws<InvalidRequestException>(() => store.Apply(1, [new UpdateVectors([new VectorUpdate(default, new NamedVectors([new("words", new DenseVector(new float[1]))]))])]));
        Assert.Throws<InvalidRequestException>(() => store.Apply(1, [new DeleteVectors(new PointsById([default]), ["x"])]));
        Assert.Equal(0, store.AppliedIndex);
    }

    [Fact]
    public void Vectors_that_would_copy_too_much_are_changed_nowhere()
    {
        using var store = Shards.Empty(Schema, new ShardStoreOptions { CopiedBytesMax = 100 });
        var vectors = new NamedVectors([new("", new DenseVector(new float[3])), new("half", new DenseVector(new float[3]))]);
        Point[] points = [new(PointId.FromNumber(1), vectors), new(PointId.FromNumber(2), vectors)];
        store.Apply(1, [new UpsertPoints(points)]);
        var digest = Shards.Digest(store);
        var both = new PointsById([points[0].Id, points[1].Id]);
        Assert.Equal([new OperationOutcome(0, 2, IsTooLarge: true)], store.Apply(2, [new DeleteVectors(both, ["half"])]));
        Assert.Equal([new OperationOutcome(0, 2, IsTooLarge: true)], store.Apply(3, [new UpdateVectors([.. points.Select(point => new VectorUpdate(point.Id, new NamedVectors([vectors[0]])))])]));
        Assert.Equal(digest, Shards.Digest(store));
        Assert.Equal([new OperationOutcome(9, 0)], store.Apply(4, [new UpdateVectors([.. Enumerable.Range(0, 9).Select(n => new VectorUpdate(points[0].Id, new NamedVectors([new("half", new DenseVector(new[] { n, 0f, 0f }))])))])]));
        using (var view = store.OpenView())
            Assert.Equal(new DenseVector(new[] { 8f, 0f, 0f }), view.Get([points[0].Id], PointFields.Vector)[0].Named!.Find("half"));
        Assert.Equal([new OperationOutcome(1, 0)], store.Apply(5, [new DeleteVectors(new PointsById([points[0].Id]), ["half"])]));
    }

    private static Gen<VectorValue> Value(VectorSchema vector) => vector.Kind switch
    {
        VectorKind.Dense => Component.Array[vector.Dimension].Select(components => (VectorValue)new DenseVector(components)),
        VectorKind.Multi => Gen.Int[0, 3].SelectMany(count => Component.Array[count * vector.Dimension].Select(components => (VectorValue)new MultiVector(components, vector.Dimension))),
        _ => Gen.UInt[0, 20].HashSet[0, 5].SelectMany(indices => Component.Array[indices.Count].Select(values => (VectorValue)new SparseVector(indices.ToArray(), values))),
    };

    private static int Find(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> pattern) => bytes.IndexOf(pattern);

    private static void DamageAt(SimulatedFileSystem disk, string path, int at)
    {
        Assert.True(at > 0);
        var bytes = disk.ReadWhole(path);
        bytes[at] ^= 1;
        disk.WriteWholeDurably(path, bytes);
    }
}
