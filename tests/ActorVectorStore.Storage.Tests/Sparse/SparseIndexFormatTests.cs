using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What is promised of the bytes of an inverted index: version 1 is read for ever, it has every entry of the column, and foreign bytes do no harm.</summary>
public sealed class SparseIndexFormatTests
{
    private const string Golden = "sparse-index-v1.golden";
    private const long AllocatedBytesMax = 16 << 20;

    private static readonly SectionKey Key = new(SealedSectionKind.SparseIndex);

    private static readonly ListedRow[] Sample =
    [
        Row(0, (3, 1.5f), (7, -2f), (uint.MaxValue, 0.25f)), Row(1), Row(2, (0, 1f), (3, -1f)), Row(3, null), Row(4, (3, 0f), (1_000_000, float.Epsilon)),
    ];

    // Set AVS_REWRITE_TESTDATA=1 to write the file of a new version; the file of a released version is never rewritten.
    [Fact]
    public void Version_1_is_written_and_read_as_recorded()
    {
        byte[] bytes = [.. Framed(BytesOf(Sample, 1_000)), .. Framed(BytesOf(Sample, 2))];
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
        {
            File.WriteAllBytes(Path.Combine(SourceDirectory(), "..", "testdata", Golden), bytes);
            return;
        }

        var recorded = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", Golden));
        Assert.Equal(recorded, bytes);
        for (var at = 0; at < recorded.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(recorded.AsSpan(at));
            using var segment = Open(WriteSection(Sample, recorded[(at + 4)..(at + 4 + length)]));
            using var reader = segment.Lease();
            AssertHolds(Sample, SparseIndex.Open(reader.Section(Key)!, Sample.Length)!);
            at += 4 + length;
        }
    }

    [Fact]
    public void An_index_has_every_entry_of_the_column_however_many_fit_in_a_group() =>
        Gen.Select(Gen.Select(Gen.OneOf(Gen.UInt[0, 20], Gen.UInt).HashSet[0, 12], Gen.Float[-2, 2].Array[12]).Array[0, 40], Gen.OneOf(2, 3, 7, 50, 1_000)).Sample(
            (vectors, groupPostings) =>
            {
                ListedRow[] rows = [.. vectors.Select((vector, n) => Row(n, [.. vector.Item1.Zip(vector.Item2)]))];
                using var segment = Open(Write(rows, groupPostings));
                using var reader = segment.Lease();
                AssertHolds(rows, SparseIndex.Open(reader.Section(Key)!, rows.Length)!);
            },
            iter: 300);

    [Fact]
    public void Lists_of_several_blocks_are_read_from_any_place()
    {
        ListedRow[] rows = [.. Enumerable.Range(0, 5_000).Select(n => n % 2 == 0 ? Row(n, (5, n), (6, -n)) : Row(n, (6, -n)))];
        using var segment = Open(Write(rows, 100));
        using var reader = segment.Lease();
        AssertHolds(rows, SparseIndex.Open(reader.Section(Key)!, rows.Length)!);
    }

