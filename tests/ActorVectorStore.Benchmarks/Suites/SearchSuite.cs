using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Peers;
using ActorVectorStore.Benchmarks.Report;
using ActorVectorStore.Benchmarks.Search;
using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// Our index beside hnswlib, and faiss where it is installed, over the same sets of vectors: building, recall against queries a second, and searching with filters. All take turns at every ef, pass by pass;
/// one query at a time on one thread, and once on two. Where there are several ways of building, filters, threads and the speed of building are measured of one of them.
/// </summary>
internal sealed class SearchSuite(BenchmarkRun run)
{
    private const double FilteredRecall = 0.95;

    // Ours and hnswlib. faiss is one more curve: built in one way, and not asked with filters, which the graph of the version that Debian has does not know.
    private const int ComparedSystems = 2;
    private const double BuildRatioMin = 2;
    private const double ThreadsRatioMin = 1.85;
    private const double LatencyRatioMax = 3;

    private static readonly double[] ReportedRecalls = [0.90, 0.95, 0.99];
    private static readonly (string Filter, double RatioMin)[] FilterBars = [("random-50", 1.8), ("random-10", 2.5), ("random-1", 30), ("random-0.1", 300)];

    private readonly List<Bar> _bars = [];
    private readonly RecallPlot _plot = new();
    private readonly SearchTurns _turns = SearchTurnsOf(run.Options);

    private TimeSpan ThreadsTime => run.Options.Small ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromSeconds(1);

    private IReadOnlyList<BuildParameters> Built { get; } = WaysOfBuilding(run.Options);

    /// <summary>Ways of building that were asked for; the first is the one that everything is measured of.</summary>
    public static IReadOnlyList<BuildParameters> WaysOfBuilding(BenchmarkOptions options)
    {
        if (options.Small)
            return [new(8, 40), new(12, 60)];
        var all = options.Ms.SelectMany(m => options.EfConstructs.Select(efConstruct => new BuildParameters(m, efConstruct)));
        return [.. all.OrderByDescending(built => built == BuildParameters.Default)];
    }

    /// <summary>The sets that were asked for; in the small form the one for it.</summary>
    public static IEnumerable<VectorSet> SetsOf(BenchmarkOptions options) =>
        from name in VectorSetCatalogue.Names
        where options.Small ? name == VectorSetCatalogue.Smallest : name != VectorSetCatalogue.Smallest && options.Includes(name)
        select VectorSetCatalogue.Prepare(name, options.VectorSets);

    public static SearchTurns SearchTurnsOf(BenchmarkOptions options) => new(options.Small ? 1 : Math.Max(5, options.Repetitions));

