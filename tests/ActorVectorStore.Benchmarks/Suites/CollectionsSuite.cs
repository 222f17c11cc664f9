using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// Very many collections in one database that hardly anybody uses: what making, keeping and opening them costs, while they are empty, and when each has got one
/// point and was put away. Every step is a process of its own.
/// </summary>
internal sealed class CollectionsSuite(BenchmarkRun run)
{
    private const double OpenMillisecondsMax = 1_000;
    private const double ResidentBytesMax = 2 << 10;
    private const double DiskBytesMax = 200;
    private const string Empty = "empty";
    private const string OnePoint = "one point each, put away";

    private readonly List<(string State, FillCollectionsReport Report)> _fills = [];
    private readonly List<(string State, bool IsWarmedUp, OpenCollectionsReport Report)> _openings = [];

    private int Count => run.Options.Collections ?? (run.Options.Small ? 300 : 10_000);

    public void Run()
    {
        run.Report.Heading($"{Count:#,0} collections");
        for (var repetition = 0; repetition < run.Options.Repetitions; repetition++)
        {
            Live(Empty, withPoints: false);
            Live(OnePoint, withPoints: true);
        }

        run.Report.Add(Making());
        run.Report.Add(Keeping());
        run.Report.Add(Opening());
        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(Bars()));
    }

    private void Live(string state, bool withPoints)
    {
        var directory = run.NewDirectory("collections");
        var fill = ChildProcess.Ask<FillCollectionsReport>(new FillCollectionsRequest(directory, Count, withPoints));
        _fills.Add((state, fill));
        MarkdownReport.Progress($"{Count:#,0} collections, {state}: made in {fill.CreateSeconds:0.0} s");
        foreach (var isWarmedUp in new[] { false, true })
        {
            var scratch = isWarmedUp ? run.NewDirectory("warmup") : null;
            var opening = ChildProcess.Ask<OpenCollectionsReport>(new OpenCollectionsRequest(directory, Count, withPoints, scratch));
            _openings.Add((state, isWarmedUp, opening));
            MarkdownReport.Progress($"{Count:#,0} collections, {state}: opened in {opening.OpenMilliseconds:0} ms");
        }

        BenchmarkRun.RemoveDirectory(directory);
    }

    private Table Making()
    {
        var table = new Table("collections", "made/s", "min-max", "first points/s", "log, B/collection", "other files", "all files");
        foreach (var state in _fills.GroupBy(fill => fill.State, fill => fill.Report))
        {
            var rate = Spread.Of(state.Select(report => Count / report.CreateSeconds));
            table.Add(
                state.Key,
                Figure.Of(rate.Median),
                $"{Figure.Of(rate.Minimum)}-{Figure.Of(rate.Maximum)}",
                state.Key == Empty ? Figure.Unknown : Figure.Of(Spread.MedianOf(state.Select(report => Count / report.WriteSeconds))),
                Figure.Of(PerCollection(state, report => report.LiveLogBytes)),
                Figure.Count(state.First().OtherFiles),
                Figure.Bytes((long)Spread.MedianOf(state.Select(report => (double)report.FileBytes))));
        }

        return table;
    }

    private Table Keeping()
    {
        var table = new Table("bytes of a collection", "objects", "resident");
        Add("made, and never used", Empty, _ => Count, report => report.Before, report => report.Created);
        Add("open, with one point", OnePoint, report => report.OpenCollections, report => report.Created, report => report.Open);
        Add("put away, with one point", OnePoint, _ => Count, report => report.Before, report => report.PutAway);
        foreach (var state in Opened().GroupBy(opening => opening.State, opening => opening.Report))
        {
            table.Add(
                $"opened again, {state.Key}",
                Figure.Of(PerCollection(state, report => report.Opened.Managed - report.Before.Managed)),
                Figure.Of(PerCollection(state, report => report.Opened.Resident - report.Before.Resident)));
        }

        return table;

        void Add(string when, string state, Func<FillCollectionsReport, int> of, Func<FillCollectionsReport, HeldMemory> from, Func<FillCollectionsReport, HeldMemory> to)
        {
            var reports = _fills.Where(fill => fill.State == state && of(fill.Report) > 0).Select(fill => fill.Report).ToArray();
            table.Add(
                when,
                Figure.Of(StorageResults.MedianOf(reports.Select(report => (to(report).Managed - from(report).Managed) / (double)of(report)))),
                Figure.Of(StorageResults.MedianOf(reports.Select(report => (to(report).Resident - from(report).Resident) / (double)of(report)))));
        }
    }

    private Table Opening()
    {
        var table = new Table("collections", "open ms", "min-max", "open ms, code not compiled yet", "passed by read calls", "first upsert ms");
        foreach (var state in Opened().GroupBy(opening => opening.State, opening => opening.Report))
        {
            var open = Spread.Of(state.Select(report => report.OpenMilliseconds));
            table.Add(
                state.Key,
                Figure.Of(open.Median),
                $"{Figure.Of(open.Minimum)}-{Figure.Of(open.Maximum)}",
                Figure.Of(Spread.MedianOf(_openings.Where(opening => opening.State == state.Key && !opening.IsWarmedUp).Select(opening => opening.Report.OpenMilliseconds))),
                Figure.Bytes((long)Spread.MedianOf(state.Select(report => (double)report.BytesRead))),
                Figure.Of(Spread.MedianOf(state.Select(report => report.FirstUpsertMilliseconds))));
        }

        return table;
    }

    private IEnumerable<Bar> Bars()
    {
        var empty = _fills.Where(fill => fill.State == Empty).Select(fill => fill.Report).ToArray();
        yield return Bar.Maximum("bytes of the log for an empty collection", DiskBytesMax, PerCollection(empty, report => report.LiveLogBytes));
        yield return Bar.Maximum("resident bytes of an empty collection", ResidentBytesMax, PerCollection(empty, report => report.Created.Resident - report.Before.Resident));
        foreach (var state in Opened().GroupBy(opening => opening.State, opening => opening.Report))
        {
            yield return Bar.Maximum($"opening, ms, {state.Key}", OpenMillisecondsMax, Spread.MedianOf(state.Select(report => report.OpenMilliseconds)));
        }
    }

    private IEnumerable<(string State, bool IsWarmedUp, OpenCollectionsReport Report)> Opened() => _openings.Where(opening => opening.IsWarmedUp);

    private double PerCollection<TReport>(IEnumerable<TReport> reports, Func<TReport, long> bytes) =>
        Spread.MedianOf(reports.Select(report => bytes(report) / (double)Count));
}
