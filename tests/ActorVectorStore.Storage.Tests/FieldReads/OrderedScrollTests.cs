using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Scrolls in the order of a field against a list of all values that is sorted as a whole.</summary>
public sealed class OrderedScrollTests
{
    private static readonly PayloadIndexKind[] Kinds = [PayloadIndexKind.Integer, PayloadIndexKind.Float, PayloadIndexKind.Datetime];

    private static readonly Gen<OrderValue> Number = Gen.OneOf<OrderValue>(
        new OrderInteger(0), new OrderInteger(2), new OrderInteger((1L << 53) + 1), new OrderInteger(long.MinValue), new OrderInteger(long.MaxValue),
        new OrderFloat(-0.0), new OrderFloat(0.5), new OrderFloat(2), new OrderFloat(-1.5), new OrderFloat(9223372036854775808.0), new OrderFloat(-9223372036854775808.0),
        new OrderFloat(-1e300), new OrderFloat(1e300), new OrderFloat(double.PositiveInfinity), new OrderFloat(double.NegativeInfinity));

    private static readonly Gen<OrderValue> Moment = Gen.OneOf("2024-02-29", "2024-02-29T00:00:00.5Z", "2000-01-01", "0001-01-01").Select(
        text => (OrderValue)new OrderInstant(Instant.Parse(text)));

    private static readonly Gen<(ScrollRequest Request, PayloadIndexKind Kind)> Order = Gen.Select(
        Gen.OneOf<PayloadPath>([.. FieldLife.Paths]), Gen.OneOf(Kinds), Gen.Bool, Gen.Select(Number, Moment), Gen.Int[0, 2], Gen.Select(FilterGens.Filter, Gen.Bool, Gen.OneOf(1, 3, 10, 1_000)),
        (path, kind, isDescending, starts, from, rest) => (
            new ScrollRequest
            {
                OrderBy = new OrderBy(path)
                {
                    Direction = isDescending ? OrderDirection.Descending : OrderDirection.Ascending,
                    StartFrom = from == 0 ? null : kind == PayloadIndexKind.Datetime ? starts.Item2 : starts.Item1,
                },
                Filter = rest.Item2 ? rest.Item1 : null,
                Limit = rest.Item3,
            },
            kind));

    [Fact]
    public void An_ordered_scroll_gives_what_sorting_all_values_gives_whatever_was_flushed_compacted_and_indexed_when() =>
        Gen.Select(Shards.Log(FieldLife.Dimension, 8, FilterGens.Payload), Gen.Int.Array[9], Gen.Int[0, 9], Order.Array[1, 6]).Sample(
            (log, upkeep, createdAt, orders) =>
            {
                using var life = FieldLife.Of(log, upkeep, Kinds, createdAt);
                life.AssertViews((view, points) => Assert.All(orders, order => AssertOrdered(view, points, order.Request, order.Kind)));
                life.Store.Flush().Compact();
                life.AssertViews((view, points) => Assert.All(orders, order => AssertOrdered(view, points, order.Request, order.Kind)));
            },
            iter: 150);

    [Fact]
    public void Pages_that_start_from_the_last_value_and_exclude_what_was_seen_with_it_miss_no_point_and_repeat_no_value() => Gen.Select(Gen.Int[0, 6].Array[0, 3].Array[1, 60], Gen.Bool, Gen.Int[1, 7]).Sample(
        (values, isDescending, limit) =>
        {
            using var store = NewStore(values.Select(list => $"{{\"n\":[{string.Join(',', list)}]}}"), PayloadIndexKind.Integer);
            using var view = store.OpenView();
            var (order, seen) = (new OrderBy(PayloadPath.Parse("n")) { Direction = isDescending ? OrderDirection.Descending : OrderDirection.Ascending }, new List<(OrderValue, PointId)>());
            while (view.Scroll(new ScrollRequest { OrderBy = order, Limit = limit, Filter = SeenWith(order.StartFrom, seen) }).Points is { Count: > 0 } points)
            {
                seen.AddRange(points.Select(point => (point.OrderValue!, point.Id)));
                order = order with { StartFrom = points[^1].OrderValue };
            }

            // Ids that were seen with the last value are excluded with all of their values: those of them behind it may be missed.
            Assert.Equal(seen.Count, seen.Distinct().Count());
            Assert.Equal(values.Where(list => list.Length > 0).Count(), seen.Select(entry => entry.Item2).Distinct().Count());
        },
        iter: 200);

    [Fact]
    public void A_point_is_there_once_for_each_different_value_and_tells_it()
    {
        using var store = NewStore(["""{"n":[3,1,3,"x",2.5]}""", """{"n":2}""", """{"m":1}""", """{"n":null}""", "{}"], PayloadIndexKind.Integer);
        using var view = store.OpenView();
        var page = view.Scroll(new ScrollRequest { OrderBy = new OrderBy(PayloadPath.Parse("n")) });
        Assert.Equal([(1L, 0UL), (2L, 1UL), (3L, 0UL)], page.Points.Select(point => (((OrderInteger)point.OrderValue!).Value, point.Id.Number)));
        Assert.Null(page.NextOffset);
    }

