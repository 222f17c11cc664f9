using ActorVectorStore.Benchmarks.Measurement;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>From the first command to the last persist handler.</summary>
internal sealed record WritingResult
{
    public required long Events { get; init; }

    public required double PerSecond { get; init; }

    public required double MedianMicroseconds { get; init; }

    public required double HighMicroseconds { get; init; }

    /// <summary>Flushes that the device counted for each event; null where it counts none.</summary>
    public required double? FlushesPerEvent { get; init; }

    public required EventCost Cost { get; init; }
}

/// <summary>From the creation of the actors to the last completed recovery.</summary>
internal sealed record ReplayResult(long Events, double PerSecond, double MegabytesPerSecond, EventCost Cost);

/// <summary>What an event cost the whole process, actors included.</summary>
internal readonly record struct EventCost(double CpuMicroseconds, double AllocatedBytes)
{
    public static EventCost Of(ProcessCounters used, long events) =>
        new(used.Cpu.TotalMicroseconds / events, used.AllocatedBytes / (double)events);
}
