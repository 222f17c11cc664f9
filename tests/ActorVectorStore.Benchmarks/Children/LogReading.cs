using System.Diagnostics;
using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Opens a log and reads all of it, measured from within the process that does it.</summary>
internal static class LogReading
{
    /// <summary>More than fit into a segment or a page of any log, so that what happens at their ends is compiled too.</summary>
    private const int WarmUpRecords = 30_000;
    private const int WarmUpRecordBytes = 3 << 10;

    /// <summary>
    /// Long enough for the runtime to compile the loops for good: it does so in the background, in several steps, and begins each of them only when nothing
    /// new was called for a while. After 0.7 seconds the checksums of some logs were still in the first one.
    /// </summary>
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(2.5);

    /// <summary>For what waits to be compiled when the warm-up ends; it would take one of few processors from what is measured.</summary>
    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(1);

    public static ReadReport Read(ReadRequest request)
    {
        var system = LogCatalogue.Named(request.Log);
        if (request.WarmUpDirectory is { } scratch)
        {
            WarmUp(system, scratch);
            Thread.Sleep(RestTime);
        }

        if (request.IsCold)
        {
            // Not before the warm-up: memory that stays free for long may have to be fetched from the hypervisor again, which costs more than the disk.
            OperatingSystemCaches.Drop(request.Directory);
        }

        return OpenAndRead(system, request.Directory);
    }

    private static void WarmUp(LogSystem system, string directory)
    {
        using (var log = system.OpenForReplay(directory, LogFiller.Callers))
        {
            new LogFiller(log, system.CallersAreThreads(LogFiller.Callers), WarmUpRecordBytes).Append(WarmUpRecords);
        }

        var begin = Stopwatch.GetTimestamp();
        do
        {
            OpenAndRead(system, directory);
        }
        while (Stopwatch.GetElapsedTime(begin) < WarmUpTime);
    }

    private static ReadReport OpenAndRead(LogSystem system, string directory)
    {
        var before = ProcessCounters.Read();
        var begin = Stopwatch.GetTimestamp();
        using var log = system.OpenForReplay(directory, 1);
        var opened = Stopwatch.GetTimestamp();
        var opening = ProcessCounters.Read() - before;

        var digest = default(RecordDigest);
        var readBegin = Stopwatch.GetTimestamp();
        log.ReadAll(record => digest.Add(record));
        var read = Stopwatch.GetElapsedTime(readBegin);
        return new ReadReport
        {
            Digest = digest,
            OpenMilliseconds = Stopwatch.GetElapsedTime(begin, opened).TotalMilliseconds,
            ReadMilliseconds = read.TotalMilliseconds,
            CpuMilliseconds = (ProcessCounters.Read() - before).Cpu.TotalMilliseconds,
            OpenBytesByItsOwnAccount = log.BytesReadByOpening,
            OpenBytesRead = opening.ReadBytes,
            OpenBytesFetched = opening.FetchedBytes,
        };
    }
}
