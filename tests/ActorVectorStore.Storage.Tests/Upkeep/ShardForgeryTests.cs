using System.Buffers.Binary;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What breaks a rule of the format behind checksums that are right is damage like any other: it is told as such and changes no answer.</summary>
public sealed class ShardForgeryTests
{
    private const int Rows = 600;

    private static readonly CollectionSchema Schema = new(CollectionName.Parse("test"), [VectorSchema.Dense("", 16, Distance.Dot), VectorSchema.Sparse("words")]);

    private static readonly PayloadPath N = PayloadPath.Parse("n");

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(-1)]
    public void Vectors_whose_numbers_do_not_follow_one_another_are_damage(int before)
    {
        var (disk, path, manifest) = NewShard();

        // The second line of those that say which rows have a vector says first how many come before it.
        var number = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, before >= 0 ? before : Rows - 10);
        disk.Forge(path, new SectionKey(SealedSectionKind.Presence, 0), SealedSegmentFormat.PresenceLineBytes, number);
        using var store = Open(disk, manifest);
        using var view = store.OpenView();
        Assert.Throws<CorruptionException>(() => view.Search(new SearchRequest { Vector = new float[16], Limit = 10 }));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void Sparse_indices_that_do_not_ascend_are_damage(byte index)
    {
        var (disk, path, manifest) = NewShard();
        disk.Forge(path, new SectionKey(SealedSectionKind.SparseIndices, 1), sizeof(uint), index);
        using var store = Open(disk, manifest);
        using (var view = store.OpenView())
        {
            Assert.Throws<CorruptionException>(() => view.Get([Id(0)], PointFields.All));
            Assert.Single(view.Get([Id(1)], PointFields.All));
        }

        ShardOperation copying = new ClearPayload(new PointsById([Id(0)]));
        Assert.Throws<CorruptionException>(() => store.Rehearse([copying]));
        Assert.Throws<CorruptionException>(() => store.Apply(store.AppliedIndex + 1, [copying]));
        Assert.Equal([new OperationOutcome(1, 0)], store.Apply(store.AppliedIndex + 1, [new DeleteVectors(new PointsById([Id(0)]), ["words"])]));
    }

    [Theory]
    [InlineData(OrderDirection.Ascending)]
    [InlineData(OrderDirection.Descending)]
    public void Keys_of_an_index_that_are_out_of_order_change_no_order_and_a_compaction_mends_them(OrderDirection direction)
    {
        var (disk, path, manifest) = NewShard();
        using var whole = Open(disk.Clone(), manifest);
        disk.Forge(path, new SectionKey(SealedSectionKind.PayloadIndex, 0), (300 * sizeof(long)) + 6, 0, 9);
        using var store = Open(disk, manifest);
        Assert.Null(store.BeginCompaction());
        foreach (var start in (OrderValue?[])[null, new OrderInteger(310)])
            Assert.Equal(Ordered(whole, direction, start), Ordered(store, direction, start));
        Assert.Equal(1, store.BeginCompaction()?.SourceCount);
    }

    private static List<(PointId, OrderValue?)> Ordered(ShardStore store, OrderDirection direction, OrderValue? start)
    {
        using var view = store.OpenView();
        var request = new ScrollRequest { OrderBy = new OrderBy(N) { Direction = direction, StartFrom = start }, Limit = Rows };
        return [.. view.Scroll(request).Points.Select(point => (point.Id, point.OrderValue))];
    }

    // One row or two have no dense vector, so that the column says which have one.
    private static (SimulatedFileSystem Disk, string Path, byte[] Manifest) NewShard()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema, disk: disk);
        store.Apply(1, [new CreatePayloadIndex(new PayloadIndex(N, PayloadIndexKind.Integer))]);
        store.Apply(2, [new UpsertPoints([.. Enumerable.Range(0, Rows).Select(PointOf)])]);
        var manifest = store.Flush().Checkpoint()!;
        return (disk, Path.Combine("shard", disk.ListFiles("shard").Single(name => name.EndsWith(".seg", StringComparison.Ordinal))), manifest);
    }

    private static Point PointOf(int n)
    {
        var words = new NamedVector("words", new SparseVector(new uint[] { 7, 8, 9 }, new float[] { 1, 2, n }));
        var dense = new NamedVector("", new DenseVector(Enumerable.Range(n, 16).Select(i => (float)i).ToArray()));
        return new Point(Id(n), n % 500 == 99 ? new NamedVectors([words]) : new NamedVectors([dense, words]), Payload.Parse($$"""{"n":{{n}}}"""));
    }

    private static PointId Id(int number) => PointId.FromNumber((ulong)number);

    private static ShardStore Open(SimulatedFileSystem disk, byte[] manifest) => ShardStore.Open(Schema, Shards.Place(disk), null, manifest, "manifest");
}