    [Fact]
    public void Descending_is_the_reverse_of_ascending_also_among_equal_values()
    {
        using var store = NewStore(Enumerable.Range(0, 50).Select(n => $"{{\"n\":{n % 3}}}"), PayloadIndexKind.Float);
        using var view = store.Flush().OpenView();
        var request = new ScrollRequest { OrderBy = new OrderBy(PayloadPath.Parse("n")), Limit = 50 };
        var down = view.Scroll(request with { OrderBy = request.OrderBy with { Direction = OrderDirection.Descending } }).Points;
        Assert.Equal(view.Scroll(request).Points.Reverse(), down);
        Assert.Equal(50UL - 3, down[0].Id.Number);
    }

    [Fact]
    public void A_field_without_a_fitting_index_is_refused()
    {
        using var store = NewStore(["{}"], PayloadIndexKind.Datetime);
        using var view = store.OpenView();
        var order = new OrderBy(PayloadPath.Parse("n"));
        Assert.Empty(view.Scroll(new ScrollRequest { OrderBy = order }).Points);
        Assert.Throws<InvalidRequestException>(() => view.Scroll(new ScrollRequest { OrderBy = order with { StartFrom = new OrderInteger(1) } }));
        Assert.Throws<InvalidRequestException>(() => view.Scroll(new ScrollRequest { OrderBy = new OrderBy(PayloadPath.Parse("m")) }));
        Assert.Throws<InvalidRequestException>(() => view.Scroll(new ScrollRequest { OrderBy = order, Offset = PointId.FromNumber(1) }));
    }

    [Fact]
    public void A_page_that_would_be_too_large_is_refused()
    {
        using var store = NewStore(Enumerable.Range(0, 5).Select(n => $"{{\"n\":{n}}}"), PayloadIndexKind.Integer);
        using var view = store.OpenView();
        var request = new ScrollRequest { OrderBy = new OrderBy(PayloadPath.Parse("n")) };
        Assert.Equal(5, view.Scroll(request, bytesMax: 5 * 7).Points.Count);
        Assert.Throws<InvalidRequestException>(() => view.Scroll(request, bytesMax: (5 * 7) - 1));
        Assert.Equal(4, view.Scroll(request with { Limit = 4 }, bytesMax: (5 * 7) - 1).Points.Count);
    }

    [Fact]
    public void Cancellation_ends_an_ordered_scroll()
    {
        using var store = NewStore(["""{"n":1}"""], PayloadIndexKind.Integer);
        using var memory = store.OpenView();
        var request = new ScrollRequest { OrderBy = new OrderBy(PayloadPath.Parse("n")) };
        Assert.Throws<OperationCanceledException>(() => memory.Scroll(request, cancellationToken: new CancellationToken(canceled: true)));
        using var disk = store.Flush().OpenView();
        Assert.Throws<OperationCanceledException>(() => disk.Scroll(request, cancellationToken: new CancellationToken(canceled: true)));
    }

    /// <summary>The page is that of the twin, and its points are whole.</summary>
    internal static void AssertOrdered(ReadView view, IReadOnlyList<Point> points, ScrollRequest request, PayloadIndexKind kind)
    {
        var expected = NaiveField.Order(points, request, kind);
        var (rows, bytesLeft) = (view.Order(request, new PayloadIndex(request.OrderBy!.Path, kind)), long.MaxValue);
        var found = rows.Select(row => view.Read(row, PointFields.Payload, ref bytesLeft)).ToArray();
        Assert.Equal(expected, found.Select(point => (point.OrderValue!, point.Id)));
        Assert.All(found, point => Assert.Equal(points.Single(other => other.Id == point.Id).Payload, point.Payload));
    }

    private static Filter? SeenWith(OrderValue? value, List<(OrderValue Value, PointId Id)> seen) =>
        value is null ? null : Filter.NoneOf(Filter.HasId([.. seen.Where(entry => entry.Value == value).Select(entry => entry.Id)]));

    private static ShardStore NewStore(IEnumerable<string> payloads, PayloadIndexKind kind)
    {
        var store = Shards.Empty(Shards.Schema(1, Distance.Dot));
        store.Apply(1, [new CreatePayloadIndex(new PayloadIndex(PayloadPath.Parse("n"), kind))]);
        store.Apply(2, [new UpsertPoints([.. payloads.Select((payload, n) => new Point(PointId.FromNumber((ulong)n), new float[1], Payload.Parse(payload)))])]);
        return store;
    }
}
