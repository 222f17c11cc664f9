using System.Diagnostics.Metrics;

namespace ActorVectorStore;

/// <summary>What listeners are advised to sort durations into.</summary>
internal static class InstrumentBounds
{
    /// <summary>From a sync of a fast disk, 50 microseconds, to a compaction of minutes.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };
}
