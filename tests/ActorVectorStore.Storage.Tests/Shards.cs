using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Builders and generators of shards. CsCheck prints the seed of a failing case; set CsCheck_Seed to run it again.</summary>
internal static class Shards
{
    /// <summary>A small space of ids, so that upserts replace and deletes hit.</summary>
    public static readonly Gen<PointId> Id = Gen.Frequency(
        (4, Gen.ULong[0, 40].Select(PointId.FromNumber)),
        (1, Gen.Byte[0, 5].Select(b => PointId.FromUuid(new Guid(b, 2, 3, 4, 5, 6, 7, 8, 9, 10, b)))));

    /// <summary>Small whole numbers: every sum is exact in single precision, so that ties are real ties.</summary>
    public static readonly Gen<float> WholeComponent = Gen.Int[-3, 3].Select(n => (float)n);

    public static readonly Gen<Payload> Payload = Gen.Frequency(
        (2, Gen.Const(Model.Payload.Empty)),
        (4, Gen.Int[0, 1_000_000].Select(n => Model.Payload.Parse($"{{\"n\":{n}}}"))),
        (1, Gen.Int[1, 40_000].Select(n => Model.Payload.Parse($"{{\"text\":\"{new string('x', n)}\"}}"))));

    public static CollectionSchema Schema(int dimension, Distance distance = Distance.Cosine) =>
        new(CollectionName.Parse("test"), dimension, distance);

    public static Point Point(ulong id, params float[] vector) => new(PointId.FromNumber(id), vector);

    public static Gen<ShardOperation> Operation(int dimension, Gen<Payload>? payload = null) => Gen.Frequency(
        (3, Gen.Select(Id, WholeComponent.Array[dimension], payload ?? Payload, (id, vector, payload) => new Point(id, vector, payload))
            .Array[1, 12].Select(points => (ShardOperation)new UpsertPoints(points))),
        (1, Id.Array[1, 8].Select(ids => (ShardOperation)new DeletePoints(ids))));

    public static Gen<ShardOperation[][]> Log(int dimension, int eventsMax, Gen<Payload>? payload = null) =>
        Operation(dimension, payload).Array[0, 3].Array[0, eventsMax];

    /// <summary>An empty shard on a disk of its own.</summary>
    public static ShardStore Empty(CollectionSchema schema, ShardStoreOptions? options = null, SimulatedFileSystem? disk = null) =>
        ShardStore.Create(schema, Place(disk ?? new SimulatedFileSystem(1)), options);

    public static ShardPlace Place(IFileSystem disk) => new(disk, "shard", Identity: 7);

    public static ShardStore Of(CollectionSchema schema, params Point[] points)
    {
        var store = Empty(schema);
        if (points.Length > 0)
            store.Apply(1, [new UpsertPoints(points)]);
        return store;
    }

    /// <summary>Applies at an index, after events without operations up to it.</summary>
    public static void ApplyAt(this ShardStore store, long index, params ShardOperation[] operations)
    {
        while (store.AppliedIndex + 1 < index)
            store.Apply(store.AppliedIndex + 1, []);
        store.Apply(index, operations);
    }

    /// <summary>Writes what is in memory to files, at once.</summary>
    public static ShardStore Flush(this ShardStore store)
    {
        if (store.BeginFlush() is { } work)
        {
            work.Run();
            store.Complete(work);
        }

        return store;
    }

    /// <summary>Rewrites what is worth it, or everything, at once.</summary>
    public static ShardStore Compact(this ShardStore store, bool everything = true)
    {
        if (store.BeginCompaction(everything) is { } work)
        {
            work.Run();
            store.Complete(work);
        }

        return store;
    }

    /// <summary>Makes or reads all vector indexes that are wanted, at once. Returns how many were built.</summary>
    public static int Index(this ShardStore store)
    {
        var built = 0;
        while (store.BeginVectorIndex() is { } work)
        {
            work.Run(IndexRun.Alone);
            store.Complete(work);
            built += work.WasBuilt ? 1 : 0;
        }

        return built;
    }

    /// <summary>Begins a vector index and cancels it when so many vectors are in.</summary>
    public static void CancelIndexAt(this ShardStore store, int vectors, int draftVectors = int.MaxValue)
    {
        var work = store.BeginVectorIndex()!;
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => work.Run(IndexRun.Alone with
        {
            DraftVectors = draftVectors,
            CancellationToken = cancel.Token,
            Progress = (done, all) =>
            {
                Assert.InRange(done, 0, all);
                if (done >= vectors)
                    cancel.Cancel();
            },
        }));
        store.Abandon(work);
    }

    /// <summary>Makes a checkpoint of what is in files, saves it nowhere and returns it; null if it was not due.</summary>
    public static byte[]? Checkpoint(this ShardStore store)
    {
        if (store.BeginCheckpoint() is not { } save)
            return null;
        save.Run();
        var manifest = save.Manifest.ToArray();
        store.Complete(save);
        store.DeleteUnusedFiles();
        return manifest;
    }

    /// <summary>A snapshot as step 1 wrote it.</summary>
    public static byte[] Snapshot(ShardStore store)
    {
        using var view = store.OpenView();
        using var stream = new MemoryStream();
        new SnapshotV1Writer(stream, store.Schema).Write(view);
        return stream.ToArray();
    }

    public static ShardStore Restore(CollectionSchema schema, byte[] snapshot)
    {
        using var stream = new MemoryStream(snapshot);
        return ShardStore.Restore(schema, Place(new SimulatedFileSystem(1)), null, stream, "test.snapshot");
    }

    public static UInt128 Digest(ShardStore store)
    {
        using var view = store.OpenView();
        return view.ContentDigest();
    }
}
