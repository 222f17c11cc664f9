using ActorVectorStore.Benchmarks.Journals;
using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// Persistent actors on every journal: how many events they persist in a second, and how many they recover when each has the same number, so
/// that a slow writer does not have little to replay.
/// </summary>
internal sealed class AkkaSuite(BenchmarkRun run)
{
    private const int WrittenEventsMax = 400_000;
    private const int BarBytes = 3 << 10;

    private static readonly int[] AllPayloads = [128, BarBytes];

    private readonly Dictionary<(string Journal, JournalWorkload Workload), List<JournalResult>> _passes = [];

    private int Actors => run.Options.Small ? 8 : 64;

    private int ReplayedEvents => run.Options.Small ? 40 : 500;

    private IEnumerable<JournalSystem> Journals => JournalCatalogue.All.Where(journal => run.Options.Includes(journal.Name));

    public void Run()
    {
        run.Report.Heading($"{Actors} persistent actors");
        WarmUp();
        foreach (var bytes in run.Options.Payloads.Count == 0 ? AllPayloads : [.. run.Options.Payloads])
        {
            RunCell(Writing(bytes, PersistMode.OneByOne), ReportWriting);
            RunCell(Writing(bytes, PersistMode.InFlight), ReportWriting);
            RunCell(Replaying(bytes), ReportReplay);
        }

        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(Bars()));
        ReportAcknowledgements();
    }

    private JournalWorkload Writing(int bytes, PersistMode mode) => new(Actors, bytes, mode, run.Options.Measured, WrittenEventsMax / Actors);

    private JournalWorkload Replaying(int bytes) => new(Actors, bytes, PersistMode.InFlight, Timeout.InfiniteTimeSpan, ReplayedEvents);

    /// <summary>A pass of each, so that the first cell does not pay for compiling what the others use too.</summary>
    private void WarmUp()
    {
        if (run.Options.Small)
        {
            return;
        }

        foreach (var journal in Journals)
        {
            Measure(journal, Writing(128, PersistMode.InFlight));
        }
    }

    private void RunCell(JournalWorkload workload, Action<JournalWorkload> report)
    {
        for (var repetition = 0; repetition < run.Options.Repetitions; repetition++)
        {
            foreach (var journal in Journals)
            {
                var result = Measure(journal, workload);
                MarkdownReport.Progress(
                    $"{Figure.Bytes(workload.PayloadBytes)}, {workload.Mode.Name}, pass {repetition + 1}, {journal.Name}: "
                    + $"{Figure.Count(result.Writing.PerSecond)} writes/s, {Figure.Count(result.Replay.PerSecond)} replays/s");
                PassesOf(journal, workload).Add(result);
            }
        }

        report(workload);
    }

    private List<JournalResult> PassesOf(JournalSystem journal, JournalWorkload workload)
    {
        if (!_passes.TryGetValue((journal.Name, workload), out var passes))
        {
            _passes[(journal.Name, workload)] = passes = [];
        }

        return passes;
    }

    private JournalResult Measure(JournalSystem journal, JournalWorkload workload)
    {
        var directory = run.NewDirectory("journal " + journal.Name);
        OperatingSystemCaches.WriteBack();
        GC.Collect();
        var result = new JournalPass(journal, workload, run.Device, directory).RunAsync().GetAwaiter().GetResult();
        BenchmarkRun.RemoveDirectory(directory);
        return result;
    }

    private void ReportWriting(JournalWorkload workload)
    {
        run.Report.SubHeading($"Writing {Figure.Bytes(workload.PayloadBytes)}, {workload.Mode.Name}");
        var table = new Table("journal", "events/s", "min-max", "p50 us", "p99 us", "flushes/event", "CPU us/event", "allocated B/event", "events");
        foreach (var journal in Journals)
        {
            var passes = PassesOf(journal, workload).ConvertAll(pass => pass.Writing);
            table.Add(
            [
                journal.Name,
                .. RateCells(passes.Select(pass => pass.PerSecond)),
                Figure.Of(Spread.MedianOf(passes.Select(pass => pass.MedianMicroseconds))),
                Figure.Of(Spread.MedianOf(passes.Select(pass => pass.HighMicroseconds))),
                passes[0].FlushesPerEvent is null ? Figure.Unknown : Figure.Of(Spread.MedianOf(passes.Select(pass => pass.FlushesPerEvent!.Value))),
                .. CostCells(passes.Select(pass => pass.Cost)),
                Figure.Count(passes.Sum(pass => pass.Events)),
            ]);
        }

        run.Report.Add(table);
    }

    private void ReportReplay(JournalWorkload workload)
    {
        run.Report.SubHeading($"Replay of {workload.EventsMax} events of {Figure.Bytes(workload.PayloadBytes)} by each actor");
        var table = new Table("journal", "events/s", "min-max", "MB/s", "CPU us/event", "allocated B/event", "events");
        foreach (var journal in Journals)
        {
            var passes = PassesOf(journal, workload).ConvertAll(pass => pass.Replay);
            table.Add(
            [
                journal.Name,
                .. RateCells(passes.Select(pass => pass.PerSecond)),
                Figure.Of(Spread.MedianOf(passes.Select(pass => pass.MegabytesPerSecond))),
                .. CostCells(passes.Select(pass => pass.Cost)),
                Figure.Count(passes.Sum(pass => pass.Events)),
            ]);
        }

        run.Report.Add(table);
    }

    private static string[] RateCells(IEnumerable<double> rates)
    {
        var spread = Spread.Of(rates);
        return [Figure.Count(spread.Median), $"{Figure.Count(spread.Minimum)}-{Figure.Count(spread.Maximum)}"];
    }

    private static string[] CostCells(IEnumerable<EventCost> costs) =>
    [
        Figure.Of(Spread.MedianOf(costs.Select(cost => cost.CpuMicroseconds))),
        Figure.Of(Spread.MedianOf(costs.Select(cost => cost.AllocatedBytes))),
    ];

    private IEnumerable<Bar> Bars()
    {
        var cells = new[] { PersistMode.OneByOne, PersistMode.InFlight }
            .Select(mode => ($"writing {Figure.Bytes(BarBytes)}, {mode.Name}: ", Writing(BarBytes, mode), (Func<JournalResult, double>)(pass => pass.Writing.PerSecond)))
            .Append(($"replay of {Figure.Bytes(BarBytes)}: ", Replaying(BarBytes), pass => pass.Replay.PerSecond));
        foreach (var (cell, workload, figure) in cells)
        {
            var ours = Median(JournalCatalogue.Ours, workload, figure);
            var peer = JournalCatalogue.All.Where(journal => journal.Role == LogRole.Peer).Max(journal => Median(journal.Name, workload, figure));
            yield return Bar.Minimum(cell + "times the better Akka.Persistence.Sql", 20, ours / peer);
            yield return Bar.Minimum(cell + "part of the in-memory journal", 0.25, ours / Median(JournalCatalogue.InMemory, workload, figure));
        }
    }

    private double? Median(string journal, JournalWorkload workload, Func<JournalResult, double> figure) =>
        _passes.TryGetValue((journal, workload), out var passes) ? Spread.MedianOf(passes.Select(figure)) : null;

    private void ReportAcknowledgements()
    {
        run.Report.SubHeading("What a persist handler may rely on");
        var table = new Table("journal", "when the handler runs");
        foreach (var journal in Journals)
        {
            table.Add(journal.Name, journal.AckMeans);
        }

        run.Report.Add(table);
    }
}
