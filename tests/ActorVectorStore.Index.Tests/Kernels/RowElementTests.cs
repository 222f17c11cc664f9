using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index.Tests;

public sealed unsafe class RowElementTests
{
    private const int Lanes = 16;

    [Fact]
    public void Every_finite_half_is_read_exactly_at_every_width() =>
        AssertReads<Float16Element, ushort>(bits => (float)BitConverter.UInt16BitsToHalf(bits), [.. AllUInt16.Where(bits => Half.IsFinite(BitConverter.UInt16BitsToHalf(bits)))]);

    [Fact]
    public void Every_bfloat16_is_read_exactly_at_every_width() =>
        AssertReads<BFloat16Element, ushort>(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16), AllUInt16);

    [Fact]
    public void Every_byte_is_read_exactly_at_every_width() =>
        AssertReads<UInt8Element, byte>(value => value, [.. Enumerable.Range(0, 256).Select(value => (byte)value)]);

    [Fact]
    public void Singles_are_read_as_they_are_at_every_width() =>
        AssertReads<Float32Element, float>(
            value => value, [0, -0f, 1, -1, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 1e-40f, 3.14159f, float.PositiveInfinity, 2, 3, 4, 5, 6]);

    private static ushort[] AllUInt16 => [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];

    private static void AssertReads<TElement, TStored>(Func<TStored, float> expected, TStored[] stored)
        where TElement : struct, IRowElement
        where TStored : unmanaged
    {
        Assert.Equal(sizeof(TStored), TElement.Bytes);
        fixed (TStored* start = stored)
        {
            for (var at = 0; at + Lanes <= stored.Length; at += Lanes)
            {
                var source = (byte*)(start + at);
                var (wide128, wide256, wide512) = (TElement.Load128(source), TElement.Load256(source), TElement.Load512(source));
                for (var lane = 0; lane < Lanes; lane++)
                {
                    var bits = BitConverter.SingleToUInt32Bits(expected(stored[at + lane]));
                    Assert.Equal(bits, BitConverter.SingleToUInt32Bits(TElement.Load(source + (lane * sizeof(TStored)))));
                    Assert.Equal(bits, BitConverter.SingleToUInt32Bits(wide512[lane]));
                    if (lane < Vector256<float>.Count)
                        Assert.Equal(bits, BitConverter.SingleToUInt32Bits(wide256[lane]));
                    if (lane < Vector128<float>.Count)
                        Assert.Equal(bits, BitConverter.SingleToUInt32Bits(wide128[lane]));
                }
            }
        }
    }
}
