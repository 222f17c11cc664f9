using System.Diagnostics;
using ActorVectorStore.Benchmarks.Logs;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>Drives a log by concurrent closed-loop callers, and measures the part of the pass that follows the warm-up.</summary>
internal sealed class ClosedLoop(ILogUnderTest log, BlockDevice device, Workload workload)
{
    private readonly PassClock _clock = new();

    public PassResult Run(bool threads, TimeSpan warmUp, TimeSpan measured)
    {
        var callers = Enumerable.Range(0, workload.Callers)
            .Select(number => new ClosedLoopCaller(log, _clock, number, workload.PayloadBytes))
            .ToArray();
        var finished = threads ? StartThreads(callers) : StartTasks(callers);

        Thread.Sleep(warmUp);
        _clock.BeginMeasuring();
        var begin = Snapshot(callers);
        Thread.Sleep(measured);
        var end = Snapshot(callers);
        _clock.EndMeasuring();
        _clock.EndPass();
        finished.GetAwaiter().GetResult();

        var latencies = new LatencyHistogram();
        foreach (var caller in callers)
        {
            latencies.Add(caller.Latencies);
        }

        return PassResult.Between(workload, begin, end, latencies);
    }

    private static Task StartThreads(ClosedLoopCaller[] callers) =>
        Task.WhenAll(callers.Select(caller => Task.Factory.StartNew(
            caller.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private static Task StartTasks(ClosedLoopCaller[] callers) => Task.WhenAll(callers.Select(caller => Task.Run(caller.RunAsync)));

    // Allocates nothing: the snapshots lie inside what they measure.
    private PassSnapshot Snapshot(ClosedLoopCaller[] callers)
    {
        long acknowledged = 0;
        foreach (var caller in callers)
        {
            acknowledged += caller.Acknowledged;
        }

        return new PassSnapshot(
            Stopwatch.GetTimestamp(), acknowledged, log.Syncs, log.FileBytesWritten, device.Read(), ProcessCounters.Read());
    }
}

/// <summary>One cell of the append tables.</summary>
internal readonly record struct Workload(int PayloadBytes, int Callers);

/// <summary>All counters at one moment of a pass.</summary>
internal readonly record struct PassSnapshot(
    long Timestamp,
    long Acknowledged,
    long? Syncs,
    long? FileBytesWritten,
    DeviceCounters? Device,
    ProcessCounters Process);
