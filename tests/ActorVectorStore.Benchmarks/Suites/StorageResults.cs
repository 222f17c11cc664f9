using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>What the storage suite has measured so far, one entry for each repetition.</summary>
internal sealed class StorageResults
{
    private readonly List<(LoadCell Cell, LoadReport Report)> _loads = [];

    public static IReadOnlyList<int> BatchSizes { get; } = [1, 100, 1_000];

    /// <summary>Points made in a second without writing them anywhere.</summary>
    public List<double> MakingRates { get; } = [];

    public List<(string Store, ChangeReport Report)> Changes { get; } = [];

    /// <summary>Reading the file of vectors once, cold.</summary>
    public List<double> ReadingMilliseconds { get; } = [];

    public List<(OpenCell Cell, OpenReport Report)> Openings { get; } = [];

    public List<(OpenCell Cell, OpenReport Report)> OpeningsAfterKill { get; } = [];

    public List<BackupReport> Backups { get; } = [];

    /// <summary>A store without points.</summary>
    public List<ServeReport> Idle { get; } = [];

    public List<ServeReport> Serving { get; } = [];

    /// <summary>Points that are left when a fifth was deleted.</summary>
    public long LivePoints { get; private set; }

    /// <summary>Vectors of the live points and their payloads compressed: the least that a store needs that keeps vectors as they are.</summary>
    public long LeastBytes { get; private set; }

    /// <summary>The part of <see cref="LeastBytes"/> that is payload.</summary>
    public long CompressedPayloadBytes { get; private set; }

    public IEnumerable<(LoadCell Cell, LoadReport[] Reports)> Loads => _loads.GroupBy(load => load.Cell, (cell, loads) => (cell, loads.Select(load => load.Report).ToArray()));

    public void Describe(PointSet points, PointCorpus corpus)
    {
        LivePoints = corpus.CountAt(PointStage.Changed);
        CompressedPayloadBytes = corpus.CompressedPayloadBytesAt(PointStage.Changed);
        LeastBytes = (LivePoints * points.VectorBytes) + CompressedPayloadBytes;
    }

    public void Add(LoadCell cell, LoadReport report) => _loads.Add((cell, report));

    /// <summary>Points in a second; null if the cell was not measured.</summary>
    public Spread? LoadRateOf(LoadCell cell)
    {
        var rates = _loads.Where(load => load.Cell == cell).Select(load => load.Report.Points / load.Report.Seconds).ToArray();
        return rates.Length == 0 ? null : Spread.Of(rates);
    }

    /// <summary>The median of a figure of all changes of a store; null if it was not measured.</summary>
    public double? ChangeOf(string store, Func<ChangeReport, double> figure) => MedianOf(Changes.Where(change => change.Store == store).Select(change => figure(change.Report)));

    public static double? MedianOf(IEnumerable<double> values) => values.ToArray() is { Length: > 0 } found ? Spread.MedianOf(found) : null;
}

/// <summary>A store, points of a batch, and batches under way at once.</summary>
internal sealed record LoadCell(string Store, int BatchPoints, int InFlight)
{
    public override string ToString() => $"{Store} by {BatchPoints:#,0}, {InFlight} in flight";
}

/// <summary>A store, what it is asked first, and whether the code ran before.</summary>
internal sealed record OpenCell(string Store, FirstQuestion Question, bool WarmedUp)
{
    public override string ToString() => $"{Store}, {Question}{(WarmedUp ? "" : ", code not compiled yet")}";
}
