using System.Runtime.CompilerServices;

namespace ActorVectorStore.Model.Tests;

/// <summary>
/// The bytes of format version 1, for ever. To write the files of a <b>new</b> version run the tests with AVS_REWRITE_TESTDATA=1; the files of a
/// version that was released are never rewritten.
/// </summary>
public sealed class OperationGoldenTests
{
    private const string File = "operations-v1.golden";

    [Fact]
    public void Version_1_is_written_as_recorded()
    {
        var bytes = OperationCodec.Encode(Recorded());
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
            System.IO.File.WriteAllBytes(Path.Combine(SourceDirectory(), "testdata", File), bytes);
        else
            Assert.Equal(System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", File)), bytes);
    }

    [Fact]
    public void Version_1_is_read_as_recorded() => Operations.AssertEqual(
        Recorded(), OperationCodec.Decode(System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", File))));

    private static ShardOperation[] Recorded()
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
