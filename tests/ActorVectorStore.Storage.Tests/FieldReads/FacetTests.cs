using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Facets against a list of all values that is counted as a whole.</summary>
public sealed class FacetTests
{
    private static readonly PayloadIndexKind[] Kinds = [PayloadIndexKind.Keyword, PayloadIndexKind.Integer, PayloadIndexKind.Bool, PayloadIndexKind.Uuid];

    private static readonly Gen<(FacetRequest Request, PayloadIndexKind Kind)> Facet = Gen.Select(
        Gen.OneOf<PayloadPath>([.. FieldLife.Paths]), Gen.OneOf(Kinds), FilterGens.Filter, Gen.Bool, Gen.OneOf(1, 3, 1_000),
        (path, kind, filter, isFiltered, limit) => (new FacetRequest { Path = path, Filter = isFiltered ? filter : null, Limit = limit }, kind));

    [Fact]
    public void Facets_give_what_counting_all_values_gives_whatever_was_flushed_compacted_and_indexed_when() =>
        Gen.Select(Shards.Log(FieldLife.Dimension, 8, FilterGens.Payload), Gen.Int.Array[9], Gen.Int[0, 9], Facet.Array[1, 6]).Sample(
            (log, upkeep, createdAt, facets) =>
            {
                using var life = FieldLife.Of(log, upkeep, Kinds, createdAt);
                life.AssertViews((view, points) => Assert.All(facets, facet => AssertCounted(view, points, facet.Request, facet.Kind)));
                life.Store.Flush().Compact();
                life.AssertViews((view, points) => Assert.All(facets, facet => AssertCounted(view, points, facet.Request, facet.Kind)));
            },
            iter: 150);

    [Fact]
    public void Values_that_do_not_fit_in_memory_are_counted_in_several_passes() => Gen.Select(Gen.Int[-20, 20].Array[0, 4].Array[1, 60], Gen.Bool.Array[60], Gen.OneOf(1L, 200, 900, 1 << 20), Gen.Int[-22, 22]).Sample(
        (values, isIn, windowBytes, after) =>
        {
            var segment = new MutableSegment(new RowLayout(Shards.Schema(1).Vectors));
            segment.BeginStaging();
            for (var row = 0; row < values.Length; row++)
                segment.Stage(PointId.FromNumber((ulong)row), Payload.Parse($"{{\"n\":[{string.Join(',', values[row])}]}}").Utf8.Span, 1);
            var passing = new RowBitmap(values.Length);
            for (var row = 0; row < values.Length; row++)
                _ = isIn[row] && passing.TryAdd(row);
            var key = new byte[OrderedKey.Bytes];
            OrderedKey.Write((long)after, key);
            var walk = new ScannedFacets(segment, passing, new PayloadIndex(PayloadPath.Parse("n"), PayloadIndexKind.Integer), key, windowBytes);
            var expected = values.Where((_, row) => isIn[row]).SelectMany(list => list.Distinct()).Where(value => value > after).GroupBy(value => value)
                .OrderBy(group => group.Key).Select(group => ((long)group.Key, (long)group.Count()));
            Assert.Equal(expected, Read(walk));
        },
        iter: 300);

    [Fact]
    public void Equal_counts_come_in_the_order_of_values_and_the_limit_cuts_behind_them()
    {
        using var store = NewStore(PayloadIndexKind.Keyword, ["""{"k":["b","b","a"]}""", """{"k":"\ue000"}""", """{"k":"\ud83d\ude00"}""", """{"k":["b",1,null]}""", "{}"]);
        using var view = store.OpenView();
        var request = new FacetRequest { Path = PayloadPath.Parse("k") };
        Assert.Equal([Hit("b", 2), Hit("a", 1), Hit("\ue000", 1), Hit("\ud83d\ude00", 1)], view.Facets(request));
        Assert.Equal([Hit("b", 2), Hit("a", 1)], view.Facets(request with { Limit = 2 }));
    }

