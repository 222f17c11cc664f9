using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>What the log must reach beside the reference loops and the peers of the same run.</summary>
internal static class AppendBars
{
    private const int Small = 3 << 10;
    private const int CrowdMin = 64;

    public static IEnumerable<Bar> Of(AppendResults results, IReadOnlyCollection<int> payloads, IReadOnlyCollection<int> callers) =>
        payloads.SelectMany(bytes => callers.Select(count => new Workload(bytes, count))).SelectMany(workload => OfCell(results, workload));

    private static IEnumerable<Bar> OfCell(AppendResults results, Workload workload)
    {
        var cell = $"{Figure.Bytes(workload.PayloadBytes)} x {workload.Callers}: ";
        var ours = results.Cell(LogCatalogue.Ours, workload);
        var rate = ours?.AppendsPerSecond.Median;
        var rocksDb = results.Cell(LogCatalogue.RocksDb, workload)?.AppendsPerSecond.Median;

        var reference = results.Fastest(LogRole.Reference, workload);
        var peer = results.Fastest(LogRole.Peer, workload);

        yield return Bar.Minimum($"{cell}times the better reference ({reference?.Name})", 0.8, rate / reference?.AppendsPerSecond);
        if (workload.Callers == 1)
        {
            yield return Bar.Minimum(cell + "times RocksDB", 1.1, rate / rocksDb);
        }

        if (workload.Callers >= CrowdMin && workload.PayloadBytes <= Small)
        {
            yield return Bar.Minimum(cell + "times RocksDB", 4, rate / rocksDb);
            yield return Bar.Minimum($"{cell}times the best peer ({peer?.Name})", 1.2, rate / peer?.AppendsPerSecond);
        }

        if (workload.Callers == CrowdMin && workload.PayloadBytes > Small)
        {
            yield return Bar.Minimum(cell + "times RocksDB", 5, rate / rocksDb);
        }

        yield return Bar.Maximum(cell + "syncs per append", 1.1 / workload.Callers, ours?.Median(pass => pass.SyncsPerAppend));
        yield return Bar.Maximum(cell + "bytes of garbage per append", 100, ours?.Median(pass => pass.AllocatedBytesPerAppend));
        if (workload.Callers >= CrowdMin)
        {
            yield return Bar.Maximum(cell + "bytes written to files per byte", 1.1, ours?.Median(pass => pass.FileBytesPerByte));
            yield return Bar.Maximum(cell + "bytes written to the device per byte", 1.1, ours?.Median(pass => pass.DeviceBytesPerByte));
        }
    }
}
