using ActorVectorStore.Model;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Components between float32 and how they are stored.</summary>
public sealed class VectorElementsTests
{
    [Fact]
    public void Every_value_of_a_16_bit_type_comes_back_bit_for_bit()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            byte[] stored = [(byte)bits, (byte)(bits >> 8)];
            foreach (var type in new[] { ElementType.Float16, ElementType.BFloat16 })
            {
                var value = Decode(type, stored);
                if (!float.IsNaN(value))
                    Assert.Equal(stored, Encode(type, value));
                else
                    Assert.True(float.IsNaN(Decode(type, Encode(type, value))));
            }
        }
    }

    [Fact]
    public void Every_byte_comes_back() =>
        Assert.All(Enumerable.Range(0, 256), value => Assert.Equal([(byte)value], Encode(ElementType.UInt8, Decode(ElementType.UInt8, [(byte)value]))));

    [Theory]
    [InlineData(-1f, 0)]
    [InlineData(float.NaN, 0)]
    [InlineData(0.5f, 0)]
    [InlineData(1.5f, 2)]
    [InlineData(254.6f, 255)]
    [InlineData(float.PositiveInfinity, 255)]
    public void A_byte_is_the_nearest_one(float value, byte stored) => Assert.Equal([stored], Encode(ElementType.UInt8, value));

    [Fact]
    public void A_float32_is_rounded_to_the_nearest_of_its_neighbours_and_stays_finite() => Gen.Single.Sample(
        value =>
        {
            Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(Decode(ElementType.Float32, Encode(ElementType.Float32, value))));
            foreach (var type in new[] { ElementType.Float16, ElementType.BFloat16 })
            {
                var stored = Decode(type, Encode(type, value));
                Assert.Equal((float.IsNaN(value), float.IsInfinity(value)), (float.IsNaN(stored), float.IsInfinity(stored)));
                if (float.IsFinite(value))
                    Assert.True(IsNearest(type, value, stored), $"{value} became {stored} as {type}.");
            }
        },
        iter: 100_000);

    private static bool IsNearest(ElementType type, double value, float stored)
    {
        var bits = BitConverter.ToUInt16(Encode(type, stored));
        return Neighbours(bits).Select(neighbour => Decode(type, BitConverter.GetBytes(neighbour))).Where(float.IsFinite)
            .All(neighbour => Math.Abs(value - stored) <= Math.Abs(value - neighbour));
    }

    private static IEnumerable<ushort> Neighbours(ushort bits) => [unchecked((ushort)(bits + 1)), unchecked((ushort)(bits - 1))];

    private static byte[] Encode(ElementType type, float value)
    {
        var stored = new byte[VectorElements.Bytes(type)];
        VectorElements.Encode(type, [value], stored);
        return stored;
    }

    private static float Decode(ElementType type, byte[] stored)
    {
        var value = new float[1];
        VectorElements.Decode(type, stored, value);
        return value[0];
    }
}
