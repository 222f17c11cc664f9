using System.Diagnostics;
using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// The life of a store of vectors, beside SQLite: loading in batches of three sizes, changing a fifth, deleting a fifth, compacting, opening, opening after a kill,
/// serving, backing up and restoring. Each step is a process of its own, and each repetition lives the whole life again.
/// </summary>
internal sealed class StorageSuite(BenchmarkRun run)
{
    private const int KeptBatchPoints = 1_000;
    private const double SmallSeconds = 0.05;

    private readonly StorageResults _results = new();
    private PointSet _points = new("", 1, 1);

    private string[] Stores => [.. PointStoreCatalogue.Names.Where(run.Options.Includes)];

    public void Run()
    {
        _points = MakePoints();
        using (var corpus = new PointCorpus(_points))
        {
            _results.Describe(_points, corpus);
        }

        for (var repetition = 0; repetition < run.Options.Repetitions; repetition++)
        {
            Load();
            Change();
            Open();
            OpenAfterKill();
            Serve();
            BackUp();
        }

        BenchmarkRun.RemoveDirectory(Path.GetDirectoryName(_points.File)!);
        new StorageReport(run, _points, _results).Write();
    }

    private PointSet MakePoints()
    {
        MarkdownReport.Progress("making vectors");
        var file = Path.Combine(run.NewDirectory("vectors"), "vectors.f32");
        return run.Options.Vectors is { } given
            ? VectorFiles.Take(given, file, run.Options.Dimension, run.Options.Points)
            : VectorFiles.Generate(file, run.Options.Dimension ?? (run.Options.Small ? 64 : 768), run.Options.Points ?? (run.Options.Small ? 3_000 : 200_000));
    }

    /// <summary>Batches of one point cost a sync each, so there are fewer of them.</summary>
    private PointSet PointsFor(int batchPoints) => batchPoints > 1 ? _points : _points.First(Math.Max(1, _points.Count / 20));

    private void Load()
    {
        foreach (var batchPoints in StorageResults.BatchSizes)
        {
            foreach (var store in Stores)
            {
                foreach (var inFlight in PointStoreCatalogue.InFlightOf(store))
                {
                    var keeps = batchPoints == KeptBatchPoints && inFlight == PointStoreCatalogue.InFlightOf(store)[^1];
                    var place = Place(run.NewDirectory(keeps ? KeptName(store) : "loaded"), store) with { Points = PointsFor(batchPoints) };
                    OperatingSystemCaches.WriteBack();
                    var scratch = run.NewDirectory("scratch");
                    var report = ChildProcess.Ask<LoadReport>(new LoadRequest(place, batchPoints, inFlight, AnswerAt: null, run.Options.Small ? null : scratch));
                    BenchmarkRun.RemoveDirectory(scratch);
                    if (report.Points != place.Points.Count)
                    {
                        throw new InvalidDataException($"{store}: {report.Points} of {place.Points.Count} points were acknowledged.");
                    }

                    var cell = new LoadCell(store, batchPoints, inFlight);
                    _results.Add(cell, report);
                    MarkdownReport.Progress($"loading of {cell}: {Figure.Of(report.Points / report.Seconds)} points/s");
                }
            }
        }

        BenchmarkRun.RemoveDirectory(run.KeptDirectory("loaded"));
        _results.MakingRates.Add(MakePointsAlone());
    }

