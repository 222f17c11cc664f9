using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Generators of every operation over few ids, payloads, names and indexes, so that conditions hold, filters hit and pins meet themselves.</summary>
internal static class OperationGens
{
    /// <summary>The indexes that are created and dropped: over what the filters ask.</summary>
    public static readonly PayloadIndex[] Indexes =
    [
        new(PayloadPath.Parse("n"), PayloadIndexKind.Integer),
        new(PayloadPath.Parse("tag"), PayloadIndexKind.Keyword),
        new(PayloadPath.Parse("tag"), PayloadIndexKind.Text),
        new(PayloadPath.Parse("deep.n"), PayloadIndexKind.Float),
    ];

    // Deep enough that it breaks the limit of depth inside a list, and only there.
    private static readonly Payload DeepPayload = Model.Payload.Parse($"{string.Concat(Enumerable.Repeat("{\"z\":", 62))}{{}}{new string('}', 62)}");

    private static readonly Gen<PointId> Id = Gen.Frequency((6, Gen.ULong[0, 12].Select(PointId.FromNumber)), (1, Shards.Id));

    private static readonly Gen<int> N = Gen.Int[0, 3].Select(n => n * 250_000);

    private static readonly Gen<string> Tag = Gen.OneOf("x", "y", "x y");

    private static readonly Gen<Payload> Payload = Gen.Frequency(
        (1, Gen.Const(Model.Payload.Empty)),
        (4, Gen.Select(N, Tag, (n, tag) => Model.Payload.Parse($$"""{"n":{{n}},"tag":"{{tag}}"}"""))),
        (2, Gen.Select(N, Gen.OneOf("null", "[\"x\",\"y\"]", "7"), (n, tag) => Model.Payload.Parse($$$"""{"tag":{{{tag}}},"deep":{"n":{{{n}}} }}"""))),
        (1, Gen.OneOf("[]", "[{}]", "[{\"n\":1},2]").Select(list => Model.Payload.Parse($$"""{"list":{{list}}}"""))));

    private static readonly Gen<Filter> Filter = Gen.Frequency(
        (3, N.Select(n => Model.Filter.AllOf(Model.Filter.Field("n").Is(n)))),
        (1, N.Select(n => Model.Filter.AllOf(Model.Filter.Field("n").AtLeast(n)))),
        (2, Tag.Select(tag => Model.Filter.AllOf(Model.Filter.Field("tag").Is(tag)))),
        (1, Gen.Const(Model.Filter.AllOf(Model.Filter.Field("tag").HasWords("x")))),
        (1, Gen.Const(Model.Filter.NoneOf(Model.Filter.Field("tag").IsEmpty(), Model.Filter.Field("n").IsEmpty()))),
        (1, N.Select(n => Model.Filter.AnyOf(Model.Filter.Field("deep.n").AtLeast(n), Model.Filter.Field("list").HasCount(new Bounds<int> { AtLeast = 1 })))),
        (2, Id.Array[0, 6].Select(ids => Model.Filter.AllOf(Model.Filter.HasId(ids)))),
        (1, Gen.Const(new Filter())));

    private static readonly Gen<PinName> Name = Gen.OneOf("a", "b", "\u00e9").Select(PinName.Parse);

    private static readonly Gen<PointSelection> Selection = Gen.Frequency(
        (1, Id.Array[1, 6].Select(ids => (PointSelection)new PointsById(ids))),
        (1, Filter.Select(filter => (PointSelection)new PointsMatching(filter))));

    private static readonly Gen<ShardOperation> Change = Gen.Select(Gen.Int[0, 5], Selection, Payload, ChangeOf);

    private static readonly Gen<ShardOperation> OfPins = Gen.Select(Gen.Int[0, 2], Name, (kind, name) => kind < 2 ? new PinIndex(name) : (ShardOperation)new ReleasePin(name));

    private static readonly Gen<ShardOperation> OfIndexes = Gen.Select(
        Gen.Int[0, 2], Gen.OneOf(Indexes), (kind, index) => kind < 2 ? new CreatePayloadIndex(index) : (ShardOperation)new DropPayloadIndex(index));

    /// <summary>Any operation; plain upserts and deletes have payloads of their own as well.</summary>
    public static Gen<ShardOperation> Any(int dimension, Gen<Payload>? payload = null) => Gen.Frequency(
        (4, Shards.Operation(dimension, payload)),
        (2, Points(dimension).Select(points => (ShardOperation)new UpsertPoints(points))),
        (4, Gen.Select(Points(dimension), Gen.Int[0, 4], Gen.Long[0, 8].Array[8], Filter, Conditional)),
        (1, Filter.Select(filter => (ShardOperation)new DeleteMatching(filter))),
        (4, Change),
        (2, OfPins),
        (1, OfIndexes));

    public static Gen<ShardOperation[][]> Log(int dimension, int eventsMax) => Any(dimension).Array[0, 4].Array[0, eventsMax];

    private static Gen<Point[]> Points(int dimension) =>
        Gen.Select(Id, Shards.WholeComponent.Array[dimension], Payload, (id, vector, payload) => new Point(id, vector, payload)).Array[1, 8];

    private static ShardOperation Conditional(Point[] points, int kind, long[] versions, Filter filter) => new ConditionalUpsert(points, kind switch
    {
        0 => new IfAbsent(),
        1 => new IfPresent(),
        2 => new IfVersion(versions[..points.Length]),
        _ => new IfMatches(filter) { InsertsAbsent = kind == 3 },
    });

    private static ShardOperation ChangeOf(int kind, PointSelection selection, Payload payload) => kind switch
    {
        0 => new SetPayload(selection, payload),
        1 => new SetPayload(selection, payload, PayloadPath.Parse("deep")),
        2 => new SetPayload(selection, DeepPayload, PayloadPath.Parse("list[].deep")),
        3 => new OverwritePayload(selection, payload),
        4 => new DeletePayloadKeys(selection, [PayloadPath.Parse("n"), PayloadPath.Parse("deep.n"), PayloadPath.Parse("list[0]")]),
        _ => new ClearPayload(selection),
    };
}
