using System.Diagnostics;
using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;
using ActorVectorStore.Benchmarks.Report;
using ActorVectorStore.Benchmarks.Search;
using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Model;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// What the engine around the index costs: searching a collection, payloads returned, beside the bare index at equal ef, by one caller and by two; and opening a collection with indexes beside one without.
/// By the clock: what callers wait for counts, and they do not only wait for processors.
/// </summary>
internal sealed class EngineSuite(BenchmarkRun run)
{
    private const double EngineRatioMin = 0.8;
    private const double OpenDifferenceMax = 50;
    private const double UsualRecall = 0.95;

    // What collections have where nothing else is said.
    private const int UsualEf = 128;
    private const int Callers = 2;

    // With more the engine's share of the time is lost in the index's.
    private const int EfMax = 256;

    // For the runtime to compile for good what answers pass through: the reasons are those of LogReading.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(2.5);

    private readonly List<Bar> _bars = [];

    private BuildParameters Built { get; } = SearchSuite.WaysOfBuilding(run.Options)[0];

    private int Passes => SearchSuite.SearchTurnsOf(run.Options).Passes;

    public async Task RunAsync()
    {
        run.Report.Heading("Engine");
        foreach (var set in SearchSuite.SetsOf(run.Options))
            await MeasureAsync(set).ConfigureAwait(false);
        if (run.Options.Small || run.Options.Includes("opening"))
            MeasureOpening();
        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(_bars));
    }

    private async Task MeasureAsync(VectorSet set)
    {
        run.Report.SubHeading(set.Name);
        using var vectors = new SearchedVectors(set);
        using var bare = new OwnIndex(vectors, "bare index");
        var built = bare.Build(Built with { Threads = Environment.ProcessorCount });
        var directory = run.NewDirectory("engine");
        var database = await OwnDatabase.MakeAsync(directory, vectors, Built).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            MarkdownReport.Progress($"{set.Name}: loaded in {database.LoadSeconds:0.0} s, settled in {database.SettleSeconds:0.0} s");
            run.Report.Paragraph(
                $"Bare index built in {Figure.Of(built.Seconds)} s by {Environment.ProcessorCount} threads. Database loaded in {Figure.Of(database.LoadSeconds)} s and settled in {Figure.Of(database.SettleSeconds)} s: "
                + $"{database.Segments} segments, {Figure.Of((double)database.IndexBytes / vectors.Rows.Count)} bytes of index a vector in memory.");
            ISearcher[] systems =
            [
                bare,
                database.SearcherOf("engine, payload returned", PointFields.Payload),
                database.SearcherOf("engine, ids only", PointFields.None),
            ];
            Compare(set, systems, vectors.Truth);
        }

        BenchmarkRun.RemoveDirectory(directory);
    }

    private void Compare(VectorSet set, ISearcher[] systems, NeighbourTable truth)
    {
        var table = new Table("ef", "system", "recall", "queries/s, 1 caller", "of bare", "by processor time", "p50 us", "p99 us", $"queries/s, {Callers} callers", "of bare") { TextColumns = 2 };
        var isUsual = true;
        WarmUp(systems);
        foreach (var ef in SearchTurns.Efs.Where(ef => ef <= EfMax))
        {
            var cells = InTurns(systems, ef, truth);
            foreach (var (system, cell) in systems.Zip(cells))
            {
                table.Add(
                    $"{ef}",
                    system.Name,
                    $"{cell.Recall:0.0000}",
                    Figure.Of(cell.ByOne),
                    Figure.Of(cell.ByOne / cells[0].ByOne),
                    Figure.Of(cell.ByOneOfProcessor),
                    Figure.Of(cell.P50),
                    Figure.Of(cell.P99),
                    Figure.Of(cell.ByTwo),
                    Figure.Of(cell.ByTwo / cells[0].ByTwo));
            }

            if ((isUsual && cells[0].Recall >= UsualRecall) || ef == UsualEf)
            {
                _bars.Add(Bar.Minimum($"{set.Name}: queries a second of the engine at ef {ef}, of the bare index's", EngineRatioMin, cells[1].ByOne / cells[0].ByOne));
                _bars.Add(Bar.Minimum($"{set.Name}: the same, two callers", EngineRatioMin, cells[1].ByTwo / cells[0].ByTwo));
                isUsual = false;
            }
        }

        run.Report.Add(table);
    }

    private void WarmUp(ISearcher[] systems)
    {
        foreach (var system in systems)
        {
            var watch = Stopwatch.StartNew();
            do
            {
                system.Search(UsualEf, threads: 1);
                system.Search(UsualEf, Callers);
            }
            while (!run.Options.Small && watch.Elapsed < WarmUpTime);
        }
    }

    private EngineCell[] InTurns(ISearcher[] systems, int ef, NeighbourTable truth)
    {
        var (one, two) = (systems.Select(_ => new List<SearchPass>()).ToArray(), systems.Select(_ => new List<SearchPass>()).ToArray());
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 0; i < systems.Length; i++)
            {
                one[i].Add(systems[i].Search(ef, threads: 1));
                two[i].Add(systems[i].Search(ef, Callers));
            }
        }

        return [.. one.Zip(two, (alone, together) => new EngineCell(
            alone[0].Found.RecallAgainst(truth),
            Spread.MedianOf(alone.Select(pass => pass.QueriesPerSecond)),
            Spread.MedianOf(alone.Select(pass => pass.QueriesPerProcessorSecond)),
            Spread.MedianOf(alone.Select(pass => pass.MicrosecondsP50)),
            Spread.MedianOf(alone.Select(pass => pass.MicrosecondsP99)),
            Spread.MedianOf(together.Select(pass => pass.QueriesPerSecond))))];
    }

    private void MeasureOpening()
    {
        var points = VectorFiles.Generate(
            Path.Combine(run.NewDirectory("vectors"), "vectors.f32"),
            run.Options.Dimension ?? (run.Options.Small ? 64 : 768),
            run.Options.Points ?? (run.Options.Small ? 3_000 : 200_000));
        run.Report.SubHeading($"Opening {points.Count:#,0} vectors of {points.Dimension}, to the first answer");
        string[] stores = [PointStoreCatalogue.OursIndexed, PointStoreCatalogue.OursUnindexed];
        var places = stores.ToDictionary(store => store, store => Settled(store, points));
        var table = new Table("first question", "page cache", "without index ms", "min-max", "with index ms", "min-max", "difference ms", "fetched from the device, with index") { TextColumns = 2 };
        foreach (var question in new[] { FirstQuestion.Point, FirstQuestion.Search })
        {
            foreach (var isCold in new[] { true, false })
                Compare(places, question, isCold, table);
        }

        run.Report.Add(table);
        BenchmarkRun.RemoveDirectory(Path.GetDirectoryName(points.File)!);
        foreach (var place in places.Values)
            BenchmarkRun.RemoveDirectory(place.Directory);
    }

    private StorePlace Settled(string store, PointSet points)
    {
        var place = new StorePlace(store, run.NewDirectory(store), points, run.Options.Small);
        ChildProcess.Ask<LoadReport>(new LoadRequest(place, BatchPoints: 1_000, InFlight: 4, AnswerAt: null, WarmUpDirectory: null));
        var report = ChildProcess.Ask<SettleReport>(new SettleRequest(place));
        MarkdownReport.Progress($"{store}: settled in {report.Seconds:0.0} s");
        run.Report.Paragraph($"{store}: {Figure.Bytes(report.IndexFileBytes)} of index files, settled in {Figure.Of(report.Seconds)} s after loading.");
        return place;
    }

    private void Compare(Dictionary<string, StorePlace> places, FirstQuestion question, bool isCold, Table table)
    {
        var reports = places.Keys.ToDictionary(store => store, _ => new List<OpenReport>());

        // The last cold opening has emptied the page cache: each warm one comes after another of its own.
        for (var repetition = isCold ? 0 : -1; repetition < run.Options.Repetitions; repetition++)
        {
            foreach (var (store, place) in places)
            {
                var scratch = run.NewDirectory("scratch");
                var report = ChildProcess.Ask<OpenReport>(
                    new OpenRequest(place, PointStage.Loaded, question, place.Points.Count * 2 / 3, isCold, run.Options.Small ? null : scratch));
                BenchmarkRun.RemoveDirectory(scratch);
                MarkdownReport.Progress($"opening, {store}, {question}, cold: {isCold}: {Figure.Of(report.AnswerMilliseconds)} ms");
                if (repetition >= 0)
                    reports[store].Add(report);
            }
        }

        var without = Spread.Of(reports[PointStoreCatalogue.OursUnindexed].Select(report => report.AnswerMilliseconds));
        var with = Spread.Of(reports[PointStoreCatalogue.OursIndexed].Select(report => report.AnswerMilliseconds));
        table.Add(
            question == FirstQuestion.Point ? "a point by its id" : "a search",
            isCold ? "cold" : "warm",
            Figure.Of(without.Median),
            $"{Figure.Of(without.Minimum)}-{Figure.Of(without.Maximum)}",
            Figure.Of(with.Median),
            $"{Figure.Of(with.Minimum)}-{Figure.Of(with.Maximum)}",
            Figure.Of(with.Median - without.Median),
            Figure.Bytes((long)Spread.MedianOf(reports[PointStoreCatalogue.OursIndexed].Select(report => (double)report.BytesFetched))));
        _bars.Add(Bar.Maximum(
            $"opening to the first answer with index, ms more than without; {(question == FirstQuestion.Point ? "a point" : "a search")}, {(isCold ? "cold" : "warm")}",
            OpenDifferenceMax,
            with.Median - without.Median));
    }

    /// <summary>What one system gives at one ef; queries a second by the clock, but for one.</summary>
    private readonly record struct EngineCell(double Recall, double ByOne, double ByOneOfProcessor, double P50, double P99, double ByTwo);
}
