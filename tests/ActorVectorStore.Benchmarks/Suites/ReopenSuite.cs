using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// A killed process left 1 GiB of records behind a checkpoint (where the log has such a thing; ours seals segments as it goes) and a short
/// tail; a new process opens the log, from a cold cache. Reading is not part of the time, but proves that all is there.
/// </summary>
internal sealed class ReopenSuite(BenchmarkRun run)
{
    private const double MillisecondsMax = 60;
    private const double PartReadMax = 0.05;
    private const int TailRecords = 1_000;

    private readonly Dictionary<string, (List<ReadReport> Compiled, List<ReadReport> First)> _readings = [];
    private long _payloadBytes;

    private long LogBytes => run.Options.Small ? 8 << 20 : 1 << 30;

    public void Run()
    {
        run.Report.Heading($"Opening of {Figure.Bytes(LogBytes)} and a tail of {TailRecords} records, cold");
        var logs = run.Logs
            .Where(system => system.Replays)
            .Select(system => FilledLog.Create(run, system, LogBytes, TailRecords))
            .ToArray();
        _payloadBytes = logs.Length == 0 ? 0 : logs[0].PayloadBytes;
        for (var repetition = 0; repetition < run.Options.Repetitions; repetition++)
        {
            foreach (var log in logs)
            {
                ReadBothWays(log);
            }
        }

        Array.ForEach(logs, log => log.Remove());
        ReportTable();
        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(Bars()));
    }

    private void ReadBothWays(FilledLog log)
    {
        if (!_readings.TryGetValue(log.System.Name, out var readings))
        {
            _readings[log.System.Name] = readings = ([], []);
        }

        readings.Compiled.Add(log.Read(cold: true, warmUp: true));
        readings.First.Add(log.Read(cold: true, warmUp: false));
        MarkdownReport.Progress($"opening of {log.System.Name}: {Figure.Of(readings.Compiled[^1].OpenMilliseconds)} ms");
    }

    private void ReportTable()
    {
        var table = new Table(
            "log", "open ms", "min-max", "open ms, code not compiled yet", "read by its own account", "passed by read calls",
            "fetched from the device", "part of the payload");
        foreach (var (name, (compiled, first)) in _readings)
        {
            var open = Spread.Of(compiled.Select(report => report.OpenMilliseconds));
            var own = compiled[0].OpenBytesByItsOwnAccount;
            table.Add(
                name,
                Figure.Of(open.Median),
                $"{Figure.Of(open.Minimum)}-{Figure.Of(open.Maximum)}",
                Figure.Of(Spread.MedianOf(first.Select(report => report.OpenMilliseconds))),
                own is { } bytes ? Figure.Bytes(bytes) : Figure.Unknown,
                Figure.Bytes((long)Spread.MedianOf(compiled.Select(report => (double)report.OpenBytesRead))),
                Figure.Bytes((long)Spread.MedianOf(compiled.Select(report => (double)report.OpenBytesFetched))),
                $"{PartRead(compiled):0.00 %}");
        }

        run.Report.Add(table);
    }

    private IEnumerable<Bar> Bars()
    {
        var ours = _readings.TryGetValue(LogCatalogue.Ours, out var readings) ? readings.Compiled : null;
        yield return Bar.Maximum(
            "opening, ms", MillisecondsMax, ours is null ? null : Spread.MedianOf(ours.Select(report => report.OpenMilliseconds)));
        yield return Bar.Maximum("opening, part of the payload read", PartReadMax, ours is null ? null : PartRead(ours));
    }

    private double PartRead(List<ReadReport> reports) => Spread.MedianOf(reports.Select(report => (double)report.OpenBytesRead)) / _payloadBytes;
}
