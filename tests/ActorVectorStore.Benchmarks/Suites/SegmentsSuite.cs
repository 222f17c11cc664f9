using System.Diagnostics;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;
using ActorVectorStore.Benchmarks.Search;
using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// Our index in pieces, as segments make it, beside one that was built at once: merging two halves against building anew, eight unmerged segments against one, and how much room graph and numbers take.
/// </summary>
internal sealed class SegmentsSuite(BenchmarkRun run)
{
    private const int Segments = 8;
    private const int Halves = 2;
    private const double MergeRatioMax = 0.45;
    private const double UnmergedRatioMin = 0.35;
    private const double UnmergedRecall = 0.95;
    private const double GraphBytesMax = 145;

    // Each of several segments has only some of the neighbours, and need not be asked for ten.
    private static readonly int[] SmallEfs = [2, 3, 4, 5, 6, 8];

    // A large set is built once: its builds are long enough that nothing short of the machine disturbs them.
    private static readonly TimeSpan BuildsTime = TimeSpan.FromMinutes(2);
    private static readonly double[] ReportedRecalls = [0.90, 0.95, 0.99];

    private readonly List<Bar> _bars = [];

    private BuildParameters Built { get; } = SearchSuite.WaysOfBuilding(run.Options)[0];

    public void Run()
    {
        run.Report.Heading($"Index in segments, {Built}");
        foreach (var set in SearchSuite.SetsOf(run.Options))
            Measure(set);
        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(_bars));
    }

    private void Measure(VectorSet set)
    {
        run.Report.SubHeading(set.Name);
        using var vectors = new SearchedVectors(set);
        using var settled = new OwnIndex(vectors, "built at once");
        using var merged = new OwnIndex(vectors, "merged of two");
        using var unmerged = new OwnIndex(vectors, "eight segments");
        Build(set, vectors, settled, merged);
        unmerged.BuildPieces(Built, Segments);
        MarkdownReport.Progress($"{set.Name}: {Segments} segments built");
        var turns = SearchSuite.SearchTurnsOf(run.Options);
        var (curves, table) = turns.Curves([settled, merged, unmerged], Built, vectors.Truth);
        run.Report.Add(table);
        var sparing = SparingCurve(turns, unmerged, vectors.Truth, curves[2]);
        run.Report.Add(Ratios([.. curves, sparing]));
        run.Report.Add(Room(settled, merged, unmerged));
        var reference = curves[0].QueriesPerSecondAt(UnmergedRecall);
        _bars.Add(Bar.Minimum(
            $"{set.Name}: queries a second of {Segments} unmerged segments at recall {UnmergedRecall}, of one's; each asked for ten at least",
            UnmergedRatioMin,
            curves[2].QueriesPerSecondAt(UnmergedRecall) / reference));
        _bars.Add(Bar.Minimum(
            $"{set.Name}: the same; each asked for as few as do", UnmergedRatioMin, sparing.QueriesPerSecondAt(UnmergedRecall) / reference));
        if (Built.M == BuildParameters.Default.M)
            _bars.Add(Bar.Maximum($"{set.Name}: bytes a vector for graph and numbers", GraphBytesMax, settled.GraphBytesPerVector));
    }

    private void Build(VectorSet set, SearchedVectors vectors, OwnIndex settled, OwnIndex merged)
    {
        using var halves = new OwnIndex(vectors, "two halves");
        var (builds, merges, watch) = (new List<BuildTime>(), new List<BuildTime>(), Stopwatch.StartNew());
        var apart = halves.BuildPieces(Built, Halves);
        for (var repetition = 0; repetition < run.Options.Repetitions && (repetition == 0 || watch.Elapsed < BuildsTime); repetition++)
        {
            builds.Add(settled.Build(Built));
            merges.Add(merged.Merge(Built, halves));
            MarkdownReport.Progress($"{set.Name}: built in {builds[^1].ProcessorSeconds:0.0} s, merged in {merges[^1].ProcessorSeconds:0.0} s");
        }

        var table = new Table("one thread", "seconds", "processor seconds", "times") { TextColumns = 1 };
        Add("building all at once", builds);
        Add("building two halves", [apart]);
        Add("merging them", merges);
        run.Report.Add(table);
        _bars.Add(Bar.Maximum($"{set.Name}: time of merging two halves, of building anew", MergeRatioMax, Processor(merges) / Processor(builds)));

        void Add(string what, List<BuildTime> times) =>
            table.Add(what, Figure.Of(Spread.MedianOf(times.Select(time => time.Seconds))), Figure.Of(Processor(times)), $"{times.Count}");
    }

    private RecallCurve SparingCurve(SearchTurns turns, OwnIndex unmerged, NeighbourTable truth, RecallCurve from)
    {
        var table = new Table("ef of each segment", $"{unmerged.Name}: recall", "queries/s", "p50 us", "p99 us");
        var curve = new RecallCurve();
        foreach (var ef in SmallEfs)
        {
            var point = turns.PointsAt([unmerged], Built, ef, truth)[0];
            curve.Add(point);
            table.Add($"{ef}", $"{point.Recall:0.0000}", Figure.Of(point.QueriesPerSecond), Figure.Of(point.MicrosecondsP50), Figure.Of(point.MicrosecondsP99));
        }

        foreach (var point in from.Points)
            curve.Add(point);
        run.Report.Add(table);
        return curve;
    }

    private static Table Ratios(RecallCurve[] curves)
    {
        var table = new Table("recall", "merged: queries/s, of built at once", "eight segments: queries/s, of built at once", "asked for as few as do");
        foreach (var recall in ReportedRecalls)
        {
            var settled = curves[0].QueriesPerSecondAt(recall);
            table.Add($"{recall:0.00}", Figure.Of(curves[1].QueriesPerSecondAt(recall) / settled), Figure.Of(curves[2].QueriesPerSecondAt(recall) / settled), Figure.Of(curves[3].QueriesPerSecondAt(recall) / settled));
        }

        return table;
    }

    private static Table Room(params OwnIndex[] indexes)
    {
        var table = new Table("bytes a vector", "neighbours and numbers", "codes") { TextColumns = 1 };
        foreach (var index in indexes)
            table.Add(index.Name, Figure.Of(index.GraphBytesPerVector), $"{index.CodeBytesPerVector}");
        return table;
    }

    private static double Processor(List<BuildTime> times) => Spread.MedianOf(times.Select(time => time.ProcessorSeconds));
}
