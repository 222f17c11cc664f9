using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What was written comes back, and is found whole.</summary>
public sealed class SealedSegmentTwinTests
{
    [Fact]
    public void Any_rows_come_back_as_they_were_and_the_same_rows_give_the_same_bytes() =>
        SealedSegments.Row.Array[0, 40].Sample(
            rows =>
            {
                var (disk, again) = (SealedSegments.NewDisk(), SealedSegments.NewDisk());
                SealedSegments.Write(disk, rows);
                SealedSegments.Write(again, rows);
                Assert.Equal(disk.ReadWhole(SealedSegments.Path), again.ReadWhole(SealedSegments.Path));
                using var segment = SealedSegments.Open(disk);
                SealedSegments.AssertSame(rows, segment);
                Assert.Null(segment.HeadDamage);
                Assert.Empty(segment.Scrub(null, CancellationToken.None));
            },
            iter: 300);

    [Fact]
    public void Rows_of_many_blocks_and_presence_lines_come_back()
    {
        // 5,000 rows: a dozen presence lines, several checksummed blocks of vectors, a hundred payload blocks.
        var rows = Enumerable.Range(0, 5_000).Select(n => new ListedRow(
            PointId.FromNumber((ulong)(n * 7_919 % 4_999)),
            n,
            Payload.Parse($"{{\"n\":{n},\"text\":\"{new string((char)('a' + (n % 26)), n % 1_500)}\"}}"),
            [n % 3 == 0 ? null : ListedVector.Dense([.. Enumerable.Range(n, 100).Select(c => (float)c)])])).ToArray();
        var disk = SealedSegments.NewDisk();
        var column = new SealedColumn("v", VectorKind.Dense, ElementType.Float32, Distance.Euclid, 100, HasLengths: false);
        SealedSegments.Write(disk, rows, spec: SealedSegments.Spec with { Columns = [column] });
        using var segment = SealedSegments.Open(disk);
        SealedSegments.AssertSame(rows, segment);
        Assert.Empty(segment.Scrub(null, CancellationToken.None));
        Assert.InRange(segment.FileBytes, 1L << 20, 16L << 20);
    }

    [Fact]
    public void A_segment_without_rows_and_columns_is_one_too()
    {
        var disk = SealedSegments.NewDisk();
        SealedSegments.Write(disk, [], spec: SealedSegments.Spec with { Columns = [] });
        using var segment = SealedSegments.Open(disk);
        SealedSegments.AssertSame([], segment);
        Assert.Equal((SealedSegments.Spec.Id, "tests 1.0"), (segment.Id, segment.WrittenBy));
    }

    [Fact]
    public void A_lease_outlives_the_segment_and_no_other_follows()
    {
        var disk = SealedSegments.NewDisk();
        SealedSegments.Write(disk, [new ListedRow(PointId.FromNumber(7), 1, Payload.Empty, new ListedVector?[SealedSegments.Columns.Length])]);
        var segment = SealedSegments.Open(disk);
        var lease = segment.Lease();
        segment.Dispose();
        Assert.Equal(PointId.FromNumber(7), lease.Ids.IdOf(0));
        Assert.Throws<ObjectDisposedException>(segment.Lease);
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.RowCount);
    }

    [Fact]
    public void Rows_that_break_a_limit_are_refused_and_leave_no_file()
    {
        var disk = SealedSegments.NewDisk();
        ListedVector?[] With(int column, ListedVector vector) => [.. SealedSegments.Columns.Select((_, number) => number == column ? vector : null)];
        foreach (var vectors in new[] { With(0, ListedVector.Dense(1, 2)), With(4, ListedVector.Sparse([3, 3], [1, 1])), With(4, ListedVector.Sparse([3], [])), With(5, ListedVector.Multi(4, 1, 2, 3, 4)) })
            Assert.Throws<ArgumentException>(() => SealedSegments.Write(disk, [new ListedRow(PointId.FromNumber(1), 1, Payload.Empty, vectors)]));
        Assert.ThrowsAny<ArgumentException>(() => SealedSegments.Write(disk, [new ListedRow(PointId.FromNumber(1), -1, Payload.Empty, new ListedVector?[6])]));
        Assert.Empty(disk.ListFiles(SealedSegments.Directory));
    }
}
