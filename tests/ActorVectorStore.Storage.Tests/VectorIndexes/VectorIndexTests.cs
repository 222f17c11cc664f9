using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;
using static ActorVectorStore.Storage.Tests.IndexedShards;

namespace ActorVectorStore.Storage.Tests;

public sealed class VectorIndexTests
{
    private static readonly Distance[] Distances = [Distance.Cosine, Distance.Dot, Distance.Euclid, Distance.Manhattan];
    private static readonly ElementType[] Elements = [ElementType.Float32, ElementType.Float16, ElementType.BFloat16];

    [Fact]
    public void Searches_find_nearly_all_while_points_come_go_and_are_rewritten() => Gen
        .Select(Gen.Int[0, 3].Select(i => Distances[i]), Gen.Int[0, 2].Select(i => Elements[i]), Gen.Int[2, 20], Gen.ULong)
        .Sample(
            (distance, elements, dimension, seed) =>
            {
                var random = new SeededRandom(seed);
                using var store = Shards.Empty(Schema(dimension, distance, elements));
                var recall = 0.0;
                for (var round = 0; round < 8; round++)
                {
                    store.Apply(store.AppliedIndex + 1, [new UpsertPoints(Points(random, random.Next(1500), random.Next(1, 400), dimension))]);
                    store.Apply(store.AppliedIndex + 1, [new DeletePoints([.. Enumerable.Range(0, 60).Select(_ => PointId.FromNumber((ulong)random.Next(1900)))])]);
                    if (random.Chance(0.7))
                        store.Flush();
                    if (random.Chance(0.7))
                        store.Index();
                    if (random.Chance(0.4))
                        store.Compact(everything: random.Chance(0.5));
                    using var view = random.Chance(0.3) && store.AppliedIndex > 1 ? TryOpen(store, store.AppliedIndex - 1) ?? store.OpenView() : store.OpenView();
                    recall += Recall(view, Requests(random, dimension, 6)) / 8;
                }

                Assert.True(recall >= 0.93, $"recall {recall}");
            },
            iter: LongRuns.AreWanted ? 300 : 15);

