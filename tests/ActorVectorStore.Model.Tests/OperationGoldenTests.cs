using System.Runtime.CompilerServices;

namespace ActorVectorStore.Model.Tests;

/// <summary>
/// The bytes of every format version, for ever. To write the file of a <b>new</b> version run the tests with AVS_REWRITE_TESTDATA=1; the files of a
/// version that was released are never rewritten.
/// </summary>
public sealed class OperationGoldenTests
{
    private const string Version1 = "operations-v1.golden";
    private const string Version2 = "operations-v2.golden";
    private const string Version3 = "operations-v3.golden";

    [Fact]
    public void Version_1_is_written_as_recorded() => Assert.Equal(Read(Version1), OperationCodec.Encode(OfVersion1()));

    [Fact]
    public void Version_1_is_read_as_recorded() => Operations.AssertEqual(OfVersion1(), OperationCodec.Decode(Read(Version1)));

    [Fact]
    public void Version_2_is_written_as_recorded() => Assert.Equal(Read(Version2), OperationCodec.Encode(RecordedOperations.OfVersion2()));

    [Fact]
    public void Version_3_is_written_as_recorded()
    {
        var bytes = OperationCodec.Encode(RecordedOperations.OfVersion3());
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
            File.WriteAllBytes(Path.Combine(SourceDirectory(), "testdata", Version3), bytes);
        else
            Assert.Equal(Read(Version3), bytes);
    }

    [Fact]
    public void Version_3_is_read_as_recorded() => Operations.AssertEqual(RecordedOperations.OfVersion3(), OperationCodec.Decode(Read(Version3)));

    [Fact]
    public void Version_2_is_read_as_recorded() => Operations.AssertEqual(RecordedOperations.OfVersion2(), OperationCodec.Decode(Read(Version2)));

    [Fact]
    public void What_is_recorded_has_every_kind()
    {
        var operations = RecordedOperations.OfVersion2();
        Assert.Equal(
            Enumerable.Range(1, OperationFormat.NewestKind),
            operations.Concat(RecordedOperations.OfVersion3()).Select(operation => (int)operation.Kind).Distinct().Order());
        Assert.Equal(Enumerable.Range(1, OperationFormat.NewestKindOf(2)), operations.Select(operation => (int)operation.Kind).Distinct().Order());
        Assert.Equal(KindsUnder(typeof(WriteCondition)), Names(operations.OfType<ConditionalUpsert>().Select(upsert => upsert.Condition)));
        Assert.Equal(KindsUnder(typeof(PointSelection)), Names(operations.OfType<PayloadOperation>().Select(change => change.Selection)));
        var conditions = RecordedOperations.ConditionsIn(RecordedOperations.EveryCondition()).ToArray();
        Assert.Equal(KindsUnder(typeof(Condition)), Names(conditions));
        Assert.Equal(KindsUnder(typeof(FieldTest)), Names(conditions.OfType<FieldCondition>().Select(field => field.Test)));
    }

    private static string[] KindsUnder(Type root) =>
        [.. root.Assembly.GetTypes().Where(type => type.IsSubclassOf(root) && !type.IsAbstract).Select(type => type.Name).Order()];

    private static string[] Names(IEnumerable<object> parts) => [.. parts.Select(part => part.GetType().Name).Distinct().Order()];

    private static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", file));

    private static ShardOperation[] OfVersion1()
    {
        var uuid = PointId.Parse("6fa459ea-ee8a-3ca4-894e-db77e160355e");
        return
        [
            new UpsertPoints(
            [
                new Point(PointId.FromNumber(0), new[] { 0f, -0f, 1f }),
                new Point(PointId.FromNumber(ulong.MaxValue), new[] { float.MaxValue, float.MinValue, float.Epsilon }, Payload.Parse("{\"city\":\"Berlin\"}")),
                new Point(uuid, new[] { 0.5f, -0.25f, 3.1415927f }, Payload.Parse("{\"\u6f22\":[1.0,{\"a\":null},true],\"s\":\"\\u00e9\"}")),
            ]),
            new DeletePoints([PointId.FromNumber(0), uuid, PointId.FromUuid(Guid.AllBitsSet)]),
            new UpsertPoints([new Point(PointId.FromNumber(0x0102030405060708), new[] { 42f })]),
        ];
    }

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