    [Fact]
    public void No_mutation_of_an_index_does_harm_even_where_its_checksums_are_right()
    {
        var random = new SeededRandom(4);
        ListedRow[] rows = [.. Enumerable.Range(0, 60).Select(n => Row(n, EntriesOf(SparseSamples.Vector(random, 8, 30, 0.3))))];
        var whole = BytesOf(rows, 100);
        var (opened, refused) = (0, 0);
        Gen.Select(Gen.Int[0, 10_000], Gen.Byte, Gen.Int[1, 4], Gen.Bool).Array[1, 3].Sample(
            changes =>
            {
                var bytes = (byte[])whole.Clone();
                foreach (var (at, value, count, isAtEnd) in changes)
                {
                    var place = isAtEnd ? bytes.Length - 1 - (at % (SparseIndexFormat.TrailerBytes + 200)) : at % bytes.Length;
                    bytes.AsSpan(place, Math.Min(count, bytes.Length - place)).Fill(value);
                }

                using var segment = Open(WriteSection(rows, bytes));
                using var reader = segment.Lease();
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Read(SparseIndex.Open(reader.Section(Key)!, rows.Length)!, rows.Length);
                    Interlocked.Increment(ref opened);
                }
                catch (CorruptionException e)
                {
                    Assert.Equal(SealedSegments.Path, e.File);
                    Interlocked.Increment(ref refused);
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocatedBytesMax);
            },
            iter: LongRuns.AreWanted ? 60_000 : 3_000);
        Assert.True(opened > 100 && refused > 100, $"{opened} opened, {refused} refused: one of them was hardly looked at.");
    }

    [Fact]
    public void A_section_that_is_cut_or_foreign_is_damage_and_one_of_a_newer_version_is_passed_over()
    {
        var whole = BytesOf(Sample, 1_000);
        foreach (var bytes in new[] { [], new byte[10], new byte[SparseIndexFormat.TrailerBytes], whole[..^1], whole[1..], [.. whole[..^SparseIndexFormat.TrailerBytes], .. whole] })
        {
            using var segment = Open(WriteSection(Sample, bytes));
            using var reader = segment.Lease();
            Assert.Throws<CorruptionException>(() => Read(SparseIndex.Open(reader.Section(Key)!, Sample.Length)!, Sample.Length));
        }

        using var newer = Open(WriteSection(Sample, whole, version: 2));
        using var lease = newer.Lease();
        Assert.Null(SparseIndex.Open(lease.Section(Key)!, Sample.Length));
    }

    private static (uint, float)[] EntriesOf(SparseVector vector) => [.. vector.Indices.ToArray().Zip(vector.Values.ToArray())];

    private static ListedRow Row(int n, params (uint Index, float Value)[]? entries) => new(
        PointId.FromNumber((ulong)n),
        0,
        Payload.Empty,
        [entries is null ? null : ListedVector.Sparse([.. entries.OrderBy(entry => entry.Index).Select(entry => entry.Index)], [.. entries.OrderBy(entry => entry.Index).Select(entry => entry.Value)])]);

    private static void AssertHolds(ListedRow[] rows, SparseIndex index)
    {
        var expected = rows.SelectMany((row, n) => row.Vectors[0] is { } vector ? vector.Indices.Zip(vector.Components, (dimension, value) => (Dimension: dimension, Row: n, Value: value)) : [])
            .ToLookup(entry => entry.Dimension);
        foreach (var dimension in (uint[])[.. expected.Select(list => list.Key), 0, 1, 4, 8, 999_999, uint.MaxValue])
        {
            var list = index.Find(dimension);
            if (!expected.Contains(dimension))
            {
                Assert.Null(list);
                continue;
            }

            var values = expected[dimension].Select(entry => entry.Value).ToArray();
            Assert.Equal((values.Length, values.Min(), values.Max()), (list!.Count, list.Lowest, list.Highest));
            Assert.Equal(expected[dimension].Select(entry => (entry.Row, (double)entry.Value)), Postings(list, rows.Length, windowRows: 1 + (rows.Length / 3)));
        }

        Assert.Equal(expected.Sum(list => list.Count()) / Math.Max(1, rows.Count(row => row.Vectors[0] is not null)), index.EntriesPerRow);
    }

    private static List<(int Row, double Value)> Postings(SparseList list, int rowCount, int windowRows)
    {
        var found = new List<(int, double)>();
        for (var start = 0; start < rowCount; start += windowRows)
        {
            var end = Math.Min(rowCount, start + windowRows);
            var (sums, touched) = (new double[end - start], new ulong[((end - start) / 64) + 1]);
            list.AddTo(1, start, end, sums, touched);
            found.AddRange(Enumerable.Range(0, end - start).Where(slot => (touched[slot / 64] >> (slot % 64) & 1) != 0).Select(slot => (start + slot, sums[slot])));
        }

        return found;
    }

    private static void Read(SparseIndex index, int rowCount)
    {
        foreach (var dimension in Enumerable.Range(0, 40).Select(n => (uint)n).Append(uint.MaxValue))
        {
            if (index.Find(dimension) is { } list)
                Assert.All(Postings(list, rowCount, windowRows: 25), posting => Assert.InRange(posting.Row, 0, rowCount - 1));
        }
    }

    private static byte[] BytesOf(ListedRow[] rows, int groupPostings)
    {
        using var segment = Open(Write(rows, groupPostings));
        using var reader = segment.Lease();
        var section = reader.Section(Key)!;
        return section.Span(0, (int)section.Length).ToArray();
    }

    private static SealedSegment Open(SimulatedFileSystem disk) => SealedSegments.Open(disk);

    private static SimulatedFileSystem Write(ListedRow[] rows, int groupPostings) =>
        Write(rows, SparseIndexFormat.Version, section => new SparseIndexWriter(section, new ListedRows(rows), column: 0, groupPostings).Write());

    private static SimulatedFileSystem WriteSection(ListedRow[] rows, byte[] bytes, ushort version = SparseIndexFormat.Version) => Write(rows, version, section => section.Append(bytes));

    private static SimulatedFileSystem Write(ListedRow[] rows, ushort version, Action<SectionAppender> write)
    {
        var disk = SealedSegments.NewDisk();
        SealedSegments.Write(
            disk,
            rows,
            writer =>
            {
                var section = writer.BeginSection(Key, version, SparseIndexFormat.Flags);
                write(section);
                section.End();
            },
            SealedSegments.Spec with { Columns = [new(SparseSamples.Name, VectorKind.Sparse, ElementType.Float32, Distance.Dot, 0, HasLengths: false)], ExtraSectionsMax = 1 });
        return disk;
    }

    private static byte[] Framed(byte[] bytes)
    {
        var framed = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(framed, bytes.Length);
        bytes.CopyTo(framed, 4);
        return framed;
    }

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
