namespace ActorVectorStore.Cluster;

/// <summary>Takes in what the shards of a compaction do. Any thread.</summary>
internal sealed class CompactionReporter(IProgress<CompactionProgress> progress) : ProgressReporter<CompactionProgress>(progress)
{
    /// <summary>Work was begun that will write about so many bytes.</summary>
    public void Planned(long bytes) => Change(now => now with { PlannedBytes = now.PlannedBytes + bytes });

    /// <summary>Bytes were written.</summary>
    public void Wrote(int bytes) => Change(now => now with
    {
        WrittenBytes = now.WrittenBytes + bytes,
        PlannedBytes = Math.Max(now.PlannedBytes, now.WrittenBytes + bytes),
    });

    /// <summary>Work ended: its result is in the place of so many segments.</summary>
    public void Merged(int segments) => Change(now => now with { MergedSegments = now.MergedSegments + segments });
}
