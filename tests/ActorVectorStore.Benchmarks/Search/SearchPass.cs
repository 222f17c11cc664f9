using System.Diagnostics;
using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>One pass over all queries of a set, each asked alone.</summary>
/// <param name="Found">What was found.</param>
/// <param name="QueriesPerSecond">By the clock.</param>
/// <param name="QueriesPerProcessorSecond">By the processor time of all threads, which a busy machine does not stretch.</param>
/// <param name="MicrosecondsP50">Median of the single queries; not a number where they are not timed.</param>
/// <param name="MicrosecondsP99">99th percentile of the single queries; the same.</param>
internal sealed record SearchPass(
    NeighbourTable Found, double QueriesPerSecond, double QueriesPerProcessorSecond, double MicrosecondsP50, double MicrosecondsP99)
{
    /// <summary>Measures a pass in this process.</summary>
    /// <param name="queries">Queries of the set.</param>
    /// <param name="search">Asks all of them: writes the rows found, <see cref="VectorSet.Neighbours"/> for each, and the stopwatch's ticks of each.</param>
    public static SearchPass Measure(int queries, Action<int[], long[]> search)
    {
        var found = new int[queries * VectorSet.Neighbours];
        var ticks = new long[queries];
        var (processor, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        search(found, ticks);
        var (elapsed, processorElapsed) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - processor);
        Array.Sort(ticks);
        return new SearchPass(
            new NeighbourTable(found, VectorSet.Neighbours),
            queries / elapsed.TotalSeconds,
            queries / processorElapsed.TotalSeconds,
            Microseconds(ticks[ticks.Length / 2]),
            Microseconds(ticks[ticks.Length * 99 / 100]));
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
