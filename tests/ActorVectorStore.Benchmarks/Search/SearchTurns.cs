using System.Diagnostics;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;
using ActorVectorStore.Benchmarks.VectorSets;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>Lets systems search in turns, pass by pass, so that none has a better moment of the machine than another.</summary>
/// <param name="passes">Passes of each at each ef, at most; figures are their medians.</param>
internal sealed class SearchTurns(int passes)
{
    // With a filter that few rows pass, one pass through everything takes a minute, and needs no repetition.
    private static readonly TimeSpan PassesTime = TimeSpan.FromSeconds(20);

    /// <summary>Values of ef that curves have, ascending.</summary>
    public static IReadOnlyList<int> Efs { get; } = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 400, 800];

    public int Passes => passes;

    /// <summary>What each system gives at one ef, by one thread.</summary>
    public CurvePoint[] PointsAt(IReadOnlyList<ISearcher> systems, BuildParameters built, int ef, NeighbourTable truth)
    {
        var found = systems.Select(_ => new List<SearchPass>()).ToArray();
        var watch = Stopwatch.StartNew();
        for (var pass = 0; pass < passes && (pass == 0 || watch.Elapsed < PassesTime); pass++)
        {
            for (var i = 0; i < systems.Count; i++)
                found[i].Add(systems[i].Search(ef, threads: 1));
        }

        return Array.ConvertAll(found, of => new CurvePoint(
            built,
            ef,
            of[0].Found.RecallAgainst(truth),
            Spread.MedianOf(of.Select(pass => pass.QueriesPerProcessorSecond)),
            Spread.MedianOf(of.Select(pass => pass.MicrosecondsP50)),
            Spread.MedianOf(of.Select(pass => pass.MicrosecondsP99))));
    }

    /// <summary>The curve of each system, and a table of them all.</summary>
    public (RecallCurve[] Curves, Table Table) Curves(IReadOnlyList<ISearcher> systems, BuildParameters built, NeighbourTable truth)
    {
        var table = new Table(["ef", .. systems.SelectMany(system => new[] { $"{system.Name}: recall", "queries/s", "p50 us", "p99 us" })]);
        var curves = systems.Select(_ => new RecallCurve()).ToArray();

        // Once for the caches, and for the runtime to compile what it has not yet.
        PointsAt(systems, built, Efs[^1], truth);
        foreach (var ef in Efs)
        {
            var points = PointsAt(systems, built, ef, truth);
            foreach (var (curve, point) in curves.Zip(points))
                curve.Add(point);
            table.Add([$"{ef}", .. points.SelectMany(point => new[] { $"{point.Recall:0.0000}", Figure.Of(point.QueriesPerSecond), Figure.Of(point.MicrosecondsP50), Figure.Of(point.MicrosecondsP99) })]);
        }

        return (curves, table);
    }
}