    private double MakePointsAlone()
    {
        using var corpus = new PointCorpus(_points);
        VectorFiles.ReadOnce(_points.File);
        var begin = Stopwatch.GetTimestamp();
        foreach (var number in corpus.Numbers)
        {
            corpus.At(number, version: 0);
        }

        return _points.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private void Change()
    {
        foreach (var store in Stores)
        {
            OperatingSystemCaches.WriteBack();
            var report = ChildProcess.Ask<ChangeReport>(new ChangeRequest(Kept(store), KeptBatchPoints));
            _results.Changes.Add((store, report));
            MarkdownReport.Progress($"{store}: compacted to {Figure.Bytes(report.Compacted.PointFileBytes)} in {Figure.Of(report.CompactionSeconds)} s");
        }
    }

    private void Open()
    {
        using var corpus = new PointCorpus(_points);
        var number = corpus.LiveNumbers(PointStage.Changed).ElementAt((int)(corpus.CountAt(PointStage.Changed) * 2 / 3));
        OperatingSystemCaches.Drop(Path.GetDirectoryName(_points.File)!);
        var begin = Stopwatch.GetTimestamp();
        VectorFiles.ReadOnce(_points.File);
        _results.ReadingMilliseconds.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        foreach (var store in Stores)
        {
            foreach (var question in new[] { FirstQuestion.Point, FirstQuestion.Count })
            {
                Open(new OpenCell(store, question, WarmedUp: true), Kept(store), PointStage.Changed, number);
                if (!run.Options.Small)
                {
                    Open(new OpenCell(store, question, WarmedUp: false), Kept(store), PointStage.Changed, number);
                }
            }
        }
    }

    private void Open(OpenCell cell, StorePlace place, PointStage stage, int number)
    {
        // Figures of a small run mean nothing: it warms nothing up.
        var scratch = run.NewDirectory("scratch");
        var report = ChildProcess.Ask<OpenReport>(
            new OpenRequest(place, stage, cell.Question, number, IsCold: true, cell.WarmedUp && !run.Options.Small ? scratch : null));
        BenchmarkRun.RemoveDirectory(scratch);
        if (stage == PointStage.Loaded && report.Points < number + 1)
        {
            throw new InvalidDataException($"{cell}: of {number + 1} acknowledged points {report.Points} are left.");
        }

        (stage == PointStage.Loaded ? _results.OpeningsAfterKill : _results.Openings).Add((cell, report));
        MarkdownReport.Progress($"opening of {cell}: {Figure.Of(report.AnswerMilliseconds)} ms");
    }

    /// <summary>With one batch in flight the acknowledged points are those with the lowest numbers; the last of them is asked for.</summary>
    private void OpenAfterKill()
    {
        foreach (var store in Stores)
        {
            var place = Place(run.NewDirectory("killed"), store);
            var killed = ChildProcess.Ask<LoadReport>(
                new LoadRequest(place, run.Options.Small ? 100 : KeptBatchPoints, InFlight: 1, AnswerAt: Math.Max(1, (int)(_points.Count * 0.75)), WarmUpDirectory: null));
            Open(new OpenCell(store, FirstQuestion.Point, WarmedUp: true), place, PointStage.Loaded, killed.Points - 1);
            BenchmarkRun.RemoveDirectory(place.Directory);
        }
    }

    private void Serve()
    {
        if (!Stores.Contains(PointStoreCatalogue.Ours))
        {
            return;
        }

        var seconds = run.Options.Small ? SmallSeconds : run.Options.Measured.TotalSeconds;
        var idle = Place(run.NewDirectory("idle"), PointStoreCatalogue.Ours);
        _results.Idle.Add(ChildProcess.Ask<ServeReport>(new ServeRequest(idle, Stage: null, seconds)));
        _results.Serving.Add(ChildProcess.Ask<ServeReport>(new ServeRequest(Kept(PointStoreCatalogue.Ours), PointStage.Changed, seconds)));
        MarkdownReport.Progress("served");
    }

    private void BackUp()
    {
        if (!Stores.Contains(PointStoreCatalogue.Ours))
        {
            return;
        }

        var scratch = run.NewDirectory("backups");
        var report = ChildProcess.Ask<BackupReport>(new BackupRequest(Kept(PointStoreCatalogue.Ours), scratch));
        BenchmarkRun.RemoveDirectory(scratch);
        _results.Backups.Add(report);
        MarkdownReport.Progress($"backed up {Figure.Bytes(report.First.Bytes)} in {Figure.Of(report.First.Seconds)} s, restored in {Figure.Of(report.RestoreSeconds)} s");
    }

    private StorePlace Kept(string store) => Place(run.KeptDirectory(KeptName(store)), store);

    private static string KeptName(string store) => "kept " + store;

    private StorePlace Place(string directory, string store) => new(store, directory, _points, run.Options.Small);
}
