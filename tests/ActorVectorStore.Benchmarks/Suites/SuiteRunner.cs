using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>Runs the suites that were asked for and puts the machine's facts above them.</summary>
internal sealed class SuiteRunner(BenchmarkRun run)
{
    private const string Everything = "all";

    // Prepares what others measure on, and measures nothing itself.
    private const string Sets = "sets";

    private readonly (string Name, Action Run)[] _suites =
    [
        ("appends", () => new AppendSuite(run).Run()),
        ("replay", () => new ReplaySuite(run).Run()),
        ("reopen", () => new ReopenSuite(run).Run()),
        ("akka", () => new AkkaSuite(run).RunAsync().GetAwaiter().GetResult()),
        ("storage", () => new StorageSuite(run).Run()),
        ("collections", () => new CollectionsSuite(run).Run()),
        ("kernels", () => new KernelSuite(run).Run()),
        ("index", () => new SearchSuite(run).Run()),
        ("segments", () => new SegmentsSuite(run).Run()),
        ("engine", () => new EngineSuite(run).RunAsync().GetAwaiter().GetResult()),
        (Sets, () => new VectorSetSuite(run).Run()),
    ];

    public static string[] Names { get; } = ["appends", "replay", "reopen", "akka", "storage", "collections", "kernels", "index", "segments", "engine", Sets, Everything];

    public void Run(string name)
    {
        ReportFacts(name);
        foreach (var suite in _suites.Where(suite => name == suite.Name || (name == Everything && suite.Name != Sets)))
        {
            suite.Run();
        }
    }

    private void ReportFacts(string name)
    {
        run.Report.Title($"Benchmark results: {name}");
        var table = new Table("fact", "value") { TextColumns = 2 };
        foreach (var (fact, value) in MachineFacts.Of(run.Device))
        {
            table.Add(fact, value);
        }

        foreach (var log in LogCatalogue.All)
        {
            if (log.Missing() is { } reason)
            {
                table.Add($"without {log.Name}", reason);
            }
        }

        table.Add("command", "`" + string.Join(' ', Environment.GetCommandLineArgs().Skip(1)) + "`");
        table.Add("repetitions, seconds", $"{run.Options.Repetitions}, {run.Options.Measured.TotalSeconds}");
        run.Report.Add(table);
        if (run.Options.Small)
        {
            run.Report.Paragraph("A small run: it shows that every benchmark works. Its figures mean nothing.");
        }
    }
}
