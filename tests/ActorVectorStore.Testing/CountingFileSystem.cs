using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Testing;

/// <summary>
/// Counts the syncs and the bytes that pass through a file system: written, read by calls, and handed out as spans of mappings (once for each time that a span is
/// asked for). The counts may be read from any thread.
/// </summary>
public sealed class CountingFileSystem(IFileSystem inner) : IFileSystem
{
    private long _syncs;
    private long _bytesWritten;
    private long _bytesRead;
    private long _bytesMapped;

    /// <summary>Data and directory syncs that have returned.</summary>
    public long Syncs => Volatile.Read(ref _syncs);

    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    public long BytesRead => Volatile.Read(ref _bytesRead);

    public long BytesMapped => Volatile.Read(ref _bytesMapped);

    public IFile Open(string path, FileOpening opening) => new CountingFile(this, inner.Open(path, opening));

    public bool FileExists(string path) => inner.FileExists(path);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public IReadOnlyList<string> ListFiles(string directory) => inner.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => inner.ListDirectories(directory);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public void Rename(string source, string target) => inner.Rename(source, target);

    public bool TryLink(string source, string target) => inner.TryLink(source, target);

    public void SyncDirectory(string path)
    {
        inner.SyncDirectory(path);
        Interlocked.Increment(ref _syncs);
    }

    public IDisposable LockDirectory(string path) => inner.LockDirectory(path);

    public long AvailableBytes(string directory) => inner.AvailableBytes(directory);

    private sealed class CountingFile(CountingFileSystem counts, IFile inner) : IFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            var read = inner.Read(buffer, offset);
            Interlocked.Add(ref counts._bytesRead, read);
            return read;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            inner.Write(bytes, offset);
            Interlocked.Add(ref counts._bytesWritten, bytes.Length);
        }

        public void SetLength(long length) => inner.SetLength(length);

        public void Preallocate(long length) => inner.Preallocate(length);

        public void SyncData()
        {
            inner.SyncData();
            Interlocked.Increment(ref counts._syncs);
        }

        public IMappedFile Map(long length) => new CountingMapping(counts, inner.Map(length));

        public void Dispose() => inner.Dispose();
    }

    private sealed class CountingMapping(CountingFileSystem counts, IMappedFile inner) : IMappedFile
    {
        public long Length => inner.Length;

        public ReadOnlySpan<byte> Span(long offset, int length)
        {
            Interlocked.Add(ref counts._bytesMapped, length);
            return inner.Span(offset, length);
        }

        public void Dispose() => inner.Dispose();
    }
}
