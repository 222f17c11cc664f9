using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Benchmarks.Logs.Reference;

/// <summary>What both reference logs share: the ring of segments and the counted file system. They differ in who commits.</summary>
internal abstract class ReferenceLog : ILogUnderTest
{
    private readonly CountingFileSystem _fileSystem = new(PhysicalFileSystem.Instance);
    private readonly string _directory;
    private readonly ReferenceSegments _segments;

    protected ReferenceLog(string directory, int segments)
    {
        _directory = directory;
        _segments = new ReferenceSegments(_fileSystem, directory, segments);
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
