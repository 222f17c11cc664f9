using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;
using static ActorVectorStore.Storage.Tests.IndexedShards;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Vector indexes under what happens to shards: unusual vectors, leftovers of crashes, disks that refuse, bytes that no build wrote.</summary>
public sealed class VectorIndexHarmTests
{
    [Fact]
    public void Indexed_segments_with_vectors_without_a_direction_are_merged()
    {
        using var store = Shards.Empty(Schema(4, Distance.Cosine));
        for (var part = 0; part < 2; part++)
        {
            Point[] points = [.. Points(new SeededRandom((ulong)part), 200 * part, 200, 4).Select((point, i) => i % 2 == 0 ? new Point(point.Id, new float[4], point.Payload) : point)];
            store.Apply(part + 1, [new UpsertPoints(points)]);
            store.Flush().Index();
        }

        store.Compact();
        Assert.Null(store.BeginVectorIndex());
        using var view = store.OpenView();
        Assert.Equal(1, Recall(view, [new SearchRequest { Vector = new float[] { 1, 2, 3, 4 }, Limit = 50 }, new SearchRequest { Vector = new float[] { -1, 2, 3, -4 }, Limit = 400 }]));
    }

    [Fact]
    public void As_many_are_found_as_there_are_whatever_is_asked_and_stored() => Gen
        .Select(Gen.Int[0, 3].Select(i => Enum.GetValues<Distance>()[i]), Gen.ULong)
        .Sample(
            (distance, seed) =>
            {
                var random = new SeededRandom(seed);
                var vector = VectorSchema.Dense("a", 4, distance) with { Index = Schema(4, distance).Vectors[0].Index };
                using var store = Shards.Empty(new CollectionSchema(CollectionName.Parse("test"), [vector, VectorSchema.Dense("b", 2, distance)]));
                for (var part = 0; part < 3; part++)
                {
                    store.Apply(store.AppliedIndex + 1, [new UpsertPoints([.. Points(random, random.Next(600), random.Next(1, 500), 4).Select(point => Varied(random, point))])]);
                    store.Flush().Index();
                    store.Apply(store.AppliedIndex + 1, [new DeletePoints([.. Enumerable.Range(0, 40).Select(_ => PointId.FromNumber((ulong)random.Next(1000)))])]);
                    if (random.Chance(0.3))
                        store.Compact();
                }

                using var view = store.OpenView();
                _ = Recall(view, Enumerable.Range(0, 12).Select(_ => Anything(random)));
            },
            iter: LongRuns.AreWanted ? 500 : 10);

    // Without the vector, without a direction, or the same as many others.
    private static Point Varied(SeededRandom random, Point point)
    {
        var other = random.Next(4) switch
        {
            0 => new float[4],
            1 => new float[] { 1, 2, 3, 4 },
            _ => point.Vector,
        };
        return new Point(point.Id, random.Chance(0.3) ? new NamedVectors([new("b", new DenseVector(new float[2]))]) : new NamedVectors([new("a", new DenseVector(other))]), point.Payload);
    }

    private static SearchRequest Anything(SeededRandom random)
    {
        var filter = random.Next(4) switch
        {
            0 => Filter.AllOf(Filter.Field("cluster").Is(random.Next(12))),
            1 => Filter.NoneOf(Filter.Field("cluster").Is(random.Next(12))),
            2 => Filter.AllOf(Filter.Field("nothing").Is(1)),
            _ => null,
        };
        return new SearchRequest
        {
            Using = "a",
            Vector = random.Chance(0.1) ? new float[4] : Points(random, 1, 1, 4)[0].Vector,
            Limit = random.Chance(0.3) ? 1000 : random.Next(1, 12),
            Offset = random.Next(30),
            Filter = filter,
            Parameters = SearchParameters.Default with { HnswEf = random.Chance(0.5) ? random.Next(1, 6) : null },
        };
    }

