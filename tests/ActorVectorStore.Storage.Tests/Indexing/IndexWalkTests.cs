using System.Text;
using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>The values of an index in their order, and its terms with their rows.</summary>
public sealed class IndexWalkTests
{
    [Fact]
    public void Integers_are_gone_through_both_ways_from_any_value() => Gen.Select(Gen.Long[-5, 5].Array[0, 3].Array[0, 30], Gen.Long[-6, 6]).Sample(
        (values, from) =>
        {
            using var segment = IndexedSegment.Of(values.Select(list => $"{{\"n\":[{string.Join(',', list)}]}}"), IndexedSegment.Index("n", PayloadIndexKind.Integer));
            var keys = ((IntegerIndex)segment.Indexes.All[0]).Keys;
            var pairs = values.SelectMany((list, row) => list.Distinct().Select(value => (value, row))).Order().ToArray();
            Assert.Equal(pairs, Walk(KeyWalk.Ascending(keys)));
            Assert.Equal(pairs.Where(pair => pair.value >= from), Walk(KeyWalk.Ascending(keys, KeyOf(from))));
            Assert.Equal(pairs.Reverse(), Walk(KeyWalk.Descending(keys)));
            Assert.Equal(pairs.Where(pair => pair.value <= from).Reverse(), Walk(KeyWalk.Descending(keys, KeyOf(from))));
        },
        iter: 200);

    [Fact]
    public void Numbers_have_keys_in_their_order() => Gen.Select(Gen.Double, Gen.Double, Gen.Long, Gen.Long).Sample(
        (one, other, integer, another) =>
        {
            if (!double.IsNaN(one) && !double.IsNaN(other))
            {
                Assert.Equal(one.CompareTo(other), Math.Sign(KeyOf(one).AsSpan().SequenceCompareTo(KeyOf(other))));
                Assert.Equal(one, OrderedKey.ReadDouble(KeyOf(one)));
            }

            Assert.Equal(integer.CompareTo(another), Math.Sign(KeyOf(integer).AsSpan().SequenceCompareTo(KeyOf(another))));
            Assert.Equal(integer, OrderedKey.ReadInt64(KeyOf(integer)));
            Assert.Equal(KeyOf(0.0), KeyOf(-0.0));
        },
        iter: 20_000);

    [Fact]
    public void Terms_are_counted_under_any_set_of_rows() =>
        Gen.Select(Gen.OneOf("", "a", "ab", "abc", "b", "\u00e9").Array[0, 3].Array[0, 40], Gen.Bool.Array[40], Gen.OneOf("", "a", "ab", "c", "\u00e9")).Sample(
            (texts, isIn, beginning) =>
            {
                using var segment = IndexedSegment.Of(
                    texts.Select(list => $"{{\"k\":[{string.Join(',', list.Select(text => $"\"{text}\""))}]}}"), IndexedSegment.Index("k", PayloadIndexKind.Keyword));
                var mask = new RowBitmap(texts.Length);
                for (var row = 0; row < texts.Length; row++)
                    _ = isIn[row] && mask.TryAdd(row);
                var walk = new TermWalk(((KeywordIndex)segment.Indexes.All[0]).Terms, Encoding.UTF8.GetBytes(beginning));
                var found = new List<(string, int, int)>();
                while (walk.MoveNext())
                    found.Add((Encoding.UTF8.GetString(walk.Term), walk.Rows, walk.CountIn(mask, CancellationToken.None)));
                var expected = texts.SelectMany(list => list).Distinct().Where(text => text.StartsWith(beginning, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(
                    text => (text, texts.Count(list => list.Contains(text)), texts.Where((list, row) => isIn[row] && list.Contains(text)).Count()));
                Assert.Equal(expected, found);
            },
            iter: 300);

    private static byte[] KeyOf(long value)
    {
        var key = new byte[OrderedKey.Bytes];
        OrderedKey.Write(value, key);
        return key;
    }

    private static byte[] KeyOf(double value)
    {
        var key = new byte[OrderedKey.Bytes];
        OrderedKey.Write(value, key);
        return key;
    }

    private static IEnumerable<(long Value, int Row)> Walk(KeyWalk walk)
    {
        while (walk.MoveNext())
            yield return (OrderedKey.ReadInt64(walk.Key), walk.Row);
    }
}
