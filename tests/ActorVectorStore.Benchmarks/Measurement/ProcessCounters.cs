namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>What this process has used up to one moment; two of them subtracted give the cost of what ran between.</summary>
/// <param name="Cpu">Processor time of all threads, in the kernel too.</param>
/// <param name="AllocatedBytes">Managed bytes allocated.</param>
/// <param name="ReadBytes">Bytes passed by read calls, from the page cache or not: rchar of /proc/self/io. Mapped reads do not show.</param>
/// <param name="FetchedBytes">Bytes fetched from the device, read-ahead and mapped reads included: read_bytes of /proc/self/io.</param>
internal readonly record struct ProcessCounters(TimeSpan Cpu, long AllocatedBytes, long ReadBytes, long FetchedBytes)
{
    // Numbers of /proc/self/io in order: rchar, wchar, syscr, syscw, read_bytes, write_bytes, cancelled_write_bytes.
    private const int Fields = 7;
    private const int ReadField = 0;
    private const int FetchedField = 4;

    private static readonly KernelCounterFile? InputOutput = KernelCounterFile.TryOpen("/proc/self/io", Fields);

    public static ProcessCounters operator -(ProcessCounters end, ProcessCounters begin) => new(
        end.Cpu - begin.Cpu,
        end.AllocatedBytes - begin.AllocatedBytes,
        end.ReadBytes - begin.ReadBytes,
        end.FetchedBytes - begin.FetchedBytes);

    public static ProcessCounters Read()
    {
        var numbers = InputOutput is null ? default : InputOutput.Read();
        var (read, fetched) = numbers.IsEmpty ? default : (numbers[ReadField], numbers[FetchedField]);
        return new ProcessCounters(Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), read, fetched);
    }
}
