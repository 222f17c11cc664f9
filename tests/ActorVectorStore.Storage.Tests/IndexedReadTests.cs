using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Shards with payload indexes against shards without: the same operations, filters and answers.</summary>
public sealed class IndexedReadTests
{
    private const int Dimension = 3;

    private static readonly PayloadIndex[] Indexes =
    [
        .. Enum.GetValues<PayloadIndexKind>().Where(kind => kind != default).SelectMany(kind => new[] { "a", "b", "a.b", "b[]" }.Select(path => new PayloadIndex(PayloadPath.Parse(path), kind))),
    ];

    private static readonly Payload Patch = Payload.Parse("""{"a":["x",2],"b":[1,{"a":true}]}""");

    private static readonly PointId[] Some = [.. Enumerable.Range(0, 12).Select(n => PointId.FromNumber((ulong)n))];

    [Fact]
    public void An_indexed_shard_answers_every_filter_as_one_without_indexes() =>
        Gen.Select(Shards.Log(Dimension, 8, FilterGens.Payload), FilterGens.Filter.Array[1, 4], Gen.Int.Array[9], Shards.WholeComponent.Array[Dimension]).Sample(
            (log, filters, upkeep, query) =>
            {
                using var plain = Shards.Empty(Shards.Schema(Dimension, Distance.Dot));
                using var indexed = Shards.Empty(Shards.Schema(Dimension, Distance.Dot));
                plain.Apply(1, []);
                indexed.Apply(1, [.. Indexes.Select(index => new CreatePayloadIndex(index))]);
                for (var i = 0; i < log.Length; i++)
                {
                    var operations = WithFilters(log[i], i, filters, query);
                    Assert.Equal(plain.Apply(i + 2, operations), indexed.Apply(i + 2, operations));
                    if ((upkeep[i] & 1) == 0)
                        indexed.Flush();
                    if ((upkeep[i] & 2) == 0)
                        indexed.Compact(everything: (upkeep[i] & 4) == 0);
                }

                AssertSame(plain, indexed, filters, query);
                AssertSame(plain, indexed.Flush().Compact(), filters, query);
            },
            iter: 80);

    [Fact]
    public void An_index_that_is_created_later_is_built_for_what_is_on_disk()
    {
        using var store = Shards.Empty(Shards.Schema(1, Distance.Dot));
        store.Apply(1, [new UpsertPoints([.. Enumerable.Range(0, 200).Select(n => new Point(PointId.FromNumber((ulong)n), new float[] { n }, Payload.Parse($"{{\"a\":\"{n % 10}\"}}")))])]);
        store.Flush().Checkpoint();
        var filter = new Filter { Must = [new FieldCondition(PayloadPath.Parse("a"), new MatchKeyword(["3"]))] };
        Assert.Equal((0L, 200L), Estimate(store, filter));
        store.Apply(2, [new CreatePayloadIndex(Indexes[0])]);
        Assert.NotNull(store.Flush().Compact(everything: false).Checkpoint());
        Assert.Equal((20L, 20L), Estimate(store, filter));
        Assert.Null(store.BeginCompaction());
        store.Apply(3, [new DropPayloadIndex(Indexes[0])]);
        Assert.Empty(store.PayloadIndexes);
        Assert.Null(store.BeginCompaction());
    }

    // After the operations of the log, so that some of what the filters find was touched in the same event.
    private static ShardOperation[] WithFilters(ShardOperation[] operations, int number, Filter[] filters, float[] query) => (number % 4) switch
    {
        1 => [.. operations, new SetPayload(new PointsMatching(filters[0]), Patch), new DeletePayloadKeys(new PointsMatching(filters[^1]), [PayloadPath.Parse("b[0]"), PayloadPath.Parse("c")])],
        2 => [.. operations, new DeleteMatching(filters[0])],
        3 => [.. operations, new ConditionalUpsert([.. Some.Select(id => new Point(id, query, Patch))], new IfMatches(filters[^1]) { InsertsAbsent = false }), new DeleteMatching(filters[^1])],
        _ => operations,
    };

    private static (long Min, long Max) Estimate(ShardStore store, Filter filter)
    {
        using var view = store.OpenView();
        return view.Estimate(filter);
    }

    private static void AssertSame(ShardStore plain, ShardStore indexed, Filter[] filters, float[] query)
    {
        using var expected = plain.OpenView();
        using var found = indexed.OpenView();
        Assert.Equal(expected.ContentDigest(), found.ContentDigest());
        foreach (var filter in filters)
        {
            var count = expected.CountMatching(filter);
            Assert.Equal(count, found.CountMatching(filter));
            var (min, max) = found.Estimate(filter);
            Assert.InRange(count, min, max);
            var scroll = new ScrollRequest { Filter = filter, Limit = 5, Fields = PointFields.None };
            Assert.Equal(expected.Scroll(scroll).Points, found.Scroll(scroll).Points);
            var search = new SearchRequest { Vector = query, Filter = filter, Limit = 7, Fields = PointFields.None };
            Assert.Equal(expected.Search(search), found.Search(search));
        }
    }
}
