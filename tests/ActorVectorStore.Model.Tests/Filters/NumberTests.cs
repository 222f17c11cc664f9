using System.Numerics;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class NumberTests
{
    private const long TwoTo53 = 1L << 53;

    private static readonly Gen<long> Integer = Gen.OneOf(
        Gen.Long, Gen.Long[-5, 5], Gen.Long[TwoTo53 - 3, TwoTo53 + 3], Gen.Long[-TwoTo53 - 3, -TwoTo53 + 3], Gen.OneOf(long.MinValue, long.MaxValue, long.MaxValue - 1));

    private static readonly Gen<double> Double = Gen.OneOf(
        Integer.Select(n => (double)n),
        Gen.Int[-10, 10].Select(n => n / 4.0),
        Gen.OneOf(0.1, -0.0, double.Epsilon, double.MaxValue, double.MinValue, 9.2233720368547758E18, 1.8446744073709552E19));

    private static readonly Gen<(Number Number, BigInteger Quarters)> Any = Gen.OneOf(
        Integer.Select(n => (Number.From(n), new BigInteger(n) * 4)),
        Gen.OneOf(Gen.ULong, Gen.OneOf(ulong.MaxValue, ulong.MaxValue - 1, 1UL << 63)).Select(n => (Number.From(n), new BigInteger(n) * 4)),
        Double.Where(d => d * 4 % 1 == 0).Select(d => (Number.From(d), new BigInteger(d) * 4 + new BigInteger(d % 1 * 4))));

    [Fact]
    public void Numbers_compare_as_their_values_whatever_they_were_made_of() => Gen.Select(Any, Any).Sample((one, other) =>
    {
        Assert.Equal(one.Quarters.CompareTo(other.Quarters), Math.Sign(one.Number.CompareTo(other.Number)));
        Assert.Equal(one.Quarters == other.Quarters, one.Number == other.Number);
        Assert.Equal(one.Quarters < other.Quarters, one.Number < other.Number);
        Assert.Equal(one.Quarters <= other.Quarters, one.Number <= other.Number);
        Assert.Equal(one.Quarters > other.Quarters, one.Number > other.Number);
        Assert.Equal(one.Quarters >= other.Quarters, one.Number >= other.Number);
    });

    [Fact]
    public void Integers_that_no_double_tells_apart_are_told_apart()
    {
        Assert.True(Number.From(TwoTo53 + 1) > Number.From((double)TwoTo53));
        Assert.True(Number.From(TwoTo53 + 1) < Number.From((double)(TwoTo53 + 2)));
        Assert.True(Number.From(long.MaxValue) < Number.From(9.2233720368547758E18));
        Assert.True(Number.From(ulong.MaxValue) > Number.From(ulong.MaxValue - 1));
        Assert.Equal("9007199254740993", Number.From(TwoTo53 + 1).ToString());
        Assert.Equal("-0.5", Number.From(-0.5).ToString());
    }

    [Fact]
    public void Numbers_of_each_kind_turn_into_the_exact_one()
    {
        Assert.Equal(Number.From(5L), (Number)5);
        Assert.Equal(Number.From(long.MaxValue), (Number)long.MaxValue);
        Assert.Equal(Number.From(ulong.MaxValue), (Number)ulong.MaxValue);
        Assert.Equal(Number.From(0.1), (Number)0.1);
        Assert.Equal(Number.From(0.0), (Number)(-0.0));
        Assert.True(Number.From(double.PositiveInfinity) > Number.From(ulong.MaxValue));
    }
}
