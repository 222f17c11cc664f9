using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Damage of a payload index changes no ordered scroll and no facet: the payloads are read instead, and the next compaction mends it.</summary>
public sealed class FieldDamageTests
{
    private const int Rows = 8_000;

    private static readonly PayloadIndexKind[] Kinds = [PayloadIndexKind.Keyword, PayloadIndexKind.Integer, PayloadIndexKind.Float, PayloadIndexKind.Bool, PayloadIndexKind.Datetime, PayloadIndexKind.Uuid];

    private static readonly PayloadPath Path = PayloadPath.Parse("v");

    private static readonly Filter Some = Filter.AllOf(Filter.Field("v").AtLeast(5_000));

    [Fact]
    public void Damage_at_the_beginning_the_end_or_on_the_way_through_an_index_changes_no_order_and_no_count()
    {
        var (disk, manifest) = NewShard();
        var name = System.IO.Path.Combine("shard", disk.ListFiles("shard").Single(file => file.EndsWith(".seg", StringComparison.Ordinal)));
        using var whole = Open(disk, manifest);
        Assert.Null(whole.BeginCompaction());
        for (var number = 0; number < Kinds.Length; number++)
        {
            var expected = Answers(whole, whole, Kinds[number]);
            var places = BlocksOf(disk, name, number);
            foreach (var place in places)
            {
                var rotten = disk.Clone();
                rotten.FlipBit(name, place, 3);
                using var store = Open(rotten, manifest);
                Assert.Equal(expected, Answers(store, whole, Kinds[number]));
                var work = store.BeginCompaction();
                Assert.Equal(1, work?.SourceCount);
                if (place == places[^1] && number == 0)
                    Mend(store, work!);
                else
                    store.Abandon(work!);
            }
        }

        void Mend(ShardStore store, SegmentRewrite work)
        {
            work.Run();
            store.Complete(work);
            Assert.All(Kinds, kind => Assert.Equal(Answers(whole, whole, kind), Answers(store, whole, kind)));
            Assert.Null(store.BeginCompaction());
        }
    }

    // A byte in each block that has a checksum: damage to the last one is found when the index is opened, to others when they are touched.
    private static List<long> BlocksOf(SimulatedFileSystem disk, string name, int number)
    {
        using var segment = SealedSegment.Open(disk, name, new PayloadBlockCache(1));
        var section = segment.Sections.Single(entry => entry.Key == new SectionKey(SealedSectionKind.PayloadIndex, (uint)number));
        Assert.True(section.Length > 2 * SealedSegmentFormat.BlockBytes || Kinds[number] == PayloadIndexKind.Bool, $"The index of kind {Kinds[number]} has {section.Length} bytes only.");
        var places = new List<long>();
        for (var at = 0L; at < section.Length; at += SealedSegmentFormat.BlockBytes)
            places.Add(section.Offset + at);
        return places;
    }

    // Everything, also of what comes late: each walk goes through its whole index. Facets together with those of another shard, so that a value that comes at the wrong time
    // is not added to itself.
    private static List<string> Answers(ShardStore store, ShardStore other, PayloadIndexKind kind)
    {
        using var view = store.OpenView();
        using var otherView = other.OpenView();
        var (answers, index) = (new List<string>(), new PayloadIndex(Path, kind));
        foreach (var filter in new[] { null, Some })
        {
            if (kind is PayloadIndexKind.Integer or PayloadIndexKind.Float or PayloadIndexKind.Datetime)
            {
                foreach (var direction in Enum.GetValues<OrderDirection>())
                {
                    var rows = view.Order(new ScrollRequest { OrderBy = new OrderBy(Path) { Direction = direction }, Filter = filter, Limit = 3 * Rows }, index);
                    Assert.True(rows.Count >= Rows / 4);
                    answers.AddRange(rows.Select(row => $"{row.Rank} {row.Id}"));
                }
            }

            if (kind is not (PayloadIndexKind.Float or PayloadIndexKind.Datetime))
            {
                var request = new FacetRequest { Path = Path, Filter = filter };
                answers.AddRange(FacetWalk.Top([view.WalkFacets(request, index), otherView.WalkFacets(request, index)], index, 3 * Rows).Select(hit => hit.ToString()));
            }
        }

        return answers;
    }

    private static ShardStore Open(SimulatedFileSystem disk, byte[] manifest) =>
        ShardStore.Open(Shards.Schema(1, Distance.Dot), Shards.Place(disk), null, manifest, "manifest");

    private static (SimulatedFileSystem Disk, byte[] Manifest) NewShard()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Shards.Schema(1, Distance.Dot), disk: disk);
        store.Apply(1, [.. Kinds.Select(kind => new CreatePayloadIndex(new PayloadIndex(Path, kind)))]);
        store.Apply(2, [new UpsertPoints([.. Enumerable.Range(0, Rows).Select(PointOf)])]);
        return (disk, store.Flush().Checkpoint()!);
    }

    private static Point PointOf(int n) => new(
        PointId.FromNumber((ulong)n),
        new float[1],
        Payload.Parse(
            $$"""
            {"v":[{{n}},{{n % 3}},{{n + 9_000}},{{(n % 2 == 0 ? "true" : "false")}},"k{{n}}","k{{n % 2}}","2024-02-29T{{n / 3_600:D2}}:{{n / 60 % 60:D2}}:{{n % 60:D2}}Z","2023-02-28T00:{{n / 3_600:D2}}:{{n % 60:D2}}Z",
            "00000000-0000-0000-0000-{{n:D12}}","00000000-0000-0000-0001-{{n % 5_000:D12}}"]}
            """));
}
