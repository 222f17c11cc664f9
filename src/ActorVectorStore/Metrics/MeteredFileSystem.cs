using ActorVectorStore.FileSystem;

namespace ActorVectorStore;

/// <summary>Counts what passes through to a file system, by kind of file. Nothing else changes, and no call allocates more than it did but the opening and mapping of a file.</summary>
/// <param name="inner">The disk.</param>
/// <param name="directory">Full path of the database's directory.</param>
/// <param name="metrics">Where it is counted.</param>
internal sealed class MeteredFileSystem(IFileSystem inner, string directory, FileMetrics metrics) : IFileSystem
{
    public IFile Open(string path, FileOpening opening) => new MeteredFile(inner.Open(path, opening), metrics.Of(FileKinds.KindOf(directory, path)));

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
        var traffic = metrics.Of(FileKind.Directory);
        var began = traffic.BeginSync();
        inner.SyncDirectory(path);
        traffic.EndSync(began);
    }

    public IDisposable LockDirectory(string path) => inner.LockDirectory(path);

    public long AvailableBytes(string directory) => inner.AvailableBytes(directory);

    private sealed class MeteredFile(IFile inner, FileTraffic traffic) : IFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            var read = inner.Read(buffer, offset);
            traffic.AddRead(read);
            return read;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            inner.Write(bytes, offset);
            traffic.AddWrite(bytes.Length);
        }

        public void SetLength(long length) => inner.SetLength(length);

        public void Preallocate(long length) => inner.Preallocate(length);

        public void SyncData()
        {
            var began = traffic.BeginSync();
            inner.SyncData();
            traffic.EndSync(began);
        }

        public IMappedFile Map(long length) => new MeteredMapping(inner.Map(length), traffic);

        public void Dispose() => inner.Dispose();
    }

    // Which bytes of a mapping are touched only the page cache knows: spans pass through uncounted.
    private sealed class MeteredMapping : IMappedFile
    {
        private readonly IMappedFile _inner;
        private readonly FileTraffic _traffic;
        private int _isDisposed;

        public MeteredMapping(IMappedFile inner, FileTraffic traffic)
        {
            (_inner, _traffic, Length) = (inner, traffic, inner.Length);
            traffic.AddMapped(Length);
        }

        public long Length { get; }

        public ReadOnlySpan<byte> Span(long offset, int length) => _inner.Span(offset, length);

        public void Dispose()
        {
            _inner.Dispose();
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                _traffic.AddMapped(-Length);
            }
        }
    }
}
