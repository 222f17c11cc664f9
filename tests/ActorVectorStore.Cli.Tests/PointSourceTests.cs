using System.Text;
using ActorVectorStore.Cli.Import;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Cli.Tests;

public sealed class PointSourceTests
{
    private static readonly float[][] Rows = [[1, -2.5f, 3], [0, float.Epsilon, 65504]];

    private static List<Point> Read(IPointSource source)
    {
        using (source)
        {
            var points = new List<Point>();
            while (source.TryRead(out var point))
            {
                Assert.Equal(source.Dimension, point!.Vector.Length);
                points.Add(point);
            }

            Assert.Equal(source.Progress.Bytes, source.Progress.Read);
            Assert.False(source.TryRead(out _));
            return points;
        }
    }

    private static string Refusal(Func<Stream, IPointSource> open, byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => Read(open(new MemoryStream(bytes)))).Message;

    private static FvecsSource Fvecs(Stream stream) => new(stream, firstId: 10);

    private static NpySource Npy(Stream stream) => new(stream, firstId: 10);

    private static JsonLinesSource JsonLines(Stream stream) => new(stream);

    [Fact]
    public void Records_of_fvecs_are_numbered_points()
    {
        var points = Read(Fvecs(new MemoryStream(PointBytes.Fvecs(Rows))));
        Assert.Equal([new Point(PointId.FromNumber(10), Rows[0]), new Point(PointId.FromNumber(11), Rows[1])], points);
    }

    [Theory]
    [InlineData(1, "<f4")]
    [InlineData(2, "<f8")]
    [InlineData(3, "<f2")]
    public void Rows_of_npy_are_numbered_points(byte version, string descr)
    {
        double[][] rows = [[1, -2.5, 3], [0, 0.25, 65504]];
        var points = Read(Npy(new MemoryStream(PointBytes.Npy(version, descr, rows))));
        Assert.Equal([10UL, 11UL], points.Select(point => point.Id.Number));
        Assert.Equal(rows.Select(row => row.Select(value => (float)value)), points.Select(point => point.Vector.ToArray()));
    }

    [Fact]
    public void Lines_of_json_are_points_with_their_own_ids_and_payloads()
    {
        const string Uuid = "0189c5d2-0000-7000-8000-00000000abcd";
        var points = Read(JsonLines(new MemoryStream(PointBytes.JsonLines(
            """{"vector": [1, 2e0], "id": 18446744073709551615, "payload": {"a": [null]}}""",
            "",
            $$"""{"id": "{{Uuid}}", "vector": [0.5, -1]}""" + "\r",
            ""))));
        Assert.Equal(
            [
                new Point(PointId.FromNumber(ulong.MaxValue), new[] { 1f, 2f }, Payload.Parse("""{"a":[null]}""")),
                new Point(PointId.Parse(Uuid), new[] { 0.5f, -1f }),
            ],
            points);
    }

    [Fact]
    public void A_line_longer_than_every_buffer_is_read_whole()
    {
        var text = new string('x', 3 << 20);
        var line = $$$"""{"id":1,"vector":[1],"payload":{"t":"{{{text}}}"}}""";
        var points = Read(JsonLines(new MemoryStream(PointBytes.JsonLines(PointBytes.JsonLine(0, [2]), line, PointBytes.JsonLine(2, [3])))));
        Assert.Equal([0UL, 1UL, 2UL], points.Select(point => point.Id.Number));
        Assert.True(points[1].Payload.Utf8.Length > 3 << 20);
    }

