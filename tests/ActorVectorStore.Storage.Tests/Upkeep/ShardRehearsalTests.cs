using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>A rehearsal reads what the application reads, all of it and no more: what it lets through can be applied, and what can be applied it lets through.</summary>
public sealed class ShardRehearsalTests
{
    private const int Large = 1_000_000;

    private static readonly CollectionSchema Schema = new(CollectionName.Parse("test"),
    [
        VectorSchema.Dense("small", 2, Distance.Dot),
        VectorSchema.Dense("big", 1_024, Distance.Dot),
        VectorSchema.Sparse("words"),
        VectorSchema.Multi("passages", 512, Distance.Dot),
    ]);

    private static readonly PointSelection All = new PointsMatching(new Filter());

    [Fact]
    public void What_damage_keeps_from_being_applied_is_found_out_before_it_is_logged_and_nothing_else() =>
        AssertAgree(Shards.Schema(256), OperationGens.Any(256), long.MaxValue, iterations: 500);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(300)]
    public void So_it_is_with_every_kind_of_vector_and_where_much_is_too_large_to_be_copied(long copiedBytesMax) =>
        AssertAgree(NamedVectorTests.Schema, NamedVectorTests.Operation, copiedBytesMax, iterations: 500);

    [Fact]
    public void A_point_that_is_updated_many_times_at_once_is_read_once()
    {
        using var store = OneLarge();
        var updates = new UpdateVectors([.. Enumerable.Range(0, 300).Select(n => new VectorUpdate(Id(1), Small(n)))]);
        AssertAllocates(10 * Large, () => store.Rehearse([updates]));
        AssertAllocates(10 * Large, () => store.Apply(2, [updates]));
    }

    [Fact]
    public void A_point_that_is_left_out_many_times_is_asked_once()
    {
        using var store = OneLarge();
        var filter = Filter.AllOf(Filter.Field("t").Is("y"));
        var upsert = new ConditionalUpsert([.. Enumerable.Range(0, 300).Select(_ => new Point(Id(1), Small(1)))], new IfMatches(filter));
        AssertAllocates(10 * Large, () => store.Rehearse([upsert]));
        AssertAllocates(10 * Large, () => Assert.Equal([new OperationOutcome(0, 300)], store.Apply(2, [upsert])));
    }

    [Fact]
    public void What_is_too_large_is_refused_before_a_vector_is_read_or_a_payload_beyond_what_may_be_copied()
    {
        var (disk, manifest) = Written(Enumerable.Range(0, 64).Select(n => new Point(Id(n), Big(n), Text(n, 30_000))));
        disk.FlipBit(SegmentOf(disk), SectionOf(disk, SealedSectionKind.Vectors, column: 1).Offset, 0);
        using var store = Open(disk, manifest, new ShardStoreOptions { CopiedBytesMax = 100_000 });
        var ids = new PointsById([.. Enumerable.Range(0, 64).Select(Id)]);
        ShardOperation[] operations =
        [
            new SetPayload(ids, Payload.Parse("""{"a":1}""")),
            new UpdateVectors([.. Enumerable.Range(0, 64).Select(n => new VectorUpdate(Id(n), Small(n)))]),
        ];
        foreach (var operation in operations)
        {
            AssertAllocates(1_000_000, () => store.Rehearse([operation]));
            Assert.Equal([new OperationOutcome(0, 64, IsTooLarge: true)], store.Apply(store.AppliedIndex + 1, [operation]));
        }
    }

    [Fact]
    public void An_operation_behind_one_that_makes_room_for_it_is_rehearsed_upon_what_that_leaves()
    {
        var (disk, manifest) = Written([new Point(Id(1), Big(1), Payload.Empty), new Point(Id(2), Big(2), Payload.Empty)]);
        disk.FlipBit(SegmentOf(disk), SectionOf(disk, SealedSectionKind.Vectors, column: 1).Offset + 4_096, 0);
        using var store = Open(disk, manifest, new ShardStoreOptions { CopiedBytesMax = 6_000 });
        ShardOperation[] all = [new ClearPayload(All)];
        store.Rehearse(all);
        Assert.Throws<CorruptionException>(() => store.Rehearse([new DeletePoints([Id(1)]), .. all]));
        Assert.Throws<CorruptionException>(() => store.Apply(1 + store.AppliedIndex, [new DeletePoints([Id(1)]), .. all]));
        Assert.Equal([new OperationOutcome(0, 2, IsTooLarge: true)], store.Apply(1 + store.AppliedIndex, all));
    }

    [Theory]
    [InlineData("big", 1)]
    [InlineData("words", 2)]
    [InlineData("passages", 3)]
    public void A_damaged_vector_can_be_replaced_and_can_be_deleted(string name, int column)
    {
        var (disk, manifest) = Written([new Point(Id(1), Full(1), Text(1, 10))]);
        disk.FlipBit(SegmentOf(disk), SectionOf(disk, name == "words" ? SealedSectionKind.SparseIndices : SealedSectionKind.Vectors, column).Offset, 0);
        foreach (var mending in (ShardOperation[])[
            new UpdateVectors([new VectorUpdate(Id(1), new NamedVectors([new(name, Full(2).Find(name)!)]))]),
            new DeleteVectors(All, [name])])
        {
            using var store = Open(disk, manifest);
            Assert.Throws<CorruptionException>(() => store.Rehearse([new ClearPayload(All)]));
            store.Rehearse([mending]);
            Assert.Equal([new OperationOutcome(1, 0)], store.Apply(2, [mending]));
            store.Rehearse([new ClearPayload(All)]);
            using var view = store.OpenView();
            Assert.Equal(mending is DeleteVectors ? null : Full(2).Find(name), view.Get([Id(1)], PointFields.All)[0].Named!.Find(name));
        }
    }

    [Fact]
    public void Damage_to_points_that_an_operation_leaves_as_they_are_does_not_keep_it_from_the_others()
    {
        var full = Text(1, ModelLimits.PayloadBytesMax - 20);
        var (disk, manifest) = Written([new Point(Id(1), Big(1), full), new Point(Id(2), Small(2), Payload.Empty)]);
        disk.FlipBit(SegmentOf(disk), SectionOf(disk, SealedSectionKind.Vectors, column: 1).Offset, 0);
        using var store = Open(disk, manifest);
        ShardOperation[][] events = [[new SetPayload(All, Text(3, 100), PayloadPath.Parse("more"))], [new DeleteVectors(All, ["small"])]];
        foreach (var operations in events)
        {
            store.Rehearse(operations);
            Assert.Equal(1, store.Apply(store.AppliedIndex + 1, operations)[0].Changed);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Vectors_that_go_count_nothing_so_that_points_can_be_made_smaller(bool isOnDisk)
    {
        using var store = Shards.Empty(Schema, new ShardStoreOptions { CopiedBytesMax = 2 * 64 });
        store.Apply(1, [new UpsertPoints([.. Enumerable.Range(1, 2).Select(n => new Point(Id(n), Full(n)))])]);
        if (isOnDisk)
            store.Flush();
        Assert.Equal([new OperationOutcome(0, 2, IsTooLarge: true)], store.Apply(2, [new DeleteVectors(All, ["big", "words"])]));
        Assert.Equal([new OperationOutcome(0, 2, IsTooLarge: true)], store.Apply(3, [new DeleteVectors(All, ["big", "passages"])]));
        Assert.Equal([new OperationOutcome(2, 0)], store.Apply(4, [new DeleteVectors(All, ["big", "passages", "words"])]));
        Assert.Equal([new OperationOutcome(2, 0)], store.Apply(5, [new ClearPayload(All)]));
    }

    // Of each pair the rehearsal comes first, as it does where an event is logged.
    private static void AssertAgree(CollectionSchema schema, Gen<ShardOperation> operation, long copiedBytesMax, int iterations)
    {
        var (refused, applied, tooLarge) = (0, 0, 0);
        var options = new ShardStoreOptions { CopiedBytesMax = copiedBytesMax };
        Gen.Select(operation.Array[0, 4].Array[1, 12], operation.Array[1, 3].Array[1, 8], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, 7]).Sample(
            (log, events, section, place, bit) =>
            {
                var disk = new SimulatedFileSystem(1);
                using var store = Shards.Empty(schema, disk: disk);
                foreach (var logged in log)
                    store.Apply(store.AppliedIndex + 1, logged);
                if (store.Flush().Checkpoint() is not { } manifest || disk.ListFiles("shard").FirstOrDefault(name => name.EndsWith(".seg", StringComparison.Ordinal)) is not { } name)
                    return;
                var (damaged, path) = (disk.Clone(), Path.Combine("shard", name));
                using (var segment = SealedSegment.Open(damaged, path, new PayloadBlockCache(1)))
                {
                    SectionEntry[] sections = [.. segment.Sections.Where(entry => entry.Length > 0)];
                    var chosen = sections[(int)(section * (sections.Length - 1))];
                    damaged.FlipBit(path, chosen.Offset + (long)(place * (chosen.Length - 1)), bit);
                }

                using var opened = ShardStore.Open(schema, Shards.Place(damaged), options, manifest, "manifest");
                foreach (var operations in events)
                {
                    var rehearsal = Record.Exception(() => opened.Rehearse(operations));
                    IReadOnlyList<OperationOutcome> outcomes = [];
                    var application = Record.Exception(() => outcomes = opened.Apply(opened.AppliedIndex + 1, operations));
                    Assert.True(rehearsal is null or CorruptionException, $"{rehearsal}");
                    Assert.True(rehearsal is null == application is null, $"{string.Join(", ", operations.Select(one => one.GetType().Name))}: {rehearsal} but {application}");
                    Interlocked.Add(ref refused, rehearsal is null ? 0 : 1);
                    Interlocked.Add(ref applied, application is null ? 1 : 0);
                    Interlocked.Add(ref tooLarge, outcomes.Any(outcome => outcome.IsTooLarge) ? 1 : 0);
                }
            },
            iter: LongRuns.AreWanted ? 40 * iterations : iterations);
        Assert.True(refused > 20 && applied > 200 && tooLarge > 20 == (copiedBytesMax < long.MaxValue), $"{refused} refused, {applied} applied, {tooLarge} too large.");
    }

    private static ShardStore OneLarge()
    {
        var store = Shards.Empty(Schema);
        store.Apply(1, [new UpsertPoints([new Point(Id(1), Small(1), Text(1, Large))])]);
        return store.Flush();
    }

    private static void AssertAllocates(long bytesMax, Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytesMax);
    }

    private static (SimulatedFileSystem Disk, byte[] Manifest) Written(IEnumerable<Point> points)
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema, disk: disk);
        store.Apply(1, [new UpsertPoints([.. points])]);
        return (disk, store.Flush().Checkpoint()!);
    }

    private static ShardStore Open(SimulatedFileSystem disk, byte[] manifest, ShardStoreOptions? options = null) =>
        ShardStore.Open(Schema, Shards.Place(disk), options, manifest, "manifest");

    private static PointId Id(int number) => PointId.FromNumber((ulong)number);

    private static Payload Text(int n, int length) => Payload.Parse($$"""{"t":"{{n}}{{new string('x', length - 10)}}"}""");

    private static NamedVectors Small(int n) => new([new("small", new DenseVector(new float[] { n, 1 }))]);

    private static NamedVectors Big(int n) => new([new("big", new DenseVector(Components(1_024, n)))]);

    private static NamedVectors Full(int n) => new(
    [
        .. Small(n),
        .. Big(n),
        new("words", new SparseVector(Enumerable.Range(0, 100).Select(i => (uint)i).ToArray(), Components(100, n))),
        new("passages", new MultiVector(Components(1_024, n), 512)),
    ]);

    private static float[] Components(int count, int n) => [.. Enumerable.Range(0, count).Select(i => (float)(i + n))];

    private static string SegmentOf(SimulatedFileSystem disk) =>
        Path.Combine("shard", disk.ListFiles("shard").Single(name => name.EndsWith(".seg", StringComparison.Ordinal)));

    private static SectionEntry SectionOf(SimulatedFileSystem disk, SealedSectionKind kind, int column)
    {
        using var segment = SealedSegment.Open(disk, SegmentOf(disk), new PayloadBlockCache(1));
        return segment.Sections.Single(section => section.Key == new SectionKey(kind, (uint)column));
    }
}
