using ActorVectorStore.Testing;

namespace ActorVectorStore.Index.Tests;

public sealed unsafe class CostBoundTests
{
    [Theory]
    [InlineData(Metric.Cosine, CodeKind.SevenBits)]
    [InlineData(Metric.Euclid, CodeKind.SevenBits)]
    [InlineData(Metric.Manhattan, CodeKind.SevenBits)]
    [InlineData(Metric.Cosine, CodeKind.FourBits)]
    [InlineData(Metric.Euclid, CodeKind.FourBits)]
    [InlineData(Metric.Manhattan, CodeKind.FourBits)]
    public void Codes_of_vectors_within_a_bound_cost_no_more_than_it_says_but_for_a_few(Metric metric, CodeKind kind)
    {
        var (within, all) = (0, 0);
        foreach (var dimension in new[] { 3, 20, 100, 400 })
        {
            var rows = VectorSet.Clustered(new SeededRandom((ulong)dimension), 600, dimension, 12);
            var codec = ScalarCodec.Train(metric, rows, 1);
            for (var query = 0; query < 20; query++)
            {
                for (var row = 20; row < rows.Count; row++)
                {
                    var cost = CodeCost(codec, kind, rows, query, row);
                    within += cost <= codec.CostBound((float)ExactCost(metric, rows, query, row), kind) ? 1 : 0;
                    all++;
                }
            }
        }

        Assert.True(within > 0.995 * all, $"{within} of {all}");
    }

    [Fact]
    public void Nothing_is_bound_without_a_bound()
    {
        var codec = ScalarCodec.Train(Metric.Dot, VectorSet.Uniform(new SeededRandom(1), 100, 8), 1);
        Assert.Equal(uint.MaxValue, codec.CostBound(-3, CodeKind.SevenBits));
        Assert.Equal(uint.MaxValue, ScalarCodec.Train(Metric.Euclid, VectorSet.Uniform(new SeededRandom(1), 100, 8), 1).CostBound(float.PositiveInfinity, CodeKind.SevenBits));
    }

    private static double ExactCost(Metric metric, VectorSet rows, int query, int row)
    {
        var cost = rows.Cost(metric, rows[query], row);
        return metric switch
        {
            Metric.Euclid => Math.Sqrt(cost),
            Metric.Cosine => cost / Math.Sqrt(ScalarCodec.SquaredLength(rows[query])),
            _ => cost,
        };
    }

    private static uint CodeCost(ScalarCodec codec, CodeKind kind, VectorSet rows, int query, int row)
    {
        var rowBytes = CodeRows.BytesOf(kind, codec.CodeBytes);
        using var memory = new AlignedMemory(3 * rowBytes);
        var prepared = memory.Start;
        var packed = prepared + (2 * rowBytes);
        var codes = new byte[codec.CodeBytes];
        codec.Encode(rows[row].ToArray(), codes);
        CodeRows.Pack(kind, codes, new Span<byte>(packed, rowBytes));
        codec.EncodeQuery(rows[query].ToArray(), new Span<byte>(prepared, 2 * rowBytes));
        if (kind == CodeKind.FourBits)
            HalfCodes<CodeSquares>.Prepare(new Span<byte>(prepared, 2 * rowBytes));
        return (kind, codec.Metric) switch
        {
            (CodeKind.FourBits, Metric.Manhattan) => HalfCodes<CodeDifferences>.Cost(prepared, packed, rowBytes),
            (CodeKind.FourBits, _) => HalfCodes<CodeSquares>.Cost(prepared, packed, rowBytes),
            (_, Metric.Manhattan) => WholeCodes<CodeDifferences>.Cost(prepared, packed, rowBytes),
            _ => WholeCodes<CodeSquares>.Cost(prepared, packed, rowBytes),
        };
    }
}
