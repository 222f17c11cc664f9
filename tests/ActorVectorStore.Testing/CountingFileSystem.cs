using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Testing;

/// <summary>
/// Counts the syncs and the bytes that pass through a file system: written, read by calls, and handed out as spans of mappings (once for each time that a span is
/// asked for); and the ranges of mappings that are said to be needed. The counts may be read from any thread.
/// </summary>
public sealed class CountingFileSystem(IFileSystem inner) : DelegatingFileSystem(inner)
{
    private long _syncs;
    private long _bytesWritten;
    private long _bytesRead;
    private long _bytesMapped;
    private long _rangesNeeded;

    /// <summary>Data and directory syncs that have returned.</summary>
    public long Syncs => Volatile.Read(ref _syncs);

    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    public long BytesRead => Volatile.Read(ref _bytesRead);

    public long BytesMapped => Volatile.Read(ref _bytesMapped);

    public long RangesNeeded => Volatile.Read(ref _rangesNeeded);

    public override IFile Open(string path, FileOpening opening) => new CountingFile(this, base.Open(path, opening));

    public override void SyncDirectory(string path)
    {
        base.SyncDirectory(path);
        Interlocked.Increment(ref _syncs);
    }

    private sealed class CountingFile(CountingFileSystem counts, IFile inner) : DelegatingFile(inner)
    {
        public override int Read(Span<byte> buffer, long offset)
        {
            var read = base.Read(buffer, offset);
            Interlocked.Add(ref counts._bytesRead, read);
            return read;
        }

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            base.Write(bytes, offset);
            Interlocked.Add(ref counts._bytesWritten, bytes.Length);
        }

        public override void SyncData()
        {
            base.SyncData();
            Interlocked.Increment(ref counts._syncs);
        }

        public override IMappedFile Map(long length) => new CountingMapping(counts, base.Map(length));
    }

    private sealed class CountingMapping(CountingFileSystem counts, IMappedFile inner) : IMappedFile
    {
        public long Length => inner.Length;

        public ReadOnlySpan<byte> Span(long offset, int length)
        {
            Interlocked.Add(ref counts._bytesMapped, length);
            return inner.Span(offset, length);
        }

        public void WillNeed(long offset, int length)
        {
            Interlocked.Increment(ref counts._rangesNeeded);
            inner.WillNeed(offset, length);
        }

        public void Dispose() => inner.Dispose();
    }
}