    [Theory]
    [InlineData(IndexedSearch.CandidatesMax, true)]
    [InlineData(IndexedSearch.CandidatesMax + 1, false)]
    [InlineData(int.MaxValue / 2, false)]
    public void An_index_is_not_asked_for_more_candidates_than_it_finds_in_time(int ef, bool isAsked)
    {
        using var store = Shards.Empty(Schema(4, Distance.Euclid));
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 100, 4))]);
        store.Flush().Index();
        using var view = store.OpenView();
        float[]? scratch = null;
        var components = new float[4];
        var query = new DenseQuery(EuclidScoring.Prepare(components, RowLayout.StrideOf(4)), components, new TopRows(view.Rows, 10, float.MaxValue), Filter: null, Wanted: 10, IsExact: false, ef, Compared: 10);
        Assert.Equal(isAsked, IndexedSearch.TryRun<EuclidScoring>(view.Rows, 0, 0, query, ref scratch, CancellationToken.None));
    }

    [Fact]
    public void Files_are_rewritten_though_there_is_no_room_for_their_indexes()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema(4, Distance.Cosine), disk: disk);
        for (var part = 0; part < 2; part++)
        {
            store.Apply(part + 1, [new UpsertPoints(Points(new SeededRandom((ulong)part), 200 * part, 200, 4))]);
            store.Flush().Index();
        }

        var work = store.BeginCompaction(everything: true)!;
        var length = disk.ListFiles("shard").Count(name => name.EndsWith(".seg", StringComparison.Ordinal));
        disk.OperationEnded = _ =>
        {
            // The segment has its name: what comes next is its index.
            if (disk.ListFiles("shard").Count(name => name.EndsWith(".seg", StringComparison.Ordinal)) > length)
                disk.CapacityBytes = disk.UsedBytes;
        };
        work.Run();
        store.Complete(work);
        disk.OperationEnded = null;
        disk.CapacityBytes = long.MaxValue;
        Assert.Equal(0, store.Statistics.VectorIndexBytes);
        Assert.DoesNotContain(disk.ListFiles("shard"), name => name.EndsWith(AtomicReplacement.TemporaryEnding, StringComparison.Ordinal));
        Assert.Equal(1, store.Index());
    }

    [Fact]
    public void An_index_that_the_disk_does_not_give_back_is_built_anew()
    {
        var schema = Schema(4, Distance.Cosine);
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        var manifest = store.Flush().Checkpoint()!;
        store.Index();
        using var reopened = ShardStore.Open(schema, Shards.Place(disk), null, manifest, "test");
        disk.Fail(DiskOperations.Read, 2);
        Assert.Equal(1, reopened.Index());
    }

    [Fact]
    public void A_draft_that_the_disk_does_not_give_back_is_begun_anew()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema(4, Distance.Cosine), disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        store.Flush().CancelIndexAt(251, draftVectors: 100);
        Assert.Contains(disk.ListFiles("shard"), name => name.EndsWith(VectorIndexDraft.Ending, StringComparison.Ordinal));
        disk.Fail(DiskOperations.Read, 1, times: 1000);
        Assert.Equal(1, store.Index());
        Assert.DoesNotContain(disk.ListFiles("shard"), name => name.EndsWith(VectorIndexDraft.Ending, StringComparison.Ordinal));
    }

    [Fact]
    public void A_draft_for_which_there_is_no_room_does_not_keep_a_build_from_its_end()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema(4, Distance.Cosine), disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        var work = store.Flush().BeginVectorIndex()!;
        disk.Fail(DiskOperations.Write, 1);
        work.Run(IndexRun.Alone with { DraftVectors = 200 });
        store.Complete(work);
        Assert.Equal(2, disk.ListFiles("shard").Count);
        Assert.True(store.Statistics.VectorIndexBytes > 0);
    }

    [Fact]
    public void An_index_that_waits_for_its_turn_keeps_no_file_and_is_not_built_when_the_segment_is_gone()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema(4, Distance.Cosine), disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        store.Flush().Checkpoint();
        var segment = Assert.Single(disk.ListFiles("shard"));
        var work = store.BeginVectorIndex()!;
        store.Apply(2, [new UpsertPoints(Points(new SeededRandom(2), 100, 300, 4))]);
        store.Flush().Compact(everything: true);
        store.Checkpoint();
        store.DeleteUnusedFiles();
        Assert.DoesNotContain(segment, disk.ListFiles("shard"));
        work.Run(IndexRun.Alone);
        store.Complete(work);
        Assert.False(work.WasBuilt);
        Assert.Single(disk.ListFiles("shard"));
        Assert.Equal(1, store.Index());
        Assert.True(store.Statistics.VectorIndexBytes > 0);
    }

    [Theory]
    [InlineData(AtomicReplacement.TemporaryEnding)]
    [InlineData(VectorIndexDraft.Ending + AtomicReplacement.TemporaryEnding)]
    public void Leftovers_are_not_taken_away_from_a_build_that_writes_them_anew(string ending)
    {
        var schema = Schema(4, Distance.Cosine);
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        var manifest = store.Flush().Checkpoint()!;
        var segment = Assert.Single(disk.ListFiles("shard"));
        var path = Path.Combine("shard", Path.GetFileNameWithoutExtension(segment) + "-00.idx" + ending);
        disk.ReplaceFile(path, new byte[10]);
        using var reopened = ShardStore.Open(schema, Shards.Place(disk), null, manifest, "test");
        var work = reopened.BeginVectorIndex()!;
        var isRemoved = false;
        disk.OperationEnded = _ =>
        {
            if (isRemoved || !disk.FileExists(path) || disk.ReadFile(path).Length == 10)
                return;
            isRemoved = true;
            reopened.RemoveUnreferencedFiles();
        };
        work.Run(IndexRun.Alone with { DraftVectors = 100 });
        reopened.Complete(work);
        Assert.True(isRemoved);
        Assert.True(reopened.Statistics.VectorIndexBytes > 0);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public void Reserved_bytes_of_a_header_are_looked_at(int at) => AssertRefused(bytes => bytes[at] ^= 0x80);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_share_that_no_graph_has_is_refused(double share) => AssertRefused(bytes => BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(64), share));

    [Fact]
    public void An_offset_that_is_no_number_is_refused() => AssertRefused(bytes => BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(100), float.NaN));

    [Fact]
    public void A_rotation_seed_without_a_rotation_is_refused() => AssertRefused(bytes =>
    {
        bytes[74] = 0;
        bytes[80] = 1;
    });

    private static void AssertRefused(Action<byte[]> change)
    {
        var schema = Schema(4, Distance.Euclid);
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 60, 4))]);
        store.Flush().Index();
        var path = Path.Combine("shard", Assert.Single(disk.ListFiles("shard"), name => name.EndsWith(".idx", StringComparison.Ordinal)));
        var bytes = disk.ReadFile(path);
        VectorIndexFile.Read(disk, path, makeWay: null, CancellationToken.None).Dispose();
        change(bytes);
        var end = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) - sizeof(ulong);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(end), XxHash3.HashToUInt64(bytes.AsSpan(0, end)));
        disk.ReplaceFile(path, bytes);
        Assert.Throws<CorruptionException>(() => VectorIndexFile.Read(disk, path, makeWay: null, CancellationToken.None));
    }
}
