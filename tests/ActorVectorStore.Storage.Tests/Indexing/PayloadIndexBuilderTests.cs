using System.Text;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Indexes are built in bounded memory, whatever it is they are the same.</summary>
public sealed class PayloadIndexBuilderTests
{
    [Fact]
    public void With_little_memory_the_same_bytes_are_written_and_no_other_file_is_left() =>
        Gen.Select(IndexGens.Row.Array[0, 60], IndexGens.Of(FilterGens.Path).Array[1, 6], Gen.Int[0, 900]).Sample(
            (rows, indexes, memoryBytes) =>
            {
                var (disk, little) = (IndexedSegment.Write(rows, indexes), IndexedSegment.Write(rows, indexes, memoryBytes));
                Assert.Equal(disk.ReadWhole(SealedSegments.Path), little.ReadWhole(SealedSegments.Path));
                Assert.Single(little.ListFiles(SealedSegments.Directory));
            },
            iter: 200);

    [Fact]
    public void Entries_come_back_sorted_and_once_from_memory_and_from_runs() =>
        Gen.Select(
            Gen.Select(Gen.OneOf(Gen.String[0, 3], Gen.String[7, 12], Gen.OneOf("", "\0", "\0\0", "12345678", "123456789")), Gen.Int[0, 5]).Array[0, 200],
            Gen.Int[0, 4_000]).Sample(
            (entries, memoryBytes) =>
            {
                var disk = SealedSegments.NewDisk();
                using var sorter = new EntrySorter(disk, SealedSegments.Path + ".runs", memoryBytes);
                foreach (var (text, row) in entries)
                    sorter.Add(Encoding.UTF8.GetBytes(text), row);
                var expected = entries.Select(entry => (Key: Convert.ToHexString(Encoding.UTF8.GetBytes(entry.Item1)), entry.Item2)).Distinct()
                    .OrderBy(entry => entry.Key, StringComparer.Ordinal).ThenBy(entry => entry.Item2).ToArray();
                for (var pass = 0; pass < 2; pass++)
                    Assert.Equal(expected, ReadAll(sorter.Read()));
            },
            iter: 500);

    [Fact]
    public void A_full_disk_is_told_and_leaves_no_file()
    {
        var rows = IndexedSegment.RowsOf(Enumerable.Range(0, 2_000).Select(n => $"{{\"k\":\"{n}\"}}"));
        var disk = SealedSegments.NewDisk();
        disk.CapacityBytes = disk.UsedBytes + (8 << 10);
        using (var builder = new PayloadIndexBuilder(disk, SealedSegments.Path, [IndexedSegment.Index("k", PayloadIndexKind.Keyword)], rows.Count, 4_096))
        {
            Assert.Throws<FileSystem.DiskFullException>(() =>
            {
                for (var row = 0; row < rows.Count; row++)
                    builder.Add(row, rows[row].Payload.Utf8.Span);
            });
        }

        Assert.Empty(disk.ListFiles(SealedSegments.Directory));
    }

    [Fact]
    public void Many_rows_have_dense_and_sparse_postings_of_several_parts()
    {
        const int Count = 140_000;
        var rows = IndexedSegment.RowsOf(Enumerable.Range(0, Count).Select(
            n => $"{{\"half\":{(n % 2 == 0 ? "true" : "false")},\"k\":\"{n % 1_000}\",\"n\":{n * 7_919L % Count},\"few\":\"w{n % 16} all\",\"at\":{{\"lon\":{n % 360 - 180},\"lat\":{n % 180 - 90}}}}}"));
        var disk = IndexedSegment.Write(
            rows,
            [
                IndexedSegment.Index("half", PayloadIndexKind.Bool), IndexedSegment.Index("k", PayloadIndexKind.Keyword), IndexedSegment.Index("n", PayloadIndexKind.Integer),
                IndexedSegment.Index("few", PayloadIndexKind.Text), IndexedSegment.Index("at", PayloadIndexKind.Geo),
            ],
            memoryBytes: 2 << 20);
        Assert.Single(disk.ListFiles(SealedSegments.Directory));
        using var segment = IndexedSegment.Open(disk);
        AssertRows(segment, Filter.AllOf(Filter.Field("half").Is(true)), n => n % 2 == 0);
        AssertRows(segment, Filter.AllOf(Filter.Field("k").IsAnyOf("17", "999")), n => n % 1_000 is 17 or 999);
        AssertRows(segment, Filter.AllOf(Filter.Field("n").Between(100, 90_000), Filter.Field("half").Is(false)), n => n * 7_919L % Count is >= 100 and <= 90_000 && n % 2 == 1);
        AssertRows(segment, Filter.AllOf(Filter.Field("few").HasWords("ALL W7")), n => n % 16 == 7);
        AssertRows(
            segment,
            Filter.AllOf(Filter.Field("at").IsIn(new GeoBox(new GeoPoint(-10.5, 20.5), new GeoPoint(30.5, -5.5)))),
            n => (n % 360) - 180 is >= -10 and <= 30 && (n % 180) - 90 is >= -5 and <= 20);
        AssertRows(segment, Filter.AtLeast(2, Filter.Field("half").Is(true), Filter.Field("k").Is("2"), Filter.Field("few").HasWords("w2")), n => n % 2 == 0 && (n % 1_000 == 2 || n % 16 == 2));
        Assert.Empty(segment.Damages);
        // 140,000 bits for each of two values, and two bytes for each row of a term.
        Assert.InRange(segment.Sections[0].Length, 2 * Count / 8, 100_000);
        Assert.InRange(segment.Sections[1].Length, 2 * Count, 400_000);
    }

    private static void AssertRows(IndexedSegment segment, Filter filter, Predicate<int> expected)
    {
        var plan = segment.Planner.Plan(filter);
        var found = plan.Evaluate(null, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, segment.Reader.RowCount).Where(n => expected(n)), IndexedSegment.RowsIn(found.Rows));
        Assert.Equal(0, found.PayloadsRead);
        Assert.InRange(found.Rows.Count(), plan.Bound.Min, plan.Bound.Max);
    }

    private static IEnumerable<(string, int)> ReadAll(EntryCursor entries)
    {
        while (entries.MoveNext())
            yield return (Convert.ToHexString(entries.Key), entries.Row);
    }
}
