using System.Diagnostics.Metrics;
using ActorVectorStore.Cluster;
using ActorVectorStore.Storage;
using ActorVectorStore.Wal;

namespace ActorVectorStore;

/// <summary>
/// The instruments of what a database holds. They read what shards have published, on the collecting thread: no actor is asked, no shard is opened, and of shards that
/// are not open nothing is said. The README's table has them all.
/// </summary>
internal sealed class StateMetrics
{
    private readonly CatalogDirectory _directory;

    public StateMetrics(Meter meter, CatalogDirectory directory, ShardDisk disk, Func<WalStatistics?> log)
    {
        _directory = directory;
        CreateCollectionGauges(meter);
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collections", () => (long)directory.Collections.Count, "{collection}", "Collections, in use or not.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.upkeep.running", Running, "{operation}", "Pieces of upkeep that run now.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.memory.used", () => directory.MemoryUsedBytes, "By", "Memory of rows that are not in files yet and of writes on their way, which the database's limit counts.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.payload_cache.size", () => disk.PayloadCacheHeldBytes, "By", "Payloads that are kept decompressed.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.log.size", () => OfLog(log(), statistics => statistics.SegmentFileBytes), "By", "Files of the log.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.log.live", () => OfLog(log(), statistics => statistics.LiveBytes), "By", "The part of the log that is still needed.");
    }

    private void CreateCollectionGauges(Meter meter)
    {
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collection.shards", () => Sums(_ => 1), "{shard}", "Shards that are open; the other figures of a collection are of these.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collection.segments", () => Sums(shard => shard.SegmentFiles), "{segment}", "Sealed segments.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collection.size", () => Sums(shard => shard.SegmentFileBytes), "By", "Files of sealed segments.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collection.rows",
            () => Sums("state", ("live", shard => shard.LivePoints), ("dead", shard => shard.DeadRows)),
            "{row}",
            "Points, and rows of replaced and deleted ones whose room is not given back yet.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collection.memory",
            () => Sums("state", ("mutable", shard => shard.MutableBytes), ("sealed", shard => shard.MemoryBytes - shard.MutableBytes)),
            "By",
            "Memory of rows that are in no file yet, and for deletions and ids of those that are.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collection.vector_index.memory", () => Sums(shard => shard.VectorIndexBytes), "By", "Memory of vector indexes, which no limit counts.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collection.views", () => Sums(shard => shard.OpenViews), "{view}", "Views that reads have open.");
        meter.CreateObservableUpDownCounter(
            "actorvectorstore.collection.damaged_sections", () => Sums(shard => shard.DamagedSections), "{section}", "Derived sections that are damaged and not rebuilt yet.");
        meter.CreateObservableGauge(
            "actorvectorstore.collection.space_amplification", SpaceAmplification, "1", "Bytes of sealed segments for each byte of their live rows.");
    }

    private IEnumerable<Measurement<long>> Sums(Func<ShardStatistics, long> value) =>
        Open().Select(collection => new Measurement<long>(collection.Shards.Sum(value), collection.Tag));

    private IEnumerable<Measurement<long>> Sums(string tag, params (string Name, Func<ShardStatistics, long> Value)[] parts) =>
        Open().SelectMany(collection => parts.Select(part =>
            new Measurement<long>(collection.Shards.Sum(part.Value), collection.Tag, new KeyValuePair<string, object?>(tag, part.Name))));

    private IEnumerable<Measurement<double>> SpaceAmplification() =>
        from collection in Open()
        let live = collection.Shards.Sum(shard => shard.LiveFileBytes)
        where live > 0
        select new Measurement<double>((double)collection.Shards.Sum(shard => shard.SegmentFileBytes) / live, collection.Tag);

    private IEnumerable<(KeyValuePair<string, object?> Tag, ShardStatistics[] Shards)> Open() =>
        from collection in _directory.Collections.Values
        let shards = collection.LoadedStatistics.ToArray()
        where shards.Length > 0
        select (new KeyValuePair<string, object?>("collection", collection.Schema.Name.Value), shards);

    private IEnumerable<Measurement<long>> Running() =>
    [
        new(_directory.RunningFlushes, new KeyValuePair<string, object?>("lane", "flush")),
        new(_directory.RunningCompactions, new KeyValuePair<string, object?>("lane", "compaction")),
        new(_directory.RunningIndexings, new KeyValuePair<string, object?>("lane", "index")),
    ];

    private static IEnumerable<Measurement<long>> OfLog(WalStatistics? log, Func<WalStatistics, long> value) =>
        log is null ? [] : [new Measurement<long>(value(log))];
}
