using System.Numerics.Tensors;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>
/// The true neighbours of queries: twice as many as are wanted are found in single precision, and put in order in double precision; equal ones by row number. All processors.
/// </summary>
internal static class GroundTruth
{
    private const int BlockBytes = 256 << 10;
    private const int QueriesTogether = 32;
    private const int Screened = 2 * VectorSet.Neighbours;

    /// <summary>Cost in single precision, lower is closer.</summary>
    public static float Cost(SetMetric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row) =>
        metric == SetMetric.Cosine ? -TensorPrimitives.Dot(query, row) : TensorPrimitives.Distance(query, row);

    /// <summary>The neighbours of each query among the rows that are given, ascending; null: all rows.</summary>
    public static NeighbourTable Find(SetMetric metric, VectorTable table, VectorTable queries, int[]? passing)
    {
        var found = new int[queries.Count * VectorSet.Neighbours];
        Parallel.For(0, (queries.Count + QueriesTogether - 1) / QueriesTogether, group =>
        {
            var first = group * QueriesTogether;
            var screened = Screen(metric, table, queries, (first, Math.Min(queries.Count, first + QueriesTogether)), passing);
            for (var i = 0; i < screened.Length; i++)
            {
                var query = first + i;
                Closest(metric, table, queries.Row(query), screened[i]).CopyTo(found.AsSpan(query * VectorSet.Neighbours));
            }
        });
        return new NeighbourTable(found, VectorSet.Neighbours);
    }

    private static List<int>[] Screen(SetMetric metric, VectorTable table, VectorTable queries, (int First, int End) range, int[]? passing)
    {
        var heaps = new PriorityQueue<int, float>[range.End - range.First];
        for (var i = 0; i < heaps.Length; i++)
        {
            heaps[i] = new PriorityQueue<int, float>(Screened + 1, Comparer<float>.Create((one, other) => other.CompareTo(one)));
        }

        var count = passing?.Length ?? table.Count;
        var block = Math.Max(1, BlockBytes / (table.Dimension * sizeof(float)));
        for (var start = 0; start < count; start += block)
        {
            for (var i = 0; i < heaps.Length; i++)
            {
                var query = queries.Row(range.First + i);
                for (var place = start; place < Math.Min(count, start + block); place++)
                {
                    Offer(heaps[i], passing?[place] ?? place, Cost(metric, query, table.Row(passing?[place] ?? place)));
                }
            }
        }

        return Array.ConvertAll(heaps, heap => heap.UnorderedItems.Select(item => item.Element).ToList());
    }

    private static void Offer(PriorityQueue<int, float> heap, int row, float cost)
    {
        if (heap.Count < Screened)
        {
            heap.Enqueue(row, cost);
        }
        else if (heap.TryPeek(out _, out var worst) && cost < worst)
        {
            heap.EnqueueDequeue(row, cost);
        }
    }

    private static int[] Closest(SetMetric metric, VectorTable table, ReadOnlySpan<float> query, List<int> rows)
    {
        var costs = new Dictionary<int, double>();
        foreach (var row in rows)
        {
            costs[row] = PreciseCost(metric, query, table.Row(row));
        }

        var closest = rows.OrderBy(row => costs[row]).ThenBy(row => row).Take(VectorSet.Neighbours).ToList();
        return [.. closest, .. Enumerable.Repeat(-1, VectorSet.Neighbours - closest.Count)];
    }

    private static double PreciseCost(SetMetric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        var sum = 0.0;
        for (var i = 0; i < query.Length; i++)
        {
            var difference = (double)query[i] - row[i];
            sum += metric == SetMetric.Cosine ? -((double)query[i] * row[i]) : difference * difference;
        }

        return sum;
    }
}
