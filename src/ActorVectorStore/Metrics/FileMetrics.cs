using System.Diagnostics.Metrics;

namespace ActorVectorStore;

/// <summary>The instruments of files. The README's table has them all. Any thread.</summary>
internal sealed class FileMetrics
{
    private static readonly KeyValuePair<string, object?> Read = new("io.direction", "read");
    private static readonly KeyValuePair<string, object?> Write = new("io.direction", "write");

    private readonly FileTraffic[] _traffic;

    public FileMetrics(Meter meter)
    {
        var syncDuration = meter.CreateHistogram(
            "actorvectorstore.file.sync.duration", "s", "Durations of syncs.", tags: null, InstrumentBounds.Seconds);
        _traffic = [.. FileKinds.All.Select(kind => new FileTraffic(kind, syncDuration))];
        meter.CreateObservableCounter(
            "actorvectorstore.file.io", () => Each(traffic => traffic.ReadBytes, traffic => traffic.WrittenBytes), "By", "Bytes read and written by calls; what is read through mappings is not among them.");
        meter.CreateObservableCounter(
            "actorvectorstore.file.operations", () => Each(traffic => traffic.Reads, traffic => traffic.Writes), "{operation}", "Calls that read and wrote.");
        meter.CreateObservableCounter(
            "actorvectorstore.file.syncs", () => Each(traffic => traffic.Syncs), "{sync}", "Syncs that succeeded.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.file.mapped", () => Each(traffic => traffic.MappedBytes), "By", "Bytes mapped now; how many of them are in memory is the page cache's.");
    }

    /// <summary>All bytes written for the database; those of backups are not.</summary>
    public long WrittenBytes => _traffic.Sum(traffic => traffic.WrittenBytes) - Of(FileKind.Backup).WrittenBytes;

    /// <summary>The traffic of a kind.</summary>
    public FileTraffic Of(FileKind kind) => _traffic[(int)kind];

    private IEnumerable<Measurement<long>> Each(Func<FileTraffic, long> value) =>
        _traffic.Select(traffic => new Measurement<long>(value(traffic), traffic.Tag));

    private IEnumerable<Measurement<long>> Each(Func<FileTraffic, long> read, Func<FileTraffic, long> written) =>
        _traffic.SelectMany(traffic => new[]
        {
            new Measurement<long>(read(traffic), traffic.Tag, Read),
            new Measurement<long>(written(traffic), traffic.Tag, Write),
        });
}
