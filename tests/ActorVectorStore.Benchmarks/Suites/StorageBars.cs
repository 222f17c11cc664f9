using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>What the store has promised to reach.</summary>
internal sealed class StorageBars(StorageResults results, PointSet points)
{
    private const int BatchPoints = 1_000;
    private const double LoadRateMin = 40_000;
    private const double LoadTimesPeerMin = 2;
    private const double OpenPartMax = 0.1;
    private const double DiskTimesMax = 1.10;
    private const double SpaceTimesMax = 1.05;
    private const double MemoryMebibytesMax = 64;
    private const double Mebibyte = 1 << 20;

    public IEnumerable<Bar> All() => [.. Loading(), .. Opening(), .. Disk(), .. Memory()];

    private IEnumerable<Bar> Loading()
    {
        var peer = results.LoadRateOf(new LoadCell(PointStoreCatalogue.Sqlite, BatchPoints, 1))?.Median;
        foreach (var inFlight in PointStoreCatalogue.InFlightOf(PointStoreCatalogue.Ours))
        {
            var ours = results.LoadRateOf(new LoadCell(PointStoreCatalogue.Ours, BatchPoints, inFlight))?.Median;
            var cell = $"loading by {BatchPoints:#,0}, {inFlight} in flight";
            yield return Bar.Minimum($"{cell}, points/s", LoadRateMin, ours);
            yield return Bar.Minimum($"{cell}, times SQLite", LoadTimesPeerMin, ours / peer);
        }
    }

    private IEnumerable<Bar> Opening()
    {
        var reading = Spread.MedianOf(results.ReadingMilliseconds);
        foreach (var (question, name) in new[] { (FirstQuestion.Point, "a point"), (FirstQuestion.Count, "a filtered count") })
        {
            var cell = new OpenCell(PointStoreCatalogue.Ours, question, WarmedUp: true);
            var answer = StorageResults.MedianOf(results.Openings.Where(opening => opening.Cell == cell).Select(opening => opening.Report.AnswerMilliseconds));
            yield return Bar.Maximum($"clean opening to {name}, part of reading the vectors once", OpenPartMax, answer / reading);
        }
    }

    private IEnumerable<Bar> Disk()
    {
        yield return Bar.Maximum(
            "files of points after compaction, times vectors and compressed payloads",
            DiskTimesMax,
            results.ChangeOf(PointStoreCatalogue.Ours, change => change.Compacted.PointFileBytes) / results.LeastBytes);
        yield return Bar.Maximum(
            "bytes/point after deleting, overwriting and compacting, times those before",
            SpaceTimesMax,
            results.ChangeOf(PointStoreCatalogue.Ours, change => change.Compacted.PointFileBytes / (double)results.LivePoints / (change.Full.PointFileBytes / (double)points.Count)));
        yield return Bar.Maximum("dead rows after compaction", 0, results.ChangeOf(PointStoreCatalogue.Ours, change => change.Compacted.DeadRows ?? 0));
    }

    private IEnumerable<Bar> Memory()
    {
        const string Name = "serving, beyond mutable segment and id maps, MiB";
        yield return Bar.Maximum($"{Name}, without pages of files", MemoryMebibytesMax, Beyond(report => report.Memory.Own));
        yield return Bar.Maximum($"{Name}, VmHWM, which counts pages of mapped files", MemoryMebibytesMax, Beyond(report => report.Memory.HighWaterMark));
    }

    private double? Beyond(Func<ServeReport, long> memory) =>
        StorageResults.MedianOf(results.Serving.Select(report => (memory(report) - (report.Footprint.MemoryBytes ?? 0)) / Mebibyte));
}
