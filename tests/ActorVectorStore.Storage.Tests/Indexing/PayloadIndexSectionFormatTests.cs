using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What is promised of the bytes of an index: version 1 is read for ever, and foreign bytes do no harm.</summary>
public sealed class PayloadIndexSectionFormatTests
{
    private const string Golden = "payload-index-v1.golden";
    private const long AllocatedBytesMax = 64 << 20;

    // Set AVS_REWRITE_TESTDATA=1 to write the file of a new version; the file of a released version is never rewritten.
    [Fact]
    public void Version_1_is_written_and_read_as_recorded()
    {
        using var segment = IndexedSegment.Of(IndexSamples.Rows, IndexSamples.Indexes);
        byte[] sections = [.. Enumerable.Range(0, IndexSamples.Indexes.Count).SelectMany(item => Framed(segment.SectionBytes(item)))];
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
        {
            File.WriteAllBytes(Path.Combine(SourceDirectory(), "..", "testdata", Golden), sections);
            return;
        }

        var recorded = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", Golden));
        Assert.Equal(recorded, sections);
        for (var (at, item) = (0, 0); at < recorded.Length; item++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(recorded.AsSpan(at));
            using var read = IndexedSegment.Open(IndexedSegment.WriteSection(IndexSamples.Rows, recorded[(at + 4)..(at + 4 + length)]));
            Assert.Equal(IndexSamples.Indexes[item], Assert.Single(read.Indexes.All).Index.Description);
            IndexSamples.AssertFound(read);
            Assert.Empty(read.Damages);
            at += 4 + length;
        }
    }

    [Fact]
    public void No_mutation_of_an_index_does_harm_even_where_its_checksums_are_right()
    {
        using var segment = IndexedSegment.Of(IndexSamples.Rows, IndexSamples.Indexes);
        var whole = Enumerable.Range(0, IndexSamples.Indexes.Count).Select(segment.SectionBytes).ToArray();
        var (opened, refused) = (0, 0);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Select(Gen.Int[0, 10_000], Gen.Byte, Gen.Int[1, 4], Gen.Bool).Array[1, 3]).Sample(
            (item, changes) =>
            {
                var bytes = (byte[])whole[item].Clone();
                foreach (var (at, value, count, isInTrailer) in changes)
                {
                    var place = isInTrailer ? bytes.Length - 1 - (at % PayloadIndexSectionFormat.TrailerBytes) : at % bytes.Length;
                    bytes.AsSpan(place, Math.Min(count, bytes.Length - place)).Fill(value);
                }

                var before = GC.GetAllocatedBytesForCurrentThread();
                using var mutated = IndexedSegment.Open(IndexedSegment.WriteSection(IndexSamples.Rows, bytes));
                Interlocked.Increment(ref mutated.Indexes.All.Count > 0 ? ref opened : ref refused);
                foreach (var filter in IndexSamples.Filters)
                    mutated.Find(filter);
                foreach (var index in mutated.Indexes.All)
                    Walk(index);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocatedBytesMax);
            },
            iter: LongRuns.AreWanted ? 60_000 : 3_000);
        Assert.True(opened > 100 && refused > 100, $"{opened} opened, {refused} refused: one of them was hardly looked at.");
    }

    [Fact]
    public void A_section_that_is_cut_or_foreign_is_told_and_passed_over()
    {
        using var segment = IndexedSegment.Of(IndexSamples.Rows, IndexSamples.Indexes);
        var whole = segment.SectionBytes();
        foreach (var bytes in new[] { [], new byte[10], new byte[PayloadIndexSectionFormat.TrailerBytes], whole[..^1], whole[1..] })
        {
            using var other = IndexedSegment.Open(IndexedSegment.WriteSection(IndexSamples.Rows, bytes));
            Assert.Empty(other.Indexes.All);
            Assert.Single(other.Damages);
            IndexSamples.AssertFound(other);
        }
    }

    private static void Walk(FieldIndex index)
    {
        try
        {
            var (terms, keys) = index switch
            {
                KeywordIndex keyword => (keyword.Terms, null),
                TextIndex text => (text.Terms, null),
                BoolIndex boolean => (boolean.Terms, null),
                IntegerIndex integer => (null, integer.Keys),
                FloatIndex number => (null, number.Keys),
                DatetimeIndex time => (null, time.Keys),
                UuidIndex uuid => (null, uuid.Keys),
                _ => ((TermTable?)null, ((GeoIndex)index).Keys),
            };
            var mask = RowBitmap.Full(index.Index.RowCount);
            for (var walk = terms is null ? null : new TermWalk(terms); walk?.MoveNext() == true;)
                walk.CountIn(mask, CancellationToken.None);
            for (var walk = keys is null ? null : KeyWalk.Ascending(keys); walk?.MoveNext() == true;)
                Assert.True(walk.Row < index.Index.RowCount && walk.Key.Length > 0);
        }
        catch (CorruptionException e)
        {
            Assert.Equal(SealedSegments.Path, e.File);
        }
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
