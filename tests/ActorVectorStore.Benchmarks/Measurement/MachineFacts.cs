using System.Runtime.InteropServices;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>What a reader must know of the machine to judge the figures.</summary>
internal static class MachineFacts
{
    public static IReadOnlyList<(string Fact, string Value)> Of(BlockDevice device) =>
    [
        ("date", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'")),
        ("processors", $"{Environment.ProcessorCount} x {ProcessorModel()}"),
        ("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB"),
        ("system", $"{RuntimeInformation.OSDescription.Trim()}, kernel {Environment.OSVersion.Version}"),
        ("runtime", $"{RuntimeInformation.FrameworkDescription}, {(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} GC"),
        ("device", $"{device.Name}, write cache: {WriteCacheOf(device)}"),
        ("file system", device.FileSystem),
        ("load before the run", LoadAverage()),
    ];

    private static string ProcessorModel() => FirstLineValue("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string? FirstLineValue(string file, string key) =>
        !File.Exists(file)
            ? null
            : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':')[1].Trim();

    private static string WriteCacheOf(BlockDevice device)
    {
        var file = $"/sys/block/{Path.GetFileName(device.Name)}/queue/write_cache";
        return File.Exists(file) ? File.ReadAllText(file).Trim() : "unknown";
    }

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Trim() : "unknown";
}
