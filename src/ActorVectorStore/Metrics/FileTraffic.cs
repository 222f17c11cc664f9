using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ActorVectorStore;

/// <summary>What went to and from the files of one kind since the database was opened. Counts always, because ratios need the sums; times a sync only for a listener. Any thread.</summary>
/// <param name="kind">The kind.</param>
/// <param name="syncDuration">Where durations of syncs go.</param>
internal sealed class FileTraffic(FileKind kind, Histogram<double> syncDuration)
{
    private long _reads;
    private long _readBytes;
    private long _writes;
    private long _writtenBytes;
    private long _syncs;
    private long _mappedBytes;

    /// <summary>The kind, as a tag of every measurement.</summary>
    public KeyValuePair<string, object?> Tag { get; } = new("file.kind", FileKinds.NameOf(kind));

    public long Reads => Interlocked.Read(ref _reads);

    public long ReadBytes => Interlocked.Read(ref _readBytes);

    public long Writes => Interlocked.Read(ref _writes);

    public long WrittenBytes => Interlocked.Read(ref _writtenBytes);

    /// <summary>Syncs that have returned.</summary>
    public long Syncs => Interlocked.Read(ref _syncs);

    /// <summary>Bytes of the mappings that there are now.</summary>
    public long MappedBytes => Interlocked.Read(ref _mappedBytes);

    public void AddRead(int bytes)
    {
        Interlocked.Increment(ref _reads);
        Interlocked.Add(ref _readBytes, bytes);
    }

    public void AddWrite(int bytes)
    {
        Interlocked.Increment(ref _writes);
        Interlocked.Add(ref _writtenBytes, bytes);
    }

    public void AddMapped(long bytes) => Interlocked.Add(ref _mappedBytes, bytes);

    /// <summary>When a sync began; 0 if nobody wants to know how long it takes.</summary>
    public long BeginSync() => syncDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>The sync has returned.</summary>
    public void EndSync(long began)
    {
        Interlocked.Increment(ref _syncs);
        if (began != 0)
        {
            syncDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, Tag);
        }
    }
}
