using System.Runtime.Intrinsics.X86;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Index.Tests;

public sealed unsafe class CodeKernelTests
{
    public static TheoryData<int> RowBytes => [64, 128, 192, 832, 4096, 65_536];

    [Theory]
    [MemberData(nameof(RowBytes))]
    public void Squared_differences_are_the_same_at_every_width(int bytes) => AllAgree(
        bytes,
        random => (byte)random.Next(128),
        (query, row) => (uint)Sum(query, row, (a, b) => (a - b) * (a - b)),
        [WholeCodes<CodeSquares>.Cost128, Avx2.IsSupported ? WholeCodes<CodeSquares>.Cost256 : null, Avx512BW.IsSupported ? WholeCodes<CodeSquares>.Cost512 : null, WholeCodes<CodeSquares>.Cost]);

    [Theory]
    [MemberData(nameof(RowBytes))]
    public void Magnitudes_of_differences_are_the_same_at_every_width(int bytes) => AllAgree(
        bytes,
        random => (byte)random.Next(128),
        (query, row) => (uint)Sum(query, row, (a, b) => Math.Abs(a - b)),
        [WholeCodes<CodeDifferences>.Cost128, Avx2.IsSupported ? WholeCodes<CodeDifferences>.Cost256 : null, Avx512BW.IsSupported ? WholeCodes<CodeDifferences>.Cost512 : null, WholeCodes<CodeDifferences>.Cost]);

    [Theory]
    [MemberData(nameof(RowBytes))]
    public void Inner_products_are_the_same_at_every_width(int bytes) => AllAgree(
        bytes,
        random => (byte)(sbyte)random.Next(-127, 128),
        (query, row) => (uint)((1L << 31) - Sum(query, row, (a, b) => (sbyte)(byte)a * b)),
        [WholeCodes<CodeProducts>.Cost128, Avx2.IsSupported ? WholeCodes<CodeProducts>.Cost256 : null, Avx512BW.IsSupported ? WholeCodes<CodeProducts>.Cost512 : null, WholeCodes<CodeProducts>.Cost]);

    [Theory]
    [MemberData(nameof(RowBytes))]
    public void Half_codes_give_the_same_at_every_width(int bytes)
    {
        HalvesAgree(bytes, isSigned: false, (a, b) => (a - b) * (a - b), sum => (uint)sum,
            [HalfCodes<CodeSquares>.Cost128, Avx2.IsSupported ? HalfCodes<CodeSquares>.Cost256 : null, Avx512BW.IsSupported ? HalfCodes<CodeSquares>.Cost512 : null, HalfCodes<CodeSquares>.Cost]);
        HalvesAgree(bytes, isSigned: false, (a, b) => Math.Abs(a - b), sum => (uint)sum,
            [HalfCodes<CodeDifferences>.Cost128, Avx2.IsSupported ? HalfCodes<CodeDifferences>.Cost256 : null, Avx512BW.IsSupported ? HalfCodes<CodeDifferences>.Cost512 : null, HalfCodes<CodeDifferences>.Cost]);
        HalvesAgree(bytes, isSigned: true, (a, b) => a * b, sum => (uint)((1L << 31) - sum),
            [HalfCodes<CodeProducts>.Cost128, Avx2.IsSupported ? HalfCodes<CodeProducts>.Cost256 : null, Avx512BW.IsSupported ? HalfCodes<CodeProducts>.Cost512 : null, HalfCodes<CodeProducts>.Cost]);
    }

    [Fact]
    public void A_row_as_a_query_gives_the_inner_product_of_what_codes_stand_for()
    {
        var random = new SeededRandom(9);
        using var memory = new AlignedMemory(3 * 256);
        var a = new Span<byte>(memory.Start, 128);
        var b = new Span<byte>(memory.Start + 128, 128);
        for (var i = 0; i < 128; i++)
            (a[i], b[i]) = ((byte)random.Next(1, 128), (byte)random.Next(1, 128));
        var expected = 0;
        for (var i = 0; i < 128; i++)
            expected += (a[i] - 64) * (b[i] - 64);
        var query = WholeCodes<CodeProducts>.AsQuery(memory.Start, memory.Start + 256, 128);
        Assert.Equal((uint)((1L << 31) - expected), WholeCodes<CodeProducts>.Cost(query, memory.Start + 128, 128));
    }

    private static void HalvesAgree(int rowBytes, bool isSigned, Func<int, int, long> term, Func<long, uint> cost, Kernel?[] kernels)
    {
        var random = new SeededRandom((ulong)rowBytes);
        using var memory = new AlignedMemory(3 * rowBytes);
        var (query, codes, row) = (new byte[2 * rowBytes], new byte[2 * rowBytes], new byte[rowBytes]);
        for (var i = 0; i < codes.Length; i++)
            (query[i], codes[i]) = (isSigned ? (byte)(sbyte)random.Next(-127, 128) : (byte)random.Next(128), (byte)random.Next(128));
        CodeRows.Pack(CodeKind.FourBits, codes, row);
        var sum = query.Zip(codes).Sum(pair => term(isSigned ? (sbyte)pair.First : pair.First, pair.Second >> 3 << 3));
        query.CopyTo(new Span<byte>(memory.Start, query.Length));
        row.CopyTo(new Span<byte>(memory.Start + query.Length, row.Length));
        foreach (var kernel in kernels.Where(kernel => kernel is not null))
            Assert.Equal(cost(sum), kernel!(memory.Start, memory.Start + query.Length, rowBytes));
    }

    private static void AllAgree(int bytes, Func<SeededRandom, byte> component, Func<byte[], byte[], uint> expected, Kernel?[] kernels)
    {
        var random = new SeededRandom((ulong)bytes);
        using var memory = new AlignedMemory((2 * bytes) + 64);
        foreach (var fill in new Func<bool, byte>?[] { null, null, null, isQuery => 127, isQuery => isQuery ? (byte)127 : (byte)0, _ => 0 })
        {
            var (query, row) = (new byte[bytes], new byte[bytes]);
            for (var i = 0; i < bytes; i++)
                (query[i], row[i]) = fill is null ? (component(random), (byte)random.Next(128)) : (fill(true), fill(false));
            query.CopyTo(new Span<byte>(memory.Start, bytes));
            row.CopyTo(new Span<byte>(memory.Start + bytes + 64, bytes));
            foreach (var kernel in kernels.Where(kernel => kernel is not null))
                Assert.Equal(expected(query, row), kernel!(memory.Start, memory.Start + bytes + 64, bytes));
        }
    }

    private static long Sum(byte[] query, byte[] row, Func<int, int, int> term) => query.Zip(row).Sum(pair => (long)term(pair.First, pair.Second));

    private delegate uint Kernel(byte* query, byte* row, int rowBytes);
}
