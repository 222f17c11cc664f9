using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>A bitmap of rows against a set of numbers.</summary>
public sealed class RowBitmapTests
{
    private static readonly Gen<(int Count, int[] One, int[] Other)> Sets = Gen.Int[0, 1_200].SelectMany(
        count => Gen.Select(Gen.Const(count), RowsBelow(count), RowsBelow(count)));

    [Fact]
    public void Sets_are_joined_met_and_parted_as_sets_of_numbers_are() => Sets.Sample(
        (count, one, other) =>
        {
            AssertSame(one.Intersect(other), Changed(count, one, other, (left, right) => left.And(right)));
            AssertSame(one.Union(other), Changed(count, one, other, (left, right) => left.Or(right)));
            AssertSame(one.Except(other), Changed(count, one, other, (left, right) => left.AndNot(right)));
            Assert.Equal(one.ToHashSet().SetEquals(other), Of(count, one).HasSameRows(Of(count, other)));
            AssertSame(Enumerable.Range(0, count), RowBitmap.Full(count));
        },
        iter: 2_000);

    [Fact]
    public void Bits_are_put_in_whole_and_refused_beyond_the_last_row() => Gen.Select(Gen.Int[1, 600], Gen.Int[0, 8], Gen.Byte.Array[0, 64]).Sample(
        (count, firstWord, bytes) =>
        {
            var bits = bytes[..(bytes.Length / 8 * 8)];
            var rows = Enumerable.Range(0, bits.Length * 8).Where(bit => (bits[bit / 8] & (1 << (bit % 8))) != 0).Select(bit => (firstWord * 64) + bit).ToArray();
            var bitmap = new RowBitmap(count);
            Assert.Equal(rows.All(row => row < count), bitmap.TryAddBits(firstWord * 64, bits));
            if (rows.All(row => row < count))
                AssertSame(rows, bitmap);
            Assert.Equal(rows.Count(row => row < count), RowBitmap.Full(count).CountCommonBits(firstWord * 64, bits));
        },
        iter: 5_000);

    [Fact]
    public void A_row_that_the_segment_has_not_is_refused()
    {
        var bitmap = new RowBitmap(65);
        Assert.True(bitmap.TryAdd(64));
        Assert.False(bitmap.TryAdd(65));
        Assert.False(bitmap.TryAdd(-1));
        Assert.False(bitmap.Contains(127));
        AssertSame([64], bitmap);
        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Or(new RowBitmap(66)));
    }

    private static Gen<int[]> RowsBelow(int count) => count == 0
        ? Gen.Const(Array.Empty<int>())
        : Gen.Int[0, count - 1].Array[0, 80].Select(rows => rows.Distinct().ToArray());

    private static RowBitmap Of(int count, int[] rows)
    {
        var bitmap = new RowBitmap(count);
        Assert.All(rows, row => Assert.True(bitmap.TryAdd(row)));
        return bitmap;
    }

    private static RowBitmap Changed(int count, int[] one, int[] other, Action<RowBitmap, RowBitmap> change)
    {
        var (left, right) = (Of(count, one), Of(count, other));
        change(left, right);
        AssertSame(other, right);
        return left;
    }

    private static void AssertSame(IEnumerable<int> expected, RowBitmap rows)
    {
        var sorted = expected.Order().ToArray();
        Assert.Equal(sorted, IndexedSegment.RowsIn(rows));
        Assert.Equal((sorted.Length, sorted.Length == 0), (rows.Count(), rows.IsEmpty));
        Assert.All(sorted, row => Assert.True(rows.Contains(row)));
    }
}