    [Fact]
    public void An_index_is_there_again_after_reopening_without_being_built()
    {
        var disk = new SimulatedFileSystem(1);
        var schema = Schema(8, Distance.Cosine);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 500, 8))]);
        Assert.Equal(1, store.Flush().Index());
        var manifest = store.Checkpoint()!;
        using var reopened = ShardStore.Open(schema, Shards.Place(disk.Crash(CrashKeeps.None)), null, manifest, "test");
        reopened.RemoveUnreferencedFiles();
        Assert.Equal(0, reopened.Index());
        Assert.True(reopened.Statistics.VectorIndexBytes > 0);
    }

    [Fact]
    public void An_index_of_other_options_is_built_anew()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema(8, Distance.Cosine), disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 500, 8))]);
        store.Flush().Index();
        var manifest = store.Checkpoint()!;
        var other = new CollectionSchema(
            CollectionName.Parse("test"), [VectorSchema.Dense("", 8, Distance.Cosine) with { Index = new VectorIndexOptions { FullScanThreshold = 0, M = 12 } }]);
        using var reopened = ShardStore.Open(other, Shards.Place(disk), null, manifest, "test");
        Assert.Equal(1, reopened.Index());
    }

    // In the second case nearly all of a query's closest lie in one segment, which has to be asked for more than its share.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_segments_find_as_many_as_one_however_points_are_spread_over_them(bool isInOrder)
    {
        const int Dimension = 16;
        var points = UniformPoints(new SeededRandom(1), 16_000, Dimension);
        if (isInOrder)
            points = [.. points.OrderBy(point => point.Vector.Span[0])];
        SearchRequest[] requests = [.. UniformPoints(new SeededRandom(2), 100, Dimension).Select(point => new SearchRequest { Vector = point.Vector, Limit = 10, Parameters = new SearchParameters { HnswEf = 40 } })];
        var (one, eight) = (RecallIn(segments: 1), RecallIn(segments: 8));
        Assert.InRange(one, 0.7, 0.99);
        Assert.True(eight >= one - 0.01, $"recall {eight} of eight segments, {one} of one");

        double RecallIn(int segments)
        {
            using var store = Shards.Empty(Schema(Dimension, Distance.Euclid));
            foreach (var part in points.Chunk(points.Length / segments))
            {
                store.Apply(store.AppliedIndex + 1, [new UpsertPoints(part)]);
                store.Flush();
            }

            Assert.Equal(segments, store.Index());
            using var view = store.OpenView();
            return Recall(view, requests);
        }
    }

    [Fact]
    public void Vectors_on_disk_are_asked_for_all_at_once_and_found_the_same()
    {
        var points = Points(new SeededRandom(1), 0, 900, 200);
        var request = new SearchRequest { Vector = points[5].Vector, Limit = 10 };
        var (inMemory, askedInMemory) = Search(Schema(200, Distance.Euclid), points, request);
        var (onDisk, askedOnDisk) = Search(WithVectorsOnDisk(Schema(200, Distance.Euclid)), points, request);
        Assert.Equal(inMemory.Select(point => (point.Id, point.Score)), onDisk.Select(point => (point.Id, point.Score)));

        // The schema's 60 candidates, of which half and half the limit are compared: each for itself; and no more than the blocks they are in, with the blocks' checksums.
        Assert.InRange(askedOnDisk - askedInMemory, 35, 35 + 2);
    }

    [Fact]
    public void Vectors_on_disk_are_the_same_index()
    {
        var disk = new SimulatedFileSystem(1);
        var schema = Schema(8, Distance.Cosine);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 500, 8))]);
        store.Flush().Index();
        var manifest = store.Checkpoint()!;
        using var reopened = ShardStore.Open(WithVectorsOnDisk(schema), Shards.Place(disk), null, manifest, "test");
        Assert.Equal(0, reopened.Index());
    }

    [Fact]
    public void Small_segments_are_not_indexed()
    {
        using var store = Shards.Empty(Shards.Schema(8));
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 500, 8))]);
        Assert.Null(store.Flush().BeginVectorIndex());
    }

    [Fact]
    public void Every_damage_of_an_index_is_found_and_it_is_built_with_the_same_bytes()
    {
        var schema = Schema(4, Distance.Euclid);
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 60, 4))]);
        store.Flush().Index();
        var manifest = store.Checkpoint()!;
        var path = IndexPath(disk);
        var whole = disk.ReadFile(path);
        var told = new List<ShardDamage>();
        for (var at = 0; at < whole.Length; at += LongRuns.AreWanted ? 1 : 7)
        {
            // Padding is not looked at.
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            disk.ReplaceFile(path, damaged);
            told.Clear();
            using var reopened = ShardStore.Open(schema, Shards.Place(disk) with { OnDamage = told.Add }, null, manifest, "test");
            var built = reopened.Index();
            Assert.Equal(built, told.Count(damage => damage is { IsDerived: true, Section: "VectorIndex/0" } && damage.File == path));
            Assert.Equal(built == 1 ? whole : damaged, disk.ReadFile(path));
            Assert.True(built == 1 || whole[at] == 0, $"a flipped bit of byte {at} is not seen");
            using var view = reopened.OpenView();
            Assert.Equal(1, Recall(view, Requests(new SeededRandom(2), 4, 3)));
        }

        for (var length = 0; length < whole.Length; length += LongRuns.AreWanted ? 1 : 61)
        {
            disk.ReplaceFile(path, whole.AsSpan(0, length));
            using var reopened = ShardStore.Open(schema, Shards.Place(disk), null, manifest, "test");
            Assert.Equal(1, reopened.Index());
            Assert.Equal(whole, disk.ReadFile(path));
        }
    }

    [Fact]
    public void A_crash_or_a_failure_at_any_operation_of_a_build_loses_nothing_and_leaves_nothing()
    {
        var schema = Schema(4, Distance.Cosine);
        long? operations = null;
        for (var number = 1L; operations is null || number <= operations; number++)
        {
            foreach (var moment in Enum.GetValues<CrashMoment>())
            {
                var disk = new SimulatedFileSystem((ulong)number);
                using var store = Shards.Empty(schema, disk: disk);
                store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 80, 4))]);
                var manifest = store.Flush().Checkpoint()!;
                operations ??= CountOperations(schema);
                disk.CrashAt(disk.OperationCount + number, moment);
                Assert.Throws<SimulatedCrashException>(() => store.Index());
                foreach (var keeps in CrashKeeps.EachPattern((ulong)number))
                    AssertGoesOn(schema, disk.Crash(keeps), manifest);
            }
        }
    }

    [Fact]
    public void A_segment_that_is_rewritten_while_it_is_indexed_leaves_no_index_behind()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema(4, Distance.Cosine), disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 80, 4))]);
        store.Flush();
        store.Apply(2, [new UpsertPoints(Points(new SeededRandom(2), 80, 80, 4))]);
        store.Flush();
        var work = store.BeginVectorIndex()!;
        store.Compact();
        store.Checkpoint();
        work.Run(IndexRun.Alone);
        store.Complete(work);
        store.DeleteUnusedFiles();
        Assert.DoesNotContain(disk.ListFiles("shard"), name => name.EndsWith(".idx", StringComparison.Ordinal));
        Assert.Equal(1, store.Index());
        Assert.Single(disk.ListFiles("shard"), name => name.EndsWith(".idx", StringComparison.Ordinal));
    }

    [Fact]
    public void Indexed_segments_that_are_merged_stay_indexed()
    {
        using var store = Shards.Empty(Schema(4, Distance.Cosine));
        for (var part = 0; part < 3; part++)
        {
            store.Apply(part + 1, [new UpsertPoints(Points(new SeededRandom((ulong)part), 300 * part, 300, 4))]);
            store.Flush().Index();
        }

        store.Compact();
        Assert.Null(store.BeginVectorIndex());
        using var view = store.OpenView();
        Assert.True(Recall(view, Requests(new SeededRandom(9), 4, 20)) > 0.95);
    }

    [Fact]
    public void A_build_goes_on_after_a_crash_at_any_operation_and_comes_to_the_same_bytes()
    {
        var schema = Schema(4, Distance.Cosine);
        var run = IndexRun.Alone with { DraftVectors = 100 };
        var (whole, operations, resumed) = (Array.Empty<byte>(), long.MaxValue, 0);
        for (var number = 0L; number <= operations; number++)
        {
            var disk = new SimulatedFileSystem((ulong)number);
            using var store = Shards.Empty(schema, disk: disk);
            store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 450, 4))]);
            var manifest = store.Flush().Checkpoint()!;
            var before = disk.OperationCount;
            if (number == 0)
            {
                store.BeginVectorIndex()!.Run(run);
                (whole, operations) = (disk.ReadFile(IndexPath(disk)), disk.OperationCount - before);
                Assert.Equal(2, disk.ListFiles("shard").Count);
                continue;
            }

            disk.CrashAt(before + number, CrashMoment.After);
            Assert.Throws<SimulatedCrashException>(() => store.BeginVectorIndex()!.Run(run));
            foreach (var keeps in CrashKeeps.EachPattern((ulong)number))
            {
                var after = disk.Crash(keeps);
                using var reopened = ShardStore.Open(schema, Shards.Place(after), null, manifest, "test");
                reopened.RemoveUnreferencedFiles();
                var first = -1;
                if (reopened.BeginVectorIndex() is { } work)
                {
                    work.Run(run with { Progress = (done, _) => first = first < 0 ? done : first });
                    reopened.Complete(work);
                }

                resumed += first > 100 ? 1 : 0;
                Assert.Equal(whole, after.ReadFile(IndexPath(after)));
                Assert.Equal(2, after.ListFiles("shard").Count);
            }
        }

        Assert.True(resumed > 10, $"{resumed} builds went on");
    }

    [Fact]
    public void A_damaged_draft_is_begun_anew()
    {
        var schema = Schema(4, Distance.Cosine);
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        store.Flush().CancelIndexAt(251, draftVectors: 100);
        var path = Path.Combine("shard", Assert.Single(disk.ListFiles("shard"), name => name.EndsWith(VectorIndexDraft.Ending, StringComparison.Ordinal)));
        var draft = disk.ReadFile(path);
        byte[]? whole = null;
        for (var at = 0; at < draft.Length; at += LongRuns.AreWanted ? 1 : 499)
        {
            var damaged = draft.ToArray();
            damaged[at] ^= 1;
            disk.ReplaceFile(path, damaged);
            var again = store.BeginVectorIndex()!;
            var first = -1;
            again.Run(IndexRun.Alone with { Progress = (done, _) => first = first < 0 ? done : first });
            store.Abandon(again);
            Assert.Equal(0, first);
            Assert.Equal(whole ??= disk.ReadFile(IndexPath(disk)), disk.ReadFile(IndexPath(disk)));
            disk.DeleteFile(IndexPath(disk));
        }
    }

    [Fact]
    public void Vectors_of_all_magnitudes_are_searched_exactly()
    {
        using var store = Shards.Empty(Schema(4, Distance.Euclid));
        Point[] points = [.. Points(new SeededRandom(1), 0, 500, 4).Select((point, i) => new Point(point.Id, Array.ConvertAll(point.Vector.ToArray(), x => x * MathF.Pow(10, i % 38)), point.Payload))];
        store.Apply(1, [new UpsertPoints(points)]);
        Assert.Equal(0, store.Flush().Index());
        using var view = store.OpenView();
        Assert.Equal(1, Recall(view, Requests(new SeededRandom(2), 4, 10)));
    }

    [Fact]
    public void A_cancelled_build_leaves_nothing()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema(4, Distance.Cosine), disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        store.Flush().CancelIndexAt(150);
        Assert.DoesNotContain(disk.ListFiles("shard"), name => name.Contains(".idx", StringComparison.Ordinal));
        Assert.Equal(1, store.Index());
    }

    [Fact]
    public void A_build_is_cancelled_while_it_reads_its_vectors_and_in_the_midst_of_a_step()
    {
        using var store = Shards.Empty(Schema(4, Distance.Cosine));
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        store.Flush();
        AssertEnds(cancelAt: 0);
        AssertEnds(cancelAt: 1);
        AssertEnds(cancelAt: 40);
        Assert.Equal(1, store.Index());

        void AssertEnds(int cancelAt)
        {
            using var cancel = new CancellationTokenSource();
            var calls = 0;
            if (cancelAt == 0)
                cancel.Cancel();
            var run = new IndexRun(Loop, CancellationToken: cancel.Token);
            var work = store.BeginVectorIndex()!;
            Assert.Throws<OperationCanceledException>(() => work.Run(run));
            store.Abandon(work);
            Assert.Equal(cancelAt, calls);

            void Loop(int count, Action<int> body)
            {
                for (var i = 0; i < count; i++)
                {
                    if (++calls == cancelAt)
                        cancel.Cancel();
                    body(i);
                }
            }
        }
    }

    [Fact]
    public void A_build_that_is_cancelled_while_it_goes_on_from_a_draft_keeps_the_draft()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema(4, Distance.Cosine), disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        store.Flush().CancelIndexAt(251, draftVectors: 100);
        using var cancel = new CancellationTokenSource();
        var again = store.BeginVectorIndex()!;
        Assert.Throws<OperationCanceledException>(() => again.Run(new IndexRun((_, body) => { cancel.Cancel(); body(0); }, CancellationToken: cancel.Token)));
        store.Abandon(again);
        var first = -1;
        var last = store.BeginVectorIndex()!;
        last.Run(IndexRun.Alone with { Progress = (done, _) => first = first < 0 ? done : first });
        store.Complete(last);
        Assert.True(first > 100, $"begins at {first}");
    }

    private static ReadView? TryOpen(ShardStore store, long index)
    {
        try
        {
            return store.OpenView(index);
        }
        catch (InvalidRequestException)
        {
            return null;
        }
    }

    private static long CountOperations(CollectionSchema schema)
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 80, 4))]);
        store.Flush().Checkpoint();
        var before = disk.OperationCount;
        store.Index();
        return disk.OperationCount - before;
    }

    private static void AssertGoesOn(CollectionSchema schema, SimulatedFileSystem disk, byte[] manifest)
    {
        using var store = ShardStore.Open(schema, Shards.Place(disk), null, manifest, "test");
        store.RemoveUnreferencedFiles();
        store.Index();
        using var view = store.OpenView();
        Assert.Equal(80, view.Count);
        Assert.Equal(1, Recall(view, Requests(new SeededRandom(3), 4, 2)));
        Assert.Equal(2, disk.ListFiles("shard").Count);
    }

    private static string IndexPath(SimulatedFileSystem disk) =>
        Path.Combine("shard", Assert.Single(disk.ListFiles("shard"), name => name.EndsWith(".idx", StringComparison.Ordinal)));

    private static CollectionSchema WithVectorsOnDisk(CollectionSchema schema) =>
        new(schema.Name, [.. schema.Vectors.Select(vector => vector with { Index = vector.Index with { VectorsOnDisk = true } })]);

    // With all blocks of the file in memory, and compared with their checksums.
    private static (IReadOnlyList<ScoredPoint> Found, long RangesNeeded) Search(CollectionSchema schema, Point[] points, SearchRequest request)
    {
        var disk = new CountingFileSystem(new SimulatedFileSystem(1));
        using var store = ShardStore.Create(schema, Shards.Place(disk));
        store.Apply(1, [new UpsertPoints(points)]);
        Assert.Equal(1, store.Flush().Index());
        using var view = store.OpenView();
        view.Search(request with { Parameters = new SearchParameters { Exact = true } });
        var before = disk.RangesNeeded;
        return (view.Search(request), disk.RangesNeeded - before);
    }

    private static Point[] UniformPoints(SeededRandom random, int count, int dimension) =>
        [.. Enumerable.Range(1, count).Select(id => new Point(PointId.FromNumber((ulong)id), Enumerable.Range(0, dimension).Select(i => (i == 0 ? 6 : 1) * (float)random.NextDouble()).ToArray()))];
}
