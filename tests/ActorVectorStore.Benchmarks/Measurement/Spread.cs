namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>Median and extremes of the repetitions of one figure.</summary>
internal readonly record struct Spread(double Median, double Minimum, double Maximum)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    public static double MedianOf(IEnumerable<double> values) => Of(values).Median;
}
