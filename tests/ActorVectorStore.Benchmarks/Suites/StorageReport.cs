using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>The tables of the storage suite.</summary>
internal sealed class StorageReport(BenchmarkRun run, PointSet points, StorageResults results)
{
    private const double Mebibyte = 1 << 20;

    public void Write()
    {
        var origin = run.Options.Vectors is { } file ? "of " + Path.GetFileName(file) : "generated";
        run.Report.Heading($"Storage of {Figure.Count(points.Count)} vectors of {points.Dimension}, {origin}");
        run.Report.SubHeading("Loading");
        run.Report.Add(Loads());
        run.Report.SubHeading("Changing");
        run.Report.Add(Changes());
        run.Report.SubHeading("Disk");
        run.Report.Add(Disk());
        run.Report.Paragraph(
            $"{Figure.Count(results.LivePoints)} points are left at the end. Their vectors and compressed payloads are {Figure.Bytes(results.LeastBytes)}, "
            + $"of which payloads {Figure.Bytes(results.CompressedPayloadBytes)}.");
        run.Report.SubHeading("Opening, cold, to the first answer");
        run.Report.Add(Openings());
        run.Report.SubHeading("Opening after a kill while loading, cold, to the first answer");
        run.Report.Add(OpeningsAfterKill());
        run.Report.SubHeading("Queries of one caller, without payload indexes");
        run.Report.Add(Queries());
        run.Report.SubHeading("Backup and restoring, cold");
        run.Report.Add(Backups());
        run.Report.SubHeading("Memory");
        run.Report.Add(Memory());
        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(new StorageBars(results, points).All()));
    }

    private static string Range(Spread spread) => $"{Figure.Of(spread.Minimum)}-{Figure.Of(spread.Maximum)}";

    private static string Mebibytes(double bytes) => Figure.Of(bytes / Mebibyte);

    private Table Loads()
    {
        var table = new Table(
            "store", "batch", "in flight", "points", "points/s", "min-max", "MB/s", "CPU us/point", "allocated B/point", "flushes/batch", "refused");
        foreach (var (cell, reports) in results.Loads)
        {
            var count = reports[0].Points;
            var batches = Math.Ceiling(count / (double)cell.BatchPoints);
            var rate = Spread.Of(reports.Select(report => report.Points / report.Seconds));
            table.Add(
                cell.Store,
                Figure.Count(cell.BatchPoints),
                Figure.Count(cell.InFlight),
                Figure.Count(count),
                Figure.Count(rate.Median),
                $"{Figure.Count(rate.Minimum)}-{Figure.Count(rate.Maximum)}",
                Figure.Of(rate.Median * points.VectorBytes / 1e6),
                Figure.Of(Spread.MedianOf(reports.Select(report => report.CpuSeconds * 1e6 / count))),
                Figure.Count(Spread.MedianOf(reports.Select(report => report.AllocatedBytes / (double)count))),
                Figure.Of(StorageResults.MedianOf(reports.Where(report => report.Flushes is not null).Select(report => report.Flushes!.Value / batches))),
                Figure.Count(reports.Sum(report => report.Refusals)));
        }

        var making = Spread.Of(results.MakingRates);
        table.Add(
            "making the points alone", "", "", Figure.Count(points.Count), Figure.Count(making.Median), $"{Figure.Count(making.Minimum)}-{Figure.Count(making.Maximum)}", "", "", "", "", "");
        return table;
    }

    private Table Changes()
    {
        var table = new Table("store", "overwritten", "points/s", "min-max", "deleted", "points/s", "min-max", "compaction s", "min-max");
        foreach (var store in results.Changes.GroupBy(change => change.Store, change => change.Report))
        {
            var overwriting = Spread.Of(store.Select(report => report.Overwritten / report.OverwriteSeconds));
            var deleting = Spread.Of(store.Select(report => report.Deleted / report.DeleteSeconds));
            var compacting = Spread.Of(store.Select(report => report.CompactionSeconds));
            table.Add(
                store.Key,
                Figure.Count(store.First().Overwritten),
                Figure.Count(overwriting.Median),
                Range(overwriting),
                Figure.Count(store.First().Deleted),
                Figure.Count(deleting.Median),
                Range(deleting),
                Figure.Of(compacting.Median),
                Range(compacting));
        }

        return table;
    }

    private Table Disk()
    {
        var table = new Table("store", "when", "points", "files of points", "bytes/point", "times vectors and compressed payloads", "dead rows", "other files") { TextColumns = 2 };
        foreach (var (store, report) in results.Changes.DistinctBy(change => change.Store))
        {
            // Sizes differ little from one repetition to the next; these are the first one's.
            AddRow("loaded and compacted", points.Count, report.Full);
            AddRow("overwritten and deleted", results.LivePoints, report.Changed);
            AddRow("compacted again", results.LivePoints, report.Compacted);

            void AddRow(string when, long live, StoreFootprint footprint) => table.Add(
                store,
                when,
                Figure.Count(live),
                Figure.Bytes(footprint.PointFileBytes),
                Figure.Of(footprint.PointFileBytes / (double)live),
                live == results.LivePoints ? Figure.Of(footprint.PointFileBytes / (double)results.LeastBytes) : Figure.Unknown,
                footprint.DeadRows is { } dead ? Figure.Count(dead) : Figure.Unknown,
                Figure.Bytes(footprint.OtherFileBytes));
        }

        return table;
    }

    private Table Openings()
    {
        var table = new Table(
            "what", "answer", "open ms", "to the answer ms", "min-max", "code not compiled yet, ms", "fetched from the device", "passed by read calls") { TextColumns = 2 };
        var reading = Spread.Of(results.ReadingMilliseconds);
        table.Add(
            "reading the vectors once", "", "", Figure.Of(reading.Median), Range(reading), "", Figure.Bytes((long)points.Count * points.VectorBytes), "");
        foreach (var cell in results.Openings.Where(opening => opening.Cell.WarmedUp).GroupBy(opening => opening.Cell, opening => opening.Report))
        {
            var first = results.Openings.Where(opening => opening.Cell == cell.Key with { WarmedUp = false }).Select(opening => opening.Report.AnswerMilliseconds);
            var answer = Spread.Of(cell.Select(report => report.AnswerMilliseconds));
            table.Add(
                cell.Key.Store,
                NameOf(cell.Key.Question),
                Figure.Of(Spread.MedianOf(cell.Select(report => report.OpenMilliseconds))),
                Figure.Of(answer.Median),
                Range(answer),
                Figure.Of(StorageResults.MedianOf(first)),
                Bytes(cell.Select(report => report.BytesFetched)),
                Bytes(cell.Select(report => report.BytesRead)));
        }

        return table;
    }

    private Table OpeningsAfterKill()
    {
        var table = new Table(
            "store", "answer", "points there", "open ms", "to the answer ms", "min-max", "log to apply again", "read by opening the log", "torn bytes", "fetched from the device") { TextColumns = 2 };
        foreach (var cell in results.OpeningsAfterKill.GroupBy(opening => opening.Cell, opening => opening.Report))
        {
            var answer = Spread.Of(cell.Select(report => report.AnswerMilliseconds));
            table.Add(
                cell.Key.Store,
                NameOf(cell.Key.Question),
                Figure.Count(Spread.MedianOf(cell.Select(report => (double)report.Points))),
                Figure.Of(Spread.MedianOf(cell.Select(report => report.OpenMilliseconds))),
                Figure.Of(answer.Median),
                Range(answer),
                Bytes(cell.Select(report => report.Account.ReplayedBytes)),
                cell.First().Account.ReadBytes is null ? Figure.Unknown : Bytes(cell.Select(report => report.Account.ReadBytes!.Value)),
                cell.First().Account.TornBytes is null ? Figure.Unknown : Bytes(cell.Select(report => report.Account.TornBytes!.Value)),
                Bytes(cell.Select(report => report.BytesFetched)));
        }

        return table;
    }

    private Table Queries()
    {
        var table = new Table("query", "filter", "points that pass", "part", "queries/s", "min-max") { TextColumns = 2 };
        foreach (var query in results.Serving.SelectMany(report => report.Queries).GroupBy(query => (query.Kind, query.Category)))
        {
            var rate = Spread.Of(query.Select(query => query.PerSecond));
            var matches = query.First().Matches;
            table.Add(
                query.Key.Kind, query.Key.Category ?? "", Figure.Count(matches), $"{matches / (double)results.LivePoints:0.00 %}", Figure.Of(rate.Median), Range(rate));
        }

        return table;
    }

    private Table Backups()
    {
        var table = new Table("what", "files", "copied", "s", "min-max", "MB/s of files");
        if (results.Backups.Count > 0)
        {
            AddBackup("first backup, by copying", report => report.First);
            AddBackup("another one with nothing new", report => report.Again);
            AddBackup("first backup, by linking", report => report.Linked);
            AddRow("restoring", results.Backups[0].First.Bytes, results.Backups[0].First.Bytes, results.Backups.Select(report => report.RestoreSeconds));
        }

        return table;

        void AddBackup(string what, Func<BackupReport, TimedBackup> part) =>
            AddRow(what, part(results.Backups[0]).Bytes, part(results.Backups[0]).CopiedBytes, results.Backups.Select(report => part(report).Seconds));

        void AddRow(string what, long bytes, long copied, IEnumerable<double> seconds)
        {
            var spread = Spread.Of(seconds);
            table.Add(what, Figure.Bytes(bytes), Figure.Bytes(copied), Figure.Of(spread.Median), Range(spread), Figure.Of(bytes / spread.Median / 1e6));
        }
    }

    private Table Memory()
    {
        var table = new Table("process", "VmHWM MiB", "without pages of files MiB", "pages of files MiB", "the store's own account MiB");
        foreach (var (cell, reports) in results.Loads.Where(load => load.Cell.BatchPoints == StorageResults.BatchSizes[^1]))
        {
            AddRow($"{cell.Store}, loading by {cell.BatchPoints:#,0}, {cell.InFlight} in flight", reports.Select(report => report.Memory), own: null);
        }

        if (results.Serving.Count > 0)
        {
            AddRow($"{PointStoreCatalogue.Ours}, without points", results.Idle.Select(report => report.Memory), OwnAccount(results.Idle));
            AddRow($"{PointStoreCatalogue.Ours}, serving", results.Serving.Select(report => report.Memory), OwnAccount(results.Serving));
        }

        return table;

        void AddRow(string process, IEnumerable<MemoryPeaks> peaks, double? own) => table.Add(
            process,
            Mebibytes(Spread.MedianOf(peaks.Select(peak => (double)peak.HighWaterMark))),
            Mebibytes(Spread.MedianOf(peaks.Select(peak => (double)peak.Own))),
            Mebibytes(Spread.MedianOf(peaks.Select(peak => (double)peak.Mapped))),
            own is { } bytes ? Mebibytes(bytes) : Figure.Unknown);
    }

    private static double OwnAccount(IEnumerable<ServeReport> reports) => Spread.MedianOf(reports.Select(report => (double)(report.Footprint.MemoryBytes ?? 0)));

    private static string NameOf(FirstQuestion question) => question == FirstQuestion.Point ? "a point by its id" : "a filtered count";

    private static string Bytes(IEnumerable<long> bytes) => Figure.Bytes((long)Spread.MedianOf(bytes.Select(value => (double)value)));
}
