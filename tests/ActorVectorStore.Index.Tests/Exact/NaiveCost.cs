namespace ActorVectorStore.Index.Tests;

/// <summary>Costs in double precision, one component after the other.</summary>
internal static class NaiveCost
{
    public static double Of(Metric metric, float[] query, float[] row) => metric switch
    {
        Metric.Cosine => Cosine(query, row),
        Metric.Dot => -Sum(Terms.Products, query, row),
        Metric.Euclid => Math.Sqrt(Sum(Terms.SquaredDifferences, query, row)),
        _ => Sum(Terms.AbsoluteDifferences, query, row),
    };

    /// <summary>What the cost's error is a share of.</summary>
    public static double Magnitude(Metric metric, float[] query, float[] row) => metric switch
    {
        Metric.Cosine => 1,
        Metric.Dot => query.Zip(row, (one, other) => Math.Abs((double)one * other)).Sum(),
        _ => Of(metric, query, row),
    };

    private static double Cosine(float[] query, float[] row)
    {
        var lengths = Math.Sqrt(Sum(Terms.Products, query, query)) * Math.Sqrt(Sum(Terms.Products, row, row));
        return lengths == 0 ? 0 : -Sum(Terms.Products, query, row) / lengths;
    }

    private static double Sum(Terms terms, float[] query, float[] row) => query.Zip(row, (one, other) => KernelCase.Term(terms, one, other)).Sum();
}
