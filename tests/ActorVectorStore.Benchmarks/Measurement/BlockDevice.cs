namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>
/// The device behind a directory, as the Linux kernel counts it. Its counters see every process of the machine, so they mean something only
/// while nothing else writes.
/// </summary>
internal sealed class BlockDevice : IDisposable
{
    // Fields of /sys/dev/block/*/stat: 6 is sectors written, 15 is flushes.
    private const int Fields = 17;
    private const int SectorsWrittenField = 6;
    private const int FlushesField = 15;
    private const int SectorBytes = 512;

    private readonly KernelCounterFile? _statistics;

    private BlockDevice(string name, string fileSystem, KernelCounterFile? statistics)
    {
        Name = name;
        FileSystem = fileSystem;
        _statistics = statistics;
    }

    public string Name { get; }

    /// <summary>Type and mount options, for example "ext4 (rw,relatime)".</summary>
    public string FileSystem { get; }

    public static BlockDevice Of(string directory)
    {
        var full = Path.GetFullPath(directory);
        if (!File.Exists("/proc/self/mountinfo"))
        {
            return new BlockDevice("unknown", new DriveInfo(full).DriveFormat, null);
        }

        // Fields: id, parent, major:minor, root, mount point, options, optional fields, "-", type, source, options of the file system.
        var mount = File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(' '))
            .Where(fields => IsInside(full, fields[4]))
            .MaxBy(fields => fields[4].Length)!;
        var separator = Array.IndexOf(mount, "-");
        var fileSystem = $"{mount[separator + 1]} ({mount[5]})";
        return new BlockDevice(mount[separator + 2], fileSystem, KernelCounterFile.TryOpen($"/sys/dev/block/{mount[2]}/stat", Fields));
    }

    /// <summary>Cache flushes completed and bytes written since the machine started; null where the system does not count them.</summary>
    public DeviceCounters? Read()
    {
        if (_statistics is null)
        {
            return null;
        }

        var fields = _statistics.Read();
        return new DeviceCounters(fields[FlushesField], fields[SectorsWrittenField] * SectorBytes);
    }

    public void Dispose() => _statistics?.Dispose();

    private static bool IsInside(string path, string mountPoint) =>
        mountPoint == "/" || path == mountPoint || path.StartsWith(mountPoint + "/", StringComparison.Ordinal);
}

/// <summary>What a device has done for all processes.</summary>
internal readonly record struct DeviceCounters(long Flushes, long BytesWritten)
{
    public static DeviceCounters operator -(DeviceCounters end, DeviceCounters begin) =>
        new(end.Flushes - begin.Flushes, end.BytesWritten - begin.BytesWritten);
}
