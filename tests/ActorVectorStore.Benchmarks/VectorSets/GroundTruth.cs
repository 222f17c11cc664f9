using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>
/// The true neighbours of queries: twice as many as are wanted are found in single precision, and put in order in double precision; equal ones by row number. All processors.
/// </summary>
internal static class GroundTruth
{
    private const int QueriesTogether = 64;
    private const int Screened = 2 * VectorSet.Neighbours;

    /// <summary>The costs of all rows against one query; lower is closer.</summary>
    public static unsafe float[] Costs(VectorTable table, Metric metric, ReadOnlySpan<float> query)
    {
        using var queries = new ExactQueries(AsCompared(metric), query, table.Dimension);
        var costs = new float[table.Count];
        fixed (float* start = table.Components)
            queries.Costs(0, TableOf(start, table), [.. Enumerable.Range(0, table.Count)], costs);
        return costs;
    }

    /// <summary>The neighbours of each query among the rows that are given, ascending; null: all rows.</summary>
    public static NeighbourTable Find(Metric metric, VectorTable table, VectorTable queries, int[]? passing)
    {
        var found = new int[queries.Count * VectorSet.Neighbours];
        Parallel.For(0, (queries.Count + QueriesTogether - 1) / QueriesTogether, group =>
        {
            var first = group * QueriesTogether;
            var screened = Screen(AsCompared(metric), table, queries, first, Math.Min(queries.Count, first + QueriesTogether), passing);
            for (var i = 0; i < screened.Length; i++)
                Closest(metric, table, queries.Row(first + i), screened[i]).CopyTo(found.AsSpan((first + i) * VectorSet.Neighbours));
        });
        return new NeighbourTable(found, VectorSet.Neighbours);
    }

    private static unsafe int[][] Screen(Metric metric, VectorTable table, VectorTable queries, int first, int end, int[]? passing)
    {
        using var exact = new ExactQueries(metric, queries.Components[(first * table.Dimension)..(end * table.Dimension)], table.Dimension);
        var sinks = Enumerable.Range(first, end - first).Select(_ => new ClosestRows(Screened)).ToArray();
        fixed (float* start = table.Components)
        {
            if (passing is null)
                exact.Search(TableOf(start, table), sinks);
            else
                exact.Search(TableOf(start, table), passing, sinks);
        }

        return Array.ConvertAll(sinks, sink => Array.ConvertAll(sink.ToArray(), hit => hit.Row));
    }

    private static int[] Closest(Metric metric, VectorTable table, ReadOnlySpan<float> query, int[] rows)
    {
        var costs = new Dictionary<int, double>();
        foreach (var row in rows)
            costs[row] = PreciseCost(metric, query, table.Row(row));
        var closest = rows.OrderBy(row => costs[row]).ThenBy(row => row).Take(VectorSet.Neighbours).ToList();
        return [.. closest, .. Enumerable.Repeat(-1, VectorSet.Neighbours - closest.Count)];
    }

    private static double PreciseCost(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        var sum = 0.0;
        for (var i = 0; i < query.Length; i++)
        {
            var difference = (double)query[i] - row[i];
            sum += metric == Metric.Cosine ? -((double)query[i] * row[i]) : difference * difference;
        }

        return sum;
    }

    // The vectors of a set have length one where it is about cosine.
    private static Metric AsCompared(Metric metric) => metric == Metric.Cosine ? Metric.Dot : metric;

    private static unsafe RowTable TableOf(float* start, VectorTable table) =>
        new((byte*)start, table.Count, table.Dimension * sizeof(float), table.Dimension, RowElement.Float32);
}
