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

    private readonly Dictionary<(string Journal, JournalWorkload Workload), List<WritingResult>> _writings = [];
    private readonly Dictionary<(string Journal, JournalWorkload Workload), List<ReplayResult>> _replays = [];

    private int Actors => run.Options.Small ? 8 : 64;

    private int ReplayedEvents => run.Options.Small ? 40 : 1_000;

    private IEnumerable<JournalSystem> Journals => JournalCatalogue.All.Where(journal => run.Options.Includes(journal.Name));

    public async Task RunAsync()
    {
        run.Report.Heading($"{Actors} persistent actors");
        await WarmUpAsync().ConfigureAwait(false);
        foreach (var bytes in run.Options.Payloads.Count == 0 ? AllPayloads : [.. run.Options.Payloads])
        {
            await RunWritingAsync(Writing(bytes, PersistMode.OneByOne)).ConfigureAwait(false);
            await RunWritingAsync(Writing(bytes, PersistMode.InFlight)).ConfigureAwait(false);
            await RunReplayAsync(Replaying(bytes)).ConfigureAwait(false);
        }

        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(Bars()));
        ReportAcknowledgements();
    }

    private JournalWorkload Writing(int bytes, PersistMode mode) => new(Actors, bytes, mode, run.Options.Measured, WrittenEventsMax / Actors);

    private JournalWorkload Replaying(int bytes) => new(Actors, bytes, PersistMode.InFlight, Timeout.InfiniteTimeSpan, ReplayedEvents);

    /// <summary>A pass of each, so that the first cell does not pay for compiling what the others use too.</summary>
    private async Task WarmUpAsync()
    {
        foreach (var journal in run.Options.Small ? [] : Journals)
        {
            await WriteAsync(journal, Writing(128, PersistMode.InFlight)).ConfigureAwait(false);
        }
    }

    private async Task RunWritingAsync(JournalWorkload workload)
    {
        for (var repetition = 0; repetition < run.Options.Repetitions; repetition++)
        {
            foreach (var journal in Journals)
            {
                var result = await WriteAsync(journal, workload).ConfigureAwait(false);
                MarkdownReport.Progress(
                    $"{Figure.Bytes(workload.PayloadBytes)}, {workload.Mode.Name}, pass {repetition + 1}, {journal.Name}: "
                    + $"{Figure.Count(result.PerSecond)} events/s");
                PassesIn(_writings, journal, workload).Add(result);
            }
        }

        ReportWriting(workload);
    }

    /// <summary>One pass, which also proves that what was acknowledged can be recovered.</summary>
    private async Task<WritingResult> WriteAsync(JournalSystem journal, JournalWorkload workload)
    {
        var session = await StartAsync(journal, workload).ConfigureAwait(false);
        await using var ended = session.ConfigureAwait(false);
        var result = await session.WriteAsync(run.Device).ConfigureAwait(false);
        await session.ReplayAsync().ConfigureAwait(false);
        return result;
    }

    /// <summary>Each journal is filled once; then all are replayed in turn.</summary>
    private async Task RunReplayAsync(JournalWorkload workload)
    {
        var sessions = new List<(JournalSystem Journal, JournalSession Session)>();
        foreach (var journal in Journals)
        {
            var session = await StartAsync(journal, workload).ConfigureAwait(false);
            sessions.Add((journal, session));
            MarkdownReport.Progress($"{Figure.Bytes(workload.PayloadBytes)}, filling {journal.Name} for replay");
            await session.WriteAsync(run.Device).ConfigureAwait(false);
        }

        for (var repetition = 0; repetition < run.Options.Repetitions; repetition++)
        {
            foreach (var (journal, session) in sessions)
            {
                PassesIn(_replays, journal, workload).Add(await session.ReplayAsync().ConfigureAwait(false));
            }
        }

        foreach (var (_, session) in sessions)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        ReportReplay(workload);
    }

    private async Task<JournalSession> StartAsync(JournalSystem journal, JournalWorkload workload)
    {
        var directory = run.NewDirectory("journal " + journal.Name);
        OperatingSystemCaches.WriteBack();
        GC.Collect();
        return await JournalSession.StartAsync(journal, workload, directory).ConfigureAwait(false);
    }

    private static List<TResult> PassesIn<TResult>(
        Dictionary<(string Journal, JournalWorkload Workload), List<TResult>> results, JournalSystem journal, JournalWorkload workload)
    {
        if (!results.TryGetValue((journal.Name, workload), out var passes))
        {
            results[(journal.Name, workload)] = passes = [];
        }

        return passes;
    }

    private void ReportWriting(JournalWorkload workload)
    {
        run.Report.SubHeading($"Writing {Figure.Bytes(workload.PayloadBytes)}, {workload.Mode.Name}");
        var table = new Table("journal", "events/s", "min-max", "p50 us", "p99 us", "flushes/event", "CPU us/event", "allocated B/event", "events");
        foreach (var journal in Journals)
        {
            var passes = PassesIn(_writings, journal, workload);
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
            var passes = PassesIn(_replays, journal, workload);
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
            .SelectMany(mode => BarsOf($"writing {Figure.Bytes(BarBytes)}, {mode.Name}", Writing(BarBytes, mode), _writings, pass => pass.PerSecond));
        return cells.Concat(BarsOf($"replay of {Figure.Bytes(BarBytes)}", Replaying(BarBytes), _replays, pass => pass.PerSecond));
    }

    private static IEnumerable<Bar> BarsOf<TResult>(
        string cell,
        JournalWorkload workload,
        Dictionary<(string Journal, JournalWorkload Workload), List<TResult>> results,
        Func<TResult, double> perSecond)
    {
        double? Median(string journal) => results.TryGetValue((journal, workload), out var passes) ? Spread.MedianOf(passes.Select(perSecond)) : null;

        var ours = Median(JournalCatalogue.Ours);
        var peer = JournalCatalogue.All.Where(journal => journal.Role == LogRole.Peer).Max(journal => Median(journal.Name));
        yield return Bar.Minimum(cell + ": times the better Akka.Persistence.Sql", 20, ours / peer);
        yield return Bar.Minimum(cell + ": part of the in-memory journal", 0.25, ours / Median(JournalCatalogue.InMemory));
    }

    private void ReportAcknowledgements()
    {
        run.Report.SubHeading("What a persist handler may rely on");
        var table = new Table("journal", "when the handler runs") { TextColumns = 2 };
        foreach (var journal in Journals)
        {
            table.Add(journal.Name, journal.AckMeans);
        }

        run.Report.Add(table);
    }
}
