using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// A killed process left 1 GiB of records that were never checkpointed; a new process opens the log and reads all of it. Rates are payload
/// bytes by the time of opening and reading together: some logs do the work in one, some in the other.
/// </summary>
internal sealed class ReplaySuite(BenchmarkRun run)
{
    private const double ColdGigabytesPerSecondMin = 2;

    private readonly Dictionary<string, Readings> _readings = [];

    private long LogBytes => run.Options.Small ? 8 << 20 : 1 << 30;

    public void Run()
    {
        run.Report.Heading($"Replay of {Figure.Bytes(LogBytes)} in records of {Figure.Bytes(FilledLog.RecordBytes)}");
        var logs = run.Logs
            .Where(system => system.Replays)
            .Select(system => FilledLog.Create(run, system, LogBytes, tail: null))
            .ToArray();
        for (var repetition = 0; repetition < run.Options.Repetitions; repetition++)
        {
            foreach (var log in logs)
            {
                ReadThreeWays(log);
            }
        }

        Array.ForEach(logs, log => log.Remove());
        ReportTable();
        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(Bars()));
    }

    private void ReadThreeWays(FilledLog log)
    {
        if (!_readings.TryGetValue(log.System.Name, out var readings))
        {
            _readings[log.System.Name] = readings = new Readings(log.PayloadBytes);
        }

        readings.Cold.Add(log.Read(cold: true, warmUp: true));
        readings.ColdFirst.Add(log.Read(cold: true, warmUp: false));
        readings.Warm.Add(log.Read(cold: false, warmUp: true));
        MarkdownReport.Progress($"replay of {log.System.Name}: {Figure.Of(readings.Rate(readings.Cold).Median)} GB/s cold");
    }

    private void ReportTable()
    {
        var table = new Table(
            "log", "cold GB/s", "min-max", "open ms", "read ms", "cold GB/s, code not compiled yet", "warm GB/s", "CPU ms (cold)", "records");
        foreach (var (name, readings) in _readings)
        {
            var cold = readings.Rate(readings.Cold);
            table.Add(
                name,
                Figure.Of(cold.Median),
                $"{Figure.Of(cold.Minimum)}-{Figure.Of(cold.Maximum)}",
                Figure.Of(Spread.MedianOf(readings.Cold.Select(report => report.OpenMilliseconds))),
                Figure.Of(Spread.MedianOf(readings.Cold.Select(report => report.ReadMilliseconds))),
                Figure.Of(readings.Rate(readings.ColdFirst).Median),
                Figure.Of(readings.Rate(readings.Warm).Median),
                Figure.Of(Spread.MedianOf(readings.Cold.Select(report => report.CpuMilliseconds))),
                $"{readings.Cold[0].Digest.Count} (sum {readings.Cold[0].Digest.Sum:x16})");
        }

        run.Report.Add(table);
    }

    private IEnumerable<Bar> Bars()
    {
        var ours = ColdRate(LogCatalogue.Ours);
        var peer = LogCatalogue.All
            .Where(system => system.Role == LogRole.Peer && _readings.ContainsKey(system.Name))
            .MaxBy(system => ColdRate(system.Name));
        yield return Bar.Minimum("replay, cold, GB/s", ColdGigabytesPerSecondMin, ours);
        yield return Bar.Minimum($"replay, cold, times the fastest peer ({peer?.Name})", 1, ours / (peer is null ? null : ColdRate(peer.Name)));
    }

    private double? ColdRate(string name) =>
        _readings.TryGetValue(name, out var readings) ? readings.Rate(readings.Cold).Median : null;

    private sealed class Readings(long payloadBytes)
    {
        public List<ReadReport> Cold { get; } = [];

        public List<ReadReport> ColdFirst { get; } = [];

        public List<ReadReport> Warm { get; } = [];

        /// <summary>Gigabytes (10^9) of payload per second of opening and reading.</summary>
        public Spread Rate(List<ReadReport> reports) =>
            Spread.Of(reports.Select(report => payloadBytes / (report.OpenMilliseconds + report.ReadMilliseconds) / 1e6));
    }
}
