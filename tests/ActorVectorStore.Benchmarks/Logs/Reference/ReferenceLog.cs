using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Benchmarks.Logs.Reference;

/// <summary>What both reference logs share: the ring of segments and the counted file system. They differ in who commits.</summary>
internal abstract class ReferenceLog : ILogUnderTest
{
    private readonly CountingFileSystem _fileSystem = new(PhysicalFileSystem.Instance);
    private readonly string _directory;
    private readonly ReferenceSegments _segments;

    protected ReferenceLog(string directory, RingSize ring)
    {
        _directory = directory;
        _segments = new ReferenceSegments(_fileSystem, directory, ring.Segments);
        if (ring.IsCompletedFirst)
        {
            _segments.CompleteRing();
        }
    }

    public long? Syncs => _fileSystem.Syncs;

    public long? FileBytesWritten => _fileSystem.BytesWritten;

    public long? BytesReadByOpening => null;

    public abstract void Append(int caller, ReadOnlyMemory<byte> payload);

    public abstract ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload);

    public void Checkpoint()
    {
    }

    public void ReadAll(RecordHandler handler) => ReferenceReader.ReadAll(_fileSystem, _directory, handler);

    public void Dispose()
    {
        DisposeCommitter();
        _segments.Dispose();
    }

    protected abstract void DisposeCommitter();

    /// <summary>Makes the appends durable with one sync. One thread at a time.</summary>
    protected void Commit(List<PendingAppend> appends)
    {
        foreach (var append in appends)
        {
            _segments.Append(append.Payload.Span, append.PayloadHash);
        }

        _segments.Sync();
    }
}

/// <summary>The files of a reference log.</summary>
/// <param name="Segments">How many are overwritten in turn.</param>
/// <param name="IsCompletedFirst">Whether all of them are created before the first append, rather than each when its turn comes.</param>
internal readonly record struct RingSize(int Segments, bool IsCompletedFirst)
{
    /// <summary>The steady state: every segment has been written before.</summary>
    public static readonly RingSize Recycled = new(6, IsCompletedFirst: true);

    /// <summary>Room for several GiB, none of which is overwritten.</summary>
    public static readonly RingSize Kept = new(64, IsCompletedFirst: false);
}
