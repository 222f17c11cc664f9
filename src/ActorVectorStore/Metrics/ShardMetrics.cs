using System.Diagnostics.Metrics;
using ActorVectorStore.Cluster;
using ActorVectorStore.Storage;
using Microsoft.Extensions.Logging;

namespace ActorVectorStore;

/// <summary>What happens in shards, as measurements and as lines of the log. The README's table has all instruments. Any thread.</summary>
internal sealed class ShardMetrics : IShardObserver
{
    private static readonly KeyValuePair<string, object?> Read = new("io.direction", "read");
    private static readonly KeyValuePair<string, object?> Write = new("io.direction", "write");

    private readonly ILogger _logger;
    private readonly Histogram<double> _upkeepDuration;
    private readonly Counter<long> _upkeepBytes;
    private readonly Counter<long> _upkeepFailures;
    private readonly Histogram<double> _stallDuration;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _damage;
    private readonly Counter<long> _rebuilds;
    private long _appliedBytes;
    private int _stalled;

    public ShardMetrics(Meter meter, ILogger logger)
    {
        _logger = logger;
        _upkeepDuration = meter.CreateHistogram(
            "actorvectorstore.upkeep.duration", "s", "Durations of upkeep that succeeded, waiting for a thread and for the disk of others included.", tags: null, InstrumentBounds.Seconds);
        _upkeepBytes = meter.CreateCounter<long>(
            "actorvectorstore.upkeep.io", "By", "Bytes of files and manifests that upkeep wrote, of files that a compaction rewrote, and of events that a recovery applied again.");
        _upkeepFailures = meter.CreateCounter<long>("actorvectorstore.upkeep.failures", "{failure}", "Upkeep that failed; nothing is lost by it.");
        _stallDuration = meter.CreateHistogram(
            "actorvectorstore.write.stall.duration", "s", "How long writes of a shard waited because rows came faster than they were written to files.", tags: null, InstrumentBounds.Seconds);
        _refusals = meter.CreateCounter<long>("actorvectorstore.write.refusals", "{write}", "Writes to a shard that were refused because too much waited or was in memory.");
        _damage = meter.CreateCounter<long>(
            "actorvectorstore.damage.touches", "{touch}", "Reads that touched damage: of a derived section the first one, of any other block each.");
        _rebuilds = meter.CreateCounter<long>("actorvectorstore.damage.rebuilds", "{section}", "Damaged derived sections that were written anew.");
        meter.CreateObservableUpDownCounter("actorvectorstore.write.stalled", () => (long)Volatile.Read(ref _stalled), "{shard}", "Shards whose writes wait now until rows are in files.");
        meter.CreateObservableCounter("actorvectorstore.write.io", () => AppliedBytes, "By", "Bytes of the operations that were acknowledged.");
    }

    /// <summary>Bytes of the operations that were acknowledged.</summary>
    public long AppliedBytes => Interlocked.Read(ref _appliedBytes);

    /// <inheritdoc/>
    public void UpkeepEnded(UpkeepReport report)
    {
        var operation = TagOf(report.Kind);
        _upkeepDuration.Record(report.Duration.TotalSeconds, operation);
        _upkeepBytes.Add(report.ReadBytes, operation, Read);
        _upkeepBytes.Add(report.WrittenBytes, operation, Write);
        Log.UpkeepEnded(_logger, report.Kind, report.Shard, report.Duration.TotalMilliseconds, report.ReadBytes, report.WrittenBytes);
        if (report.MendedSections > 0)
        {
            _rebuilds.Add(report.MendedSections);
            Log.SectionsRebuilt(_logger, report.MendedSections, report.Shard);
        }
    }

    /// <inheritdoc/>
    public void UpkeepFailed(string shard, UpkeepKind kind, Exception cause)
    {
        _upkeepFailures.Add(1, TagOf(kind));
        Log.UpkeepFailed(_logger, kind, shard, cause);
    }

    /// <inheritdoc/>
    public void OperationsApplied(long bytes) => Interlocked.Add(ref _appliedBytes, bytes);

    /// <inheritdoc/>
    public void WriteRefused(string shard, WriteBound bound) =>
        _refusals.Add(1, new KeyValuePair<string, object?>("reason", bound == WriteBound.Queue ? "queue" : "memory"));

    /// <inheritdoc/>
    public void WritesStalled(string shard)
    {
        Interlocked.Increment(ref _stalled);
        Log.WritesStalled(_logger, shard);
    }

    /// <inheritdoc/>
    public void WritesResumed(string shard, TimeSpan stalled)
    {
        Interlocked.Decrement(ref _stalled);
        _stallDuration.Record(stalled.TotalSeconds);
        Log.WritesResumed(_logger, shard, stalled.TotalMilliseconds);
    }

    /// <inheritdoc/>
    public void DamageFound(string shard, ShardDamage damage)
    {
        var section = damage.Section ?? "Directory";
        _damage.Add(1, new("section", KindOf(section)), new KeyValuePair<string, object?>("derived", damage.IsDerived));
        if (damage.Section is null)
        {
            Log.HeadDamaged(_logger, shard, damage.File, damage.Offset, damage.Expected, damage.Found);
        }
        else if (damage.IsDerived)
        {
            Log.DerivedSectionDamaged(_logger, section, shard, damage.File, damage.Offset, damage.Expected, damage.Found);
        }
        else
        {
            Log.BlockDamaged(_logger, section, shard, damage.File, damage.Offset, damage.Expected, damage.Found);
        }
    }

    // A section is "kind/number": numbers of columns would make a series for each.
    private static string KindOf(string section) => section.Split('/')[0];

    private static KeyValuePair<string, object?> TagOf(UpkeepKind kind) => new("operation", kind switch
    {
        UpkeepKind.Flush => "flush",
        UpkeepKind.Compaction => "compaction",
        UpkeepKind.Checkpoint => "checkpoint",
        UpkeepKind.VectorIndex => "indexing",
        UpkeepKind.Recovery => "recovery",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected a kind of upkeep."),
    });
}