    [Fact]
    public void A_line_without_an_end_is_refused_before_memory_grows()
    {
        Assert.StartsWith("Line 1: expected at most", Refusal(JsonLines, Encoding.ASCII.GetBytes(new string(' ', 40 << 20))), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_fvecs_are_refused_with_their_place()
    {
        var bytes = PointBytes.Fvecs(Rows);
        Assert.Contains("found the end of the file", Refusal(Fvecs, []), StringComparison.Ordinal);
        Assert.Contains("at offset 0, found 12", Refusal(Fvecs, bytes[..12]), StringComparison.Ordinal);
        Assert.Contains("at offset 16, found 15", Refusal(Fvecs, bytes[..^1]), StringComparison.Ordinal);
        Assert.Contains("Expected 3 components at offset 16, as in the first record, found 2", Refusal(Fvecs, PointBytes.Fvecs([1, 2, 3], [1, 2, 3]).With(16, 2)), StringComparison.Ordinal);
        Assert.Contains("found 0", Refusal(Fvecs, bytes.With(0, 0)), StringComparison.Ordinal);
        Assert.Contains("found -1", Refusal(Fvecs, [0xff, 0xff, 0xff, 0xff, .. bytes]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1, 1), }", "found '>f4'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1), }", "found '|O'")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", "Fortran")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "shape of rows and components")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 0), }", "found (1, 0)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 999999999), }", "found (1, 999999999)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", "found 0 bytes of row 0")]
    [InlineData("__import__('os')", "found another text")]
    public void Arrays_that_are_not_vectors_are_refused(string dictionary, string expected)
    {
        Assert.Contains(expected, Refusal(Npy, PointBytes.NpyHead(1, dictionary)), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_an_array_header_may_stand_in_any_order()
    {
        byte[] bytes = [.. PointBytes.NpyHead(1, "{'shape': (1, 1), 'descr': '<f4', 'fortran_order': False}"), 0, 0, 0x80, 0x3f];
        Assert.Equal([1f], Assert.Single(Read(Npy(new MemoryStream(bytes)))).Vector.ToArray());
    }

    [Theory]
    [InlineData("7", "Expected an object")]
    [InlineData("""{"id":1}""", "Expected a member vector")]
    [InlineData("""{"vector":[1]}""", "Expected a member id")]
    [InlineData("""{"id":-1,"vector":[1]}""", "point id")]
    [InlineData("""{"id":1.5,"vector":[1]}""", "point id")]
    [InlineData("""{"id":1,"id":2,"vector":[1]}""", "id")]
    [InlineData("""{"id":1,"vector":[]}""", "Expected a vector of 1 to")]
    [InlineData("""{"id":1,"vector":["1"]}""", "Expected a number as component 0, found String")]
    [InlineData("""{"id":1,"vector":[1],"text":"x"}""", "found 'text'")]
    [InlineData("""{"id":1,"vector":[1],"payload":[]}""", "payload")]
    [InlineData("""{"id":1,"vector":[1]""", "Line 1:")]
    [InlineData("\u0093NUMPY", "Line 1:")]
    public void Lines_that_are_not_points_are_refused_with_their_number(string line, string expected)
    {
        var message = Refusal(JsonLines, PointBytes.JsonLines(line));
        Assert.StartsWith("Line 1: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_line_with_another_number_of_components_is_refused()
    {
        Assert.Contains("Line 2: Expected 1 components", Refusal(JsonLines, PointBytes.JsonLines(PointBytes.JsonLine(1, [1]), PointBytes.JsonLine(2, [1, 2]))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ending_of_the_name_chooses_the_format_and_an_unknown_one_is_refused()
    {
        Assert.Contains("found '.csv'", Assert.Throws<InvalidDataException>(() => PointFiles.Open("x.csv", 0)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_bytes_a_file_has_it_is_read_or_refused(ulong seed)
    {
        var random = new SeededRandom(seed);
        (Func<Stream, IPointSource> Open, byte[] Sound)[] formats =
        [
            (Fvecs, PointBytes.Fvecs(Rows)),
            (Npy, PointBytes.Npy(1, "<f4", [1, 2], [3, 4])),
            (JsonLines, PointBytes.JsonLines("""{"id":1,"vector":[1,2],"payload":{"a":"\u00e9"}}""", PointBytes.JsonLine(2, [3, 4]))),
        ];
        for (var round = 0; round < 3000; round++)
        {
            var (open, sound) = formats[round % formats.Length];
            var bytes = Mutated(sound, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Read(open(new MemoryStream(bytes)));
            }
            catch (InvalidDataException)
            {
                // The one way to refuse.
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
    }

    private static byte[] Mutated(byte[] sound, SeededRandom random)
    {
        var bytes = sound.ToArray();
        for (var changes = random.NextUInt64() % 4; changes > 0; changes--)
        {
            bytes[random.NextUInt64() % (ulong)bytes.Length] = (byte)random.NextUInt64();
        }

        return random.NextUInt64() % 3 == 0 ? bytes[..(int)(random.NextUInt64() % (ulong)bytes.Length)] : bytes;
    }
}

internal static class ByteArrays
{
    public static byte[] With(this byte[] bytes, int offset, byte value)
    {
        bytes[offset] = value;
        return bytes;
    }
}
