using System.Diagnostics;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Peers;
using ActorVectorStore.Benchmarks.Report;
using ActorVectorStore.Benchmarks.Search;
using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// Our index beside hnswlib over the same sets of vectors: building, recall against queries a second, and searching with filters. Both take turns at every ef, pass by pass; one
/// query at a time on one thread, and once on two.
/// </summary>
internal sealed class SearchSuite(BenchmarkRun run)
{
    private const string Ours = "ours";
    private const string Theirs = "hnswlib";
    private const double FilteredRecall = 0.95;
    private const double BuildRatioMin = 2;
    private const double ThreadsRatioMin = 1.85;
    private const double LatencyRatioMax = 3;

    // With a filter that few rows pass, one pass through everything takes a minute, and needs no repetition.
    private static readonly TimeSpan PassesTime = TimeSpan.FromSeconds(20);

    private static readonly int[] Efs = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 400, 800];
    private static readonly (string Filter, double RatioMin)[] FilterBars = [("random-50", 1.8), ("random-10", 2.5), ("random-1", 30), ("random-0.1", 300)];

    private readonly List<Bar> _bars = [];

    private IEnumerable<int> Ms => run.Options.Small ? [8] : run.Options.Ms;

    private IEnumerable<int> EfConstructs => run.Options.Small ? [40] : run.Options.EfConstructs;

    private int Passes => run.Options.Small ? 1 : Math.Max(5, run.Options.Repetitions);

    public void Run()
    {
        run.Report.Heading("Index");
        var program = HnswlibPeer.Compile(run.NewDirectory("hnswlib"), VectorSetCatalogue.PackagesIn(run.Options.VectorSets), out var reason);
        if (program is null)
            run.Report.Paragraph($"Without hnswlib: {reason}.");
        foreach (var name in VectorSetCatalogue.Names.Where(Includes))
            Measure(VectorSetCatalogue.Prepare(name, run.Options.VectorSets), program);
        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(_bars));
    }

    private bool Includes(string name) => run.Options.Small ? name == VectorSetCatalogue.Smallest : name != VectorSetCatalogue.Smallest && run.Options.Includes(name);

    private void Measure(VectorSet set, string? program)
    {
        run.Report.SubHeading(set.Name);
        using var ours = new OwnIndex(set);
        using var theirs = program is null ? null : new HnswlibPeer(program, set, run.KeptDirectory("hnswlib"));
        ISearchSystem[] systems = theirs is null ? [ours] : [ours, theirs];
        var curves = systems.ToDictionary(system => system.Name, _ => new List<RecallCurve>());
        foreach (var (m, efConstruct) in Ms.SelectMany(m => EfConstructs.Select(efConstruct => (m, efConstruct))))
        {
            Build(set, systems, m, efConstruct);
            MeasureCurves(set, systems, curves);
            if (m == Ms.First() && efConstruct == EfConstructs.Last())
            {
                MeasureFilters(set, systems);
                MeasureThreads(set, ours, curves[Ours][^1]);
            }
        }

        foreach (var (recall, ratioMin) in RecallBars(set))
            _bars.Add(Bar.Minimum($"{set.Name}: queries a second at recall {recall}, of hnswlib's", ratioMin, Ratio(curves, recall)));
    }

    private void Build(VectorSet set, ISearchSystem[] systems, int m, int efConstruct)
    {
        var table = new Table($"build, M {m}, ef_construct {efConstruct}", "seconds, 1 thread", "processor seconds, 1 thread", "seconds, 2 threads") { TextColumns = 1 };
        var builds = new Dictionary<string, BuildTime>();
        foreach (var system in systems)
        {
            var both = system.Build(new BuildParameters(m, efConstruct, Threads: 2));
            builds[system.Name] = system.Build(new BuildParameters(m, efConstruct, Threads: 1));
            table.Add(system.Name, Figure.Of(builds[system.Name].Seconds), Figure.Of(builds[system.Name].ProcessorSeconds), Figure.Of(both.Seconds));
            MarkdownReport.Progress($"{set.Name}: {system.Name} built, M {m}, ef_construct {efConstruct}: {builds[system.Name].ProcessorSeconds:0.0} s");
        }

        run.Report.Add(table);
        if (builds.TryGetValue(Theirs, out var theirs))
            _bars.Add(Bar.Minimum($"{set.Name}: speed of building, M {m}, ef_construct {efConstruct}, of hnswlib's", BuildRatioMin, theirs.ProcessorSeconds / builds[Ours].ProcessorSeconds));
    }

    private void MeasureCurves(VectorSet set, ISearchSystem[] systems, Dictionary<string, List<RecallCurve>> curves)
    {
        var table = new Table(["ef", .. systems.SelectMany(system => new[] { $"{system.Name}: recall", "queries/s", "p50 us", "p99 us" })]);
        var truth = NeighbourTable.Read(set.TruthFile);
        foreach (var system in systems)
            curves[system.Name].Add(new RecallCurve());
        InTurns(systems, Efs[^1], truth);
        foreach (var ef in Efs)
        {
            var points = InTurns(systems, ef, truth);
            foreach (var (system, point) in systems.Zip(points))
                curves[system.Name][^1].Add(point);
            table.Add([$"{ef}", .. points.SelectMany(point => new[] { $"{point.Recall:0.0000}", Figure.Of(point.QueriesPerSecond), Figure.Of(point.MicrosecondsP50), Figure.Of(point.MicrosecondsP99) })]);
        }

        run.Report.Add(table);
        var wide = curves[Ours][^1].Points.First(point => point.Recall >= FilteredRecall || point.Ef == Efs[^1]);
        _bars.Add(Bar.Maximum($"{set.Name}: p99 over p50 at ef {wide.Ef}", LatencyRatioMax, wide.MicrosecondsP99 / wide.MicrosecondsP50));
    }

    private CurvePoint[] InTurns(ISearchSystem[] systems, int ef, NeighbourTable truth)
    {
        var passes = systems.Select(_ => new List<SearchPass>()).ToArray();
        var watch = Stopwatch.StartNew();
        for (var pass = 0; pass < Passes && (pass == 0 || watch.Elapsed < PassesTime); pass++)
        {
            for (var i = 0; i < systems.Length; i++)
                passes[i].Add(systems[i].Search(ef, threads: 1));
        }

        return Array.ConvertAll(passes, of => new CurvePoint(
            ef,
            of[0].Found.RecallAgainst(truth),
            Spread.MedianOf(of.Select(pass => pass.QueriesPerProcessorSecond)),
            Spread.MedianOf(of.Select(pass => pass.MicrosecondsP50)),
            Spread.MedianOf(of.Select(pass => pass.MicrosecondsP99))));
    }

    private void MeasureFilters(VectorSet set, ISearchSystem[] systems)
    {
        var table = new Table(["filter", .. systems.SelectMany(system => new[] { $"{system.Name}: ef", "recall", "queries/s" })]);
        foreach (var filter in RowFilterKind.All)
        {
            var truth = NeighbourTable.Read(set.TruthFileOf(filter));
            var curves = systems.ToDictionary(system => system.Name, _ => new RecallCurve());
            foreach (var system in systems)
            {
                system.Use(filter);

                // No further than the recall that counts.
                foreach (var ef in Efs.TakeWhile(_ => curves[system.Name].QueriesPerSecondAt(FilteredRecall) is null))
                    curves[system.Name].Add(InTurns([system], ef, truth)[0]);
                system.Use(null);
            }

            table.Add([filter.Name, .. systems.SelectMany(system => curves[system.Name].Points[^1] is var last ? new[] { $"{last.Ef}", $"{last.Recall:0.0000}", Figure.Of(last.QueriesPerSecond) } : [])]);
            if (FilterBars.FirstOrDefault(bar => bar.Filter == filter.Name) is { Filter: not null } bar && curves.TryGetValue(Theirs, out var theirs))
                _bars.Add(Bar.Minimum($"{set.Name}: queries a second with {filter.Name} at recall {FilteredRecall}, of hnswlib's", bar.RatioMin, curves[Ours].QueriesPerSecondAt(FilteredRecall) / theirs.QueriesPerSecondAt(FilteredRecall)));
        }

        run.Report.Add(table);
    }

    private void MeasureThreads(VectorSet set, OwnIndex ours, RecallCurve curve)
    {
        var ef = curve.Points.First(point => point.Recall >= FilteredRecall || point.Ef == Efs[^1]).Ef;
        var (one, two) = (new List<double>(), new List<double>());
        for (var pass = 0; pass < Passes; pass++)
        {
            one.Add(ours.Search(ef, threads: 1).QueriesPerSecond);
            two.Add(ours.Search(ef, threads: 2).QueriesPerSecond);
        }

        _bars.Add(Bar.Minimum($"{set.Name}: two threads over one, at ef {ef}", ThreadsRatioMin, Spread.MedianOf(two) / Spread.MedianOf(one)));
    }

    private static double? Ratio(Dictionary<string, List<RecallCurve>> curves, double recall) =>
        curves.TryGetValue(Theirs, out var theirs) ? RecallCurve.BestAt(curves[Ours], recall) / RecallCurve.BestAt(theirs, recall) : null;

    private static (double Recall, double RatioMin)[] RecallBars(VectorSet set) =>
        set.Name == "words" ? [(0.90, 2.2), (0.95, 2.2), (0.99, 2.0)] : [(0.95, 2.2), (0.99, 2.2)];
}
