using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Damage of a payload index changes no ordered scroll and no facet: the payloads are read instead, and the next compaction mends it.</summary>
public sealed class FieldDamageTests
{
    private const int Rows = 3_000;

    private static readonly PayloadIndexKind[] Kinds = [PayloadIndexKind.Keyword, PayloadIndexKind.Integer, PayloadIndexKind.Float, PayloadIndexKind.Bool, PayloadIndexKind.Datetime, PayloadIndexKind.Uuid];

    private static readonly PayloadPath Path = PayloadPath.Parse("v");

    private static readonly Filter Some = Filter.AllOf(Filter.Field("v").AtLeast(5));

    private static readonly Point[] Points = [.. Enumerable.Range(0, Rows).Select(PointOf)];

    [Fact]
    public void A_flipped_bit_anywhere_in_an_index_changes_no_order_and_no_count()
    {
        var (disk, manifest) = NewShard();
        var name = System.IO.Path.Combine("shard", disk.ListFiles("shard").Single(file => file.EndsWith(".seg", StringComparison.Ordinal)));
        var random = new SeededRandom(5);
        var told = 0;
        for (var number = 0; number < Kinds.Length; number++)
        {
            SectionEntry section;
            using (var segment = SealedSegment.Open(disk, name, new PayloadBlockCache(1)))
                section = segment.Sections.Single(entry => entry.Key == new SectionKey(SealedSectionKind.PayloadIndex, (uint)number));
            long[] places = [0, section.Length - 1, section.Length / 2, .. Enumerable.Range(0, 4).Select(_ => random.Next((int)section.Length))];
            foreach (var place in places)
            {
                var rotten = disk.Clone();
                rotten.FlipBit(name, section.Offset + place, random.Next(8));
                using var store = ShardStore.Open(Shards.Schema(1, Distance.Dot), Shards.Place(rotten), null, manifest, "manifest");
                AssertSame(store, Kinds[number]);
                told += store.BeginCompaction() is { } work ? Mend(store, work, Kinds[number]) : 0;
            }
        }

        Assert.True(told > Kinds.Length, $"{told} damages were noticed: the indexes were hardly read.");
    }

    private static int Mend(ShardStore store, SegmentRewrite work, PayloadIndexKind kind)
    {
        work.Run();
        store.Complete(work);
        AssertSame(store, kind);
        Assert.Null(store.BeginCompaction());
        return 1;
    }

    private static void AssertSame(ShardStore store, PayloadIndexKind kind)
    {
        using var view = store.OpenView();
        foreach (var filter in new[] { null, Some })
        {
            if (kind is PayloadIndexKind.Integer or PayloadIndexKind.Float or PayloadIndexKind.Datetime)
            {
                foreach (var direction in Enum.GetValues<OrderDirection>())
                    OrderedScrollTests.AssertOrdered(view, Points, new ScrollRequest { OrderBy = new OrderBy(Path) { Direction = direction }, Filter = filter, Limit = 200 }, kind);
            }

            if (kind is not (PayloadIndexKind.Float or PayloadIndexKind.Datetime))
                FacetTests.AssertCounted(view, Points, new FacetRequest { Path = Path, Limit = Rows, Filter = filter }, kind);
        }
    }

    private static (SimulatedFileSystem Disk, byte[] Manifest) NewShard()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Shards.Schema(1, Distance.Dot), disk: disk);
        store.Apply(1, [.. Kinds.Select(kind => new CreatePayloadIndex(new PayloadIndex(Path, kind)))]);
        store.Apply(2, [new UpsertPoints(Points)]);
        return (disk, store.Flush().Checkpoint()!);
    }

    // Indexes of several blocks, with values of one row and of many.
    private static Point PointOf(int n) => new(
        PointId.FromNumber((ulong)n),
        new float[1],
        Payload.Parse($$"""{"v":[{{n * 7 % 1_000}},{{n % 3}},{{n % 2 == 0}},"k{{n % 700}}","2024-02-{{1 + (n % 28):D2}}T00:00:{{n % 60:D2}}Z","00000000-0000-0000-0000-{{n % 900:D12}}"]}""".Replace("True", "true", StringComparison.Ordinal).Replace("False", "false", StringComparison.Ordinal)));
}
