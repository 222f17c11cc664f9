using System.Diagnostics;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>What one pass measured; "per append" counts acknowledged appends.</summary>
internal sealed record PassResult
{
    public required long Appends { get; init; }

    public required double AppendsPerSecond { get; init; }

    public required double MegabytesPerSecond { get; init; }

    public required double MedianMicroseconds { get; init; }

    public required double HighMicroseconds { get; init; }

    /// <summary>Sync calls counted at our file system port; null for a log that does not go through it.</summary>
    public required double? SyncsPerAppend { get; init; }

    /// <summary>Flushes that the device counted; null where it counts none.</summary>
    public required double? FlushesPerAppend { get; init; }

    /// <summary>Bytes that reached the device, by any process, for each byte appended; null where they are not counted.</summary>
    public required double? DeviceBytesPerByte { get; init; }

    /// <summary>Bytes passed to write calls for each byte appended; null for a log that does not go through our file system port.</summary>
    public required double? FileBytesPerByte { get; init; }

    public required double CpuMicrosecondsPerAppend { get; init; }

    public required double AllocatedBytesPerAppend { get; init; }

    public static PassResult Between(Workload workload, PassSnapshot begin, PassSnapshot end, LatencyHistogram latencies)
    {
        var appends = end.Acknowledged - begin.Acknowledged;
        var seconds = Stopwatch.GetElapsedTime(begin.Timestamp, end.Timestamp).TotalSeconds;
        var used = end.Process - begin.Process;
        var device = end.Device - begin.Device;
        double each = Math.Max(1, appends);
        var bytes = each * workload.PayloadBytes;
        return new PassResult
        {
            Appends = appends,
            AppendsPerSecond = appends / seconds,
            MegabytesPerSecond = appends * (double)workload.PayloadBytes / seconds / 1e6,
            MedianMicroseconds = latencies.Microseconds(0.5),
            HighMicroseconds = latencies.Microseconds(0.99),
            SyncsPerAppend = (end.Syncs - begin.Syncs) / each,
            FlushesPerAppend = device?.Flushes / each,
            DeviceBytesPerByte = device?.BytesWritten / bytes,
            FileBytesPerByte = (end.FileBytesWritten - begin.FileBytesWritten) / bytes,
            CpuMicrosecondsPerAppend = used.Cpu.TotalMicroseconds / each,
            AllocatedBytesPerAppend = used.AllocatedBytes / each,
        };
    }
}