    [Fact]
    public void Uuids_are_one_value_however_they_are_written()
    {
        using var store = NewStore(
            PayloadIndexKind.Uuid,
            ["""{"k":"6fa459ea-ee8a-3ca4-894e-db77e160355e"}""", """{"k":["6FA459EA-ee8a-3ca4-894e-db77e160355e","6fa459ea-ee8a-3ca4-894e-db77e160355e","none"]}"""]);
        using var view = store.Flush().OpenView();
        Assert.Equal([Hit("6fa459ea-ee8a-3ca4-894e-db77e160355e", 2)], view.Facets(new FacetRequest { Path = PayloadPath.Parse("k") }));
    }

    [Fact]
    public void A_field_without_an_index_whose_values_can_be_counted_is_refused()
    {
        using var store = NewStore(PayloadIndexKind.Float, ["{}"]);
        using var view = store.OpenView();
        var error = Assert.Throws<InvalidRequestException>(() => view.Facets(new FacetRequest { Path = PayloadPath.Parse("k") }));
        Assert.Equal(("a payload index of kind Keyword or Integer or Bool or Uuid on 'k'", "Float"), (error.Expected, error.Found));
        Assert.Equal("none", Assert.Throws<InvalidRequestException>(() => view.Facets(new FacetRequest { Path = PayloadPath.Parse("j") })).Found);
    }

    [Fact]
    public void Values_that_are_too_many_bytes_to_keep_are_refused_and_fewer_are_not()
    {
        var top = new TopFacets(ModelLimits.FacetLimitMax);
        var few = new TopFacets(100);
        for (var n = 0; n < ModelLimits.FacetBytesMax >> 16; n++)
        {
            top.Offer(KeyOf(n), 1);
            few.Offer(KeyOf(n), n + 1);
        }

        Assert.Throws<InvalidRequestException>(() => top.Offer([1], 1));
        few.Offer([1], 1);
        Assert.Equal(100, few.Hits(PayloadIndexKind.Keyword).Count);

        static byte[] KeyOf(int n) => [.. BitConverter.GetBytes(n), .. new byte[(1 << 16) - sizeof(int)]];
    }

    [Fact]
    public void Cancellation_ends_a_facet()
    {
        using var store = NewStore(PayloadIndexKind.Keyword, ["""{"k":"a"}"""]);
        var request = new FacetRequest { Path = PayloadPath.Parse("k") };
        using var memory = store.OpenView();
        Assert.Throws<OperationCanceledException>(() => memory.Facets(request, new CancellationToken(canceled: true)));
        using var disk = store.Flush().OpenView();
        Assert.Throws<OperationCanceledException>(() => disk.Facets(request, new CancellationToken(canceled: true)));
    }

    /// <summary>The values are those of the twin.</summary>
    internal static void AssertCounted(ReadView view, IReadOnlyList<Point> points, FacetRequest request, PayloadIndexKind kind)
    {
        var index = new PayloadIndex(request.Path, kind);
        Assert.Equal(NaiveField.Facets(points, request, kind), FacetWalk.Top([view.WalkFacets(request, index)], index, request.Limit));
    }

    private static FacetHit Hit(string value, long count) => new(new FacetText(value), count);

    private static IEnumerable<(long Value, long Count)> Read(FacetWalk walk)
    {
        while (walk.MoveNext(CancellationToken.None))
            yield return (OrderedKey.ReadInt64(walk.Key), walk.Count);
    }

    private static ShardStore NewStore(PayloadIndexKind kind, IReadOnlyList<string> payloads)
    {
        var store = Shards.Empty(Shards.Schema(1, Distance.Dot));
        store.Apply(1, [new CreatePayloadIndex(new PayloadIndex(PayloadPath.Parse("k"), kind))]);
        store.Apply(2, [new UpsertPoints([.. payloads.Select((payload, n) => new Point(PointId.FromNumber((ulong)n), new float[1], Payload.Parse(payload)))])]);
        return store;
    }
}