    public void Run()
    {
        run.Report.Heading("Index");
        var peers = Peers();
        foreach (var set in SetsOf(run.Options))
        {
            Measure(set, peers);

            // After each set: a run that is broken off leaves what it had. A small run shows that it can be drawn.
            if (run.Options.Plot is { } file)
                _plot.Write(file);
            else if (run.Options.Small)
                _plot.Write(Path.Combine(run.KeptDirectory("plot"), "recall.png"));
        }

        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(_bars));
    }

    // The first one is what bars compare with.
    private List<PeerProgram> Peers()
    {
        var hnswlib = Hnswlib.Compile(
            run.NewDirectory("peers"), VectorSetCatalogue.PackagesIn(run.Options.VectorSets), fetches: !run.Options.Small, out var reason);
        if (hnswlib is null)
        {
            run.Report.Paragraph($"Without peers: no hnswlib, {reason}.");
            return [];
        }

        var faiss = Faiss.Find();
        if (faiss is null)
            run.Report.Paragraph("Without faiss: it is not installed.");
        return faiss is null ? [hnswlib] : [hnswlib, faiss];
    }

    private void Measure(VectorSet set, List<PeerProgram> peers)
    {
        run.Report.SubHeading(set.Name);
        using var vectors = new SearchedVectors(set);
        using var ours = new OwnIndex(vectors);
        ISearchSystem[] all = [ours, .. peers.Select(peer => new PeerProcess(peer, set, run.KeptDirectory("peers")))];
        var curves = all.Select(_ => new List<RecallCurve>()).ToArray();
        foreach (var built in Built)
        {
            var isMain = built == Built[0];
            var systems = isMain ? all : [.. all.Take(ComparedSystems)];
            Build(set, systems, built, isMain);
            var (found, table) = _turns.Curves(systems, built, vectors.Truth);
            run.Report.Add(table);
            for (var i = 0; i < systems.Length; i++)
                curves[i].Add(found[i]);
            if (!isMain)
                continue;
            var wide = found[0].PointAt(FilteredRecall) ?? found[0].Points[^1];
            _bars.Add(Bar.Maximum($"{set.Name}: p99 over p50 at ef {wide.Ef}", LatencyRatioMax, wide.MicrosecondsP99 / wide.MicrosecondsP50));
            MeasureFilters(set, [.. systems.Take(ComparedSystems)]);
            MeasureThreads(set, ours, wide.Ef);
        }

        Compare(set, all, curves);
        foreach (var peer in all[1..])
            peer.Dispose();
    }

    private void Build(VectorSet set, ISearchSystem[] systems, BuildParameters built, bool isMain)
    {
        var table = new Table($"build, {built}", "seconds, 1 thread", "processor seconds, 1 thread", $"seconds, {Environment.ProcessorCount} threads") { TextColumns = 1 };
        var alone = new List<BuildTime>();
        foreach (var system in systems)
        {
            var together = system.Build(built with { Threads = Environment.ProcessorCount });
            if (isMain)
                alone.Add(system.Build(built));
            table.Add(
                system.Name,
                isMain ? Figure.Of(alone[^1].Seconds) : Figure.Unknown,
                isMain ? Figure.Of(alone[^1].ProcessorSeconds) : Figure.Unknown,
                Figure.Of(together.Seconds));
            MarkdownReport.Progress($"{set.Name}: {system.Name} built, {built}: {together.Seconds:0.0} s");
        }

        run.Report.Add(table);
        if (isMain)
        {
            double? ratio = alone.Count > 1 ? alone[1].ProcessorSeconds / alone[0].ProcessorSeconds : null;
            _bars.Add(Bar.Minimum($"{set.Name}: speed of building, {built}, of hnswlib's", BuildRatioMin, ratio));
        }
    }

    private void MeasureFilters(VectorSet set, ISearchSystem[] systems)
    {
        var table = new Table(["filter", .. systems.SelectMany(system => new[] { $"{system.Name}: ef", "recall", "queries/s" })]);
        foreach (var filter in RowFilterKind.All)
        {
            var truth = NeighbourTable.Read(set.TruthFileOf(filter));
            var curves = FilteredCurves(systems, filter, truth);
            table.Add([filter.Name, .. curves.SelectMany(curve => curve.Points[^1] is var last ? new[] { $"{last.Ef}", $"{last.Recall:0.0000}", Figure.Of(last.QueriesPerSecond) } : [])]);
            if (FilterBars.FirstOrDefault(bar => bar.Filter == filter.Name) is { Filter: not null } bar)
                _bars.Add(Bar.Minimum($"{set.Name}: queries a second with {filter.Name} at recall {FilteredRecall}, of hnswlib's", bar.RatioMin, Ratio(curves, FilteredRecall)));
        }

        run.Report.Add(table);
    }

    // Each no further than the recall that counts.
    private RecallCurve[] FilteredCurves(ISearchSystem[] systems, RowFilterKind filter, NeighbourTable truth)
    {
        var curves = Array.ConvertAll(systems, _ => new RecallCurve());
        foreach (var system in systems)
            system.Use(filter);
        foreach (var ef in SearchTurns.Efs)
        {
            int[] below = [.. Enumerable.Range(0, systems.Length).Where(i => curves[i].PointAt(FilteredRecall) is null)];
            if (below.Length == 0)
                break;
            foreach (var (i, point) in below.Zip(_turns.PointsAt([.. below.Select(i => systems[i])], Built[0], ef, truth)))
                curves[i].Add(point);
        }

        foreach (var system in systems)
            system.Use(null);
        return curves;
    }

    private void MeasureThreads(VectorSet set, OwnIndex ours, int ef)
    {
        var (one, two) = (new List<double>(), new List<double>());
        for (var pass = 0; pass < _turns.Passes; pass++)
        {
            one.Add(ours.QueriesPerSecond(ef, threads: 1, ThreadsTime));
            two.Add(ours.QueriesPerSecond(ef, threads: 2, ThreadsTime));
        }

        _bars.Add(Bar.Minimum($"{set.Name}: two threads over one, at ef {ef}", ThreadsRatioMin, Spread.MedianOf(two) / Spread.MedianOf(one)));
    }

    // Each at its best: what no other way of building, and no other ef, beats both in recall and in speed.
    private void Compare(VectorSet set, ISearchSystem[] systems, List<RecallCurve>[] curves)
    {
        var fronts = Array.ConvertAll(curves, RecallCurve.FrontOf);
        var table = new Table(["recall", .. systems.SelectMany(system => new[] { $"{system.Name}: queries/s", "next point" }), "of hnswlib's"]);
        foreach (var recall in ReportedRecalls)
        {
            table.Add([
                $"{recall:0.00}",
                .. fronts.SelectMany(front => new[] { Figure.Of(front.QueriesPerSecondAt(recall)), front.PointAt(recall) is { } next ? $"{next.Built}, ef {next.Ef}" : Figure.Unknown }),
                Figure.Of(Ratio(fronts, recall))]);
        }

        run.Report.Add(table);
        foreach (var (recall, ratioMin) in RecallBars(set))
            _bars.Add(Bar.Minimum($"{set.Name}: queries a second at recall {recall}, of hnswlib's", ratioMin, Ratio(fronts, recall)));
        _plot.Add(set.Name, [.. systems.Zip(fronts, (system, front) => (system.Name, front))]);
    }

    private static double? Ratio(RecallCurve[] oursAndTheirs, double recall) =>
        oursAndTheirs is [var ours, var theirs, ..] ? ours.QueriesPerSecondAt(recall) / theirs.QueriesPerSecondAt(recall) : null;

    private static (double Recall, double RatioMin)[] RecallBars(VectorSet set) =>
        set.Name == "words" ? [(0.90, 2.2), (0.95, 2.2), (0.99, 2.0)] : [(0.95, 2.2), (0.99, 2.2)];
}
