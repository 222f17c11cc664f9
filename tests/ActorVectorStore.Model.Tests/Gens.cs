using System.Text;
using System.Text.Json;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

/// <summary>Generators of valid values. CsCheck prints the seed of a failing case; set CsCheck_Seed to run it again.</summary>
internal static class Gens
{
    public static readonly Gen<float> Component = Gen.OneOf(
        Gen.Float[-10, 10],
        Gen.OneOf<float>(0f, -0f, float.Epsilon, float.MaxValue, float.MinValue, 1e-38f),
        Gen.Int.Select(BitConverter.Int32BitsToSingle).Where(float.IsFinite));

    public static readonly Gen<Payload> Payload = Gen.Frequency(
        (1, Gen.Const(Model.Payload.Empty)),
        (3, Gen.Dictionary(Gen.String[Gen.Char.AlphaNumeric, 0, 8], JsonValue(2))[0, 5].Select(ToPayload)));

    private static readonly Gen<Point[]> Points = Gen.Int[1, 40].SelectMany(dimension => Point(dimension).Array[1, 12]);

    /// <summary>Operations that version 1 of the format knows.</summary>
    public static readonly Gen<ShardOperation> OldOperation = Gen.OneOf(
        Points.Select(points => (ShardOperation)new UpsertPoints(points)),
        IdGens.Id.Array[1, 30].Select(ids => (ShardOperation)new DeletePoints(ids)));

    private static readonly Gen<PointSelection> Selection = Gen.OneOf(
        IdGens.Id.Array[1, 10].Select(ids => (PointSelection)new PointsById(ids)),
        FilterGens.Filter.Select(filter => (PointSelection)new PointsMatching(filter)));

    public static readonly Gen<PinName> PinName = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 20], Gen.OneOf(" ", "nightly backup", "\u2603\ud83d\ude00", "/", new string('\u20ac', ModelLimits.PinNameLengthMax)))
        .Select(Model.PinName.Parse);

    private static readonly Gen<PayloadIndexKind> IndexKind = Gen.OneOf(Enum.GetValues<PayloadIndexKind>().Where(kind => kind != default).ToArray());

    /// <summary>Operations that version 2 of the format brought.</summary>
    public static readonly Gen<ShardOperation> NewOperation = Gen.OneOf(
        Points.SelectMany(Conditional),
        FilterGens.Filter.Select(filter => (ShardOperation)new DeleteMatching(filter)),
        Gen.Select(Selection, Payload, FilterGens.Path.Null()).Select((points, payload, key) => (ShardOperation)new SetPayload(points, payload, key)),
        Gen.Select(Selection, Payload).Select((points, payload) => (ShardOperation)new OverwritePayload(points, payload)),
        Gen.Select(Selection, FilterGens.Path.Array[1, 5]).Select((points, paths) => (ShardOperation)new DeletePayloadKeys(points, paths)),
        Selection.Select(points => (ShardOperation)new ClearPayload(points)),
        PinName.Select(name => (ShardOperation)new PinIndex(name)),
        PinName.Select(name => (ShardOperation)new ReleasePin(name)),
        Gen.Select(Gen.OneOf("a", "b[].c", "d[0]"), IndexKind).Select((path, kind) =>
            (ShardOperation)new CreatePayloadIndex(new PayloadIndex(PayloadPath.Parse(path), kind))),
        IndexKind.Select(kind => (ShardOperation)new DropPayloadIndex(new PayloadIndex(PayloadPath.Parse("a"), kind))));

    private static readonly Gen<VectorValue> Vector = Gen.OneOf(
        Component.Array[1, 20].Select(components => (VectorValue)new DenseVector(components)),
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 4]).SelectMany((dimension, count) =>
            Component.Array[dimension * count].Select(components => (VectorValue)new MultiVector(components, dimension))),
        Gen.UInt.HashSet[0, 12].SelectMany(indices => Component.Array[indices.Count].Select(values => (VectorValue)new SparseVector(indices.ToArray(), values))));

    private static readonly Gen<string> VectorName = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 5], Gen.OneOf("\u6f22", new string('x', ModelLimits.VectorNameBytesMax)));

    public static readonly Gen<NamedVectors> Vectors = Gen.Select(
        VectorName.HashSet[0, 4].SelectMany(names => Vector.Array[names.Count].Select(vectors => names.Zip(vectors, (name, vector) => new NamedVector(name, vector)))),
        Component.Array[1, 5].Null(),
        (named, unnamed) => new NamedVectors(unnamed is null ? named : named.Append(new NamedVector("", new DenseVector(unnamed)))));

    private static readonly Gen<Point[]> NamedPoints = Gen.Select(IdGens.Id, Vectors, Payload, (id, vectors, payload) => new Point(id, vectors, payload)).Array[1, 8]
        .Where(points => !new UpsertPoints(points).IsSimple);

    /// <summary>Operations that version 3 of the format brought.</summary>
    public static readonly Gen<ShardOperation> NewestOperation = Gen.OneOf(
        NamedPoints.Select(points => (ShardOperation)new UpsertPoints(points)),
        NamedPoints.SelectMany(Conditional),
        Gen.Select(IdGens.Id, Vectors.Where(vectors => vectors.Count > 0), (id, vectors) => new VectorUpdate(id, vectors)).Array[1, 6]
            .Select(updates => (ShardOperation)new UpdateVectors(updates)),
        Gen.Select(Selection, VectorName.HashSet[1, 4]).Select((points, names) => (ShardOperation)new DeleteVectors(points, [.. names])));

    public static readonly Gen<ShardOperation> Operation = Gen.Frequency((1, OldOperation), (2, NewOperation), (1, NewestOperation));

    public static readonly Gen<ShardOperation[]> Event = Gen.Frequency((1, OldOperation.Array[1, 6]), (3, Operation.Array[1, 6]));

    public static Gen<Point> Point(int dimension) =>
        Gen.Select(IdGens.Id, Component.Array[dimension], Payload, (id, vector, payload) => new Point(id, vector, payload));

    private static Gen<ShardOperation> Conditional(Point[] points) => Gen.OneOf(
        Gen.OneOf<WriteCondition>(new IfAbsent(), new IfPresent()),
        Gen.Long[0, long.MaxValue].Array[points.Length].Select(versions => (WriteCondition)new IfVersion(versions)),
        Gen.Select(FilterGens.Filter, Gen.Bool).Select((filter, inserts) => (WriteCondition)new IfMatches(filter) { InsertsAbsent = inserts }))
        .Select(condition => (ShardOperation)new ConditionalUpsert(points, condition));

    private static Gen<string> JsonValue(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Int.Select(n => $"{n}"),
            Gen.OneOf("true", "false", "null", "1.0", "-1e400", "0.1", "\"\\u00e9\\n\"", "\"snow \u2603\"", "[]", "{}"),
            Gen.String[Gen.Char.AlphaNumeric, 0, 12].Select(s => JsonSerializer.Serialize(s)));
        return depth == 0 ? leaf : Gen.Frequency((4, leaf), (1, JsonValue(depth - 1).Array[0, 4].Select(items => $"[{string.Join(',', items)}]")));
    }

    private static Payload ToPayload(Dictionary<string, string> members)
    {
        var text = new StringBuilder("{");
        foreach (var (key, value) in members)
            text.Append(text.Length > 1 ? "," : "").Append(JsonSerializer.Serialize(key)).Append(':').Append(value);
        return Model.Payload.Parse(text.Append('}').ToString());
    }
}
