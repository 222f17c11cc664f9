using ActorVectorStore.Testing;

namespace ActorVectorStore.Index.Tests;

public sealed unsafe class VectorSumsTests
{
    [Fact]
    public void Sums_are_those_of_exact_searches_to_the_last_bit_with_and_without_zeros_behind()
    {
        var random = new SeededRandom(1);
        for (var dimension = 1; dimension <= 140; dimension++)
        {
            var (one, other) = (VectorSet.Uniform(random, 1, dimension)[0].ToArray(), VectorSet.Uniform(random, 1, dimension)[0].ToArray());
            float[] padded = [.. one, .. new float[16]], otherPadded = [.. other, .. new float[16]];
            AssertSame(Metric.Dot, -VectorSums.OfProducts(one, other), -VectorSums.OfProducts(padded, otherPadded), one, other);
            AssertSame(Metric.Euclid, MathF.Sqrt(VectorSums.OfSquaredDifferences(one, other)), MathF.Sqrt(VectorSums.OfSquaredDifferences(padded, otherPadded)), one, other);
            AssertSame(Metric.Manhattan, VectorSums.OfAbsoluteDifferences(one, other), VectorSums.OfAbsoluteDifferences(padded, otherPadded), one, other);
        }
    }

    [Fact]
    public void Vectors_of_two_lengths_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorSums.OfProducts(new float[3], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorSums.OfSquaredDifferences(new float[4], new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorSums.OfAbsoluteDifferences(new float[1], []));
    }

    private static void AssertSame(Metric metric, float cost, float paddedCost, float[] query, float[] row)
    {
        var (prepared, costs) = (new float[query.Length], new float[1]);
        ExactCosts.Prepare(metric, query, prepared);
        fixed (float* start = row)
            ExactCosts.Compute(metric, prepared, new RowTable((byte*)start, 1, row.Length * sizeof(float), row.Length, RowElement.Float32), [0], costs);
        Assert.Equal(costs[0], cost);
        Assert.Equal(costs[0], paddedCost);
    }
}
