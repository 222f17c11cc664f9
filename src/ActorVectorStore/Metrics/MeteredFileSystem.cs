using ActorVectorStore.FileSystem;

namespace ActorVectorStore;

/// <summary>Counts what passes through to a file system, by kind of file. Nothing else changes, and no call allocates more than it did but the opening and mapping of a file.</summary>
/// <param name="inner">The disk.</param>
/// <param name="directory">Full path of the database's directory.</param>
/// <param name="metrics">Where it is counted.</param>
internal sealed class MeteredFileSystem(IFileSystem inner, string directory, FileMetrics metrics) : DelegatingFileSystem(inner)
{
    public override IFile Open(string path, FileOpening opening) => new MeteredFile(base.Open(path, opening), metrics.Of(FileKinds.KindOf(directory, path)));

    public override void SyncDirectory(string path)
    {
        var traffic = metrics.Of(FileKind.Directory);
        var began = traffic.BeginSync();
        base.SyncDirectory(path);
        traffic.EndSync(began);
    }

    private sealed class MeteredFile(IFile inner, FileTraffic traffic) : DelegatingFile(inner)
    {
        public override int Read(Span<byte> buffer, long offset)
        {
            var read = base.Read(buffer, offset);
            traffic.AddRead(read);
            return read;
        }

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            base.Write(bytes, offset);
            traffic.AddWrite(bytes.Length);
        }

        public override void SyncData()
        {
            var began = traffic.BeginSync();
            base.SyncData();
            traffic.EndSync(began);
        }

        public override IMappedFile Map(long length) => new MeteredMapping(base.Map(length), traffic);
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

        public void WillNeed(long offset, int length) => _inner.WillNeed(offset, length);

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
