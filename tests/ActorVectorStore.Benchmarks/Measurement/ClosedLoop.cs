using System.Diagnostics;
using ActorVectorStore.Benchmarks.Logs;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>Drives a log by concurrent closed-loop callers, and measures the part of the pass that follows the warm-up.</summary>
internal sealed class ClosedLoop(ILogUnderTest log, BlockDevice device, Workload workload)
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);

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
        AwaitOrGiveUp(finished);

        var latencies = new LatencyHistogram();
        foreach (var caller in callers)
        {
            latencies.Add(caller.Latencies);
        }

        return PassResult.Between(workload, begin, end, latencies);
    }

    // A log that does not answer cannot be closed either, so the whole run ends here.
    private static void AwaitOrGiveUp(Task finished)
    {
        if (Task.WhenAny(finished, Task.Delay(SilenceMax)).GetAwaiter().GetResult() != finished)
        {
            Console.Error.WriteLine($"Callers have had no answer for {SilenceMax.TotalSeconds} seconds; giving up.");
            Environment.Exit(1);
        }

        finished.GetAwaiter().GetResult();
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
