using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// An open sealed segment: see <see cref="SealedSegmentFormat"/>. Opening reads one page or two and maps the rest, so that resident memory is the page
/// cache's. Rows are read under a lease (<see cref="Lease"/>); the mapping lives until the segment is disposed of and the last lease is given back.
/// The file may be renamed or deleted meanwhile, but must not be cut. Safe from any thread.
/// </summary>
internal sealed class SealedSegment : IDisposable
{
    private readonly IFileSystem _fileSystem;
    private readonly SegmentDirectory _directory;
    private readonly SharedMapping _mapping;
    private readonly SegmentSections _sections;
    private readonly SealedContents _contents;
    private readonly DamageWatch _watch;
    private int _isDisposed;

    private SealedSegment(IFileSystem fileSystem, string path, SegmentDirectory directory, IMappedFile mapped, PayloadBlockCache cache, DamageWatch watch)
    {
        _watch = watch;
        _fileSystem = fileSystem;
        _directory = directory;
        _mapping = new SharedMapping(mapped);
        _sections = new SegmentSections(path, directory, _mapping, watch);
        _contents = new SealedContents(directory, _sections, cache);
        Path = path;
    }

    /// <summary>The path with which the file was opened.</summary>
    public string Path { get; }

    /// <summary>Identity.</summary>
    public SealedSegmentId Id => _directory.Id;

    /// <summary>The program that wrote the file.</summary>
    public string WrittenBy => _directory.WrittenBy;

    /// <summary>Rows.</summary>
    public int RowCount => _directory.RowCount;

    /// <summary>Length of the file.</summary>
    public long FileBytes => _directory.FileBytes;

    /// <summary>Vector columns.</summary>
    public IReadOnlyList<ColumnEntry> Columns => _directory.Columns;

    /// <summary>Sections by ascending offset, unknown ones included.</summary>
    public IReadOnlyList<SectionEntry> Sections => _directory.Sections;

    /// <summary>The damage because of which the file was opened by its end; null if its head is whole.</summary>
    public SealedDamage? HeadDamage { get; private init; }

    /// <summary>Derived sections that reads have found damaged since it was opened.</summary>
    public int DamagedDerivedSections => _watch.DerivedSections;

    /// <summary>Opens a segment. Only its directory is checked; <see cref="Scrub"/> checks the rest at once, reading checks it piece by piece.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="path">The file.</param>
    /// <param name="cache">Where decompressed payloads are kept; shared between segments.</param>
    /// <param name="onDamage">Told of damage that reads find; see <see cref="ShardPlace.OnDamage"/>.</param>
    /// <exception cref="CorruptionException">Both copies of the directory are damaged, or the file is not as long as they say.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    /// <exception cref="IOException">There is no such file (<see cref="FileNotFoundException"/>), or it cannot be read.</exception>
    public static SealedSegment Open(IFileSystem fileSystem, string path, PayloadBlockCache cache, Action<ShardDamage>? onDamage = null)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Sealed segments are mapped as they are, little-endian.");
        using var file = fileSystem.Open(path, FileOpening.ReadExisting);
        var (directory, damage) = SegmentOpening.Read(file);
        var headDamage = damage is null ? null : SealedDamage.OfDirectory(damage);
        var watch = new DamageWatch(onDamage);
        if (headDamage is not null)
            watch.Found(headDamage);
        return new SealedSegment(fileSystem, path, directory, file.Map(directory.FileBytes), cache, watch) { HeadDamage = headDamage };
    }

    /// <summary>A file beside the segment's, which is made of it, was found damaged.</summary>
    public void TellDamage(ShardDamage damage) => _watch.Tell(damage);

    /// <summary>Takes a lease for reading.</summary>
    /// <exception cref="ObjectDisposedException">The segment was disposed of.</exception>
    public SealedReader Lease()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0 || !_mapping.TryAcquire(), this);
        return new SealedReader(_contents, _mapping);
    }

    /// <summary>
    /// Reads the whole file once, past the mapping and sequentially, and compares every checksum. A block that is found damaged is compared again when it is
    /// touched next, also if it was whole when it was touched first.
    /// </summary>
    /// <param name="progress">Told after each MiB or less.</param>
    /// <param name="cancellationToken">Looked at as often.</param>
    /// <returns>What is damaged, by ascending offset; empty if nothing is.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<SealedDamage> Scrub(IProgress<SealedScrubProgress>? progress, CancellationToken cancellationToken)
    {
        using var lease = Lease();
        using var file = _fileSystem.Open(Path, FileOpening.ReadExisting);
        return new SegmentScrub(file, _directory, _sections, progress).Run(cancellationToken);
    }

    /// <summary>Ends the segment: no lease can be taken any more. The mapping goes with the last lease.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _mapping.Release();
    }
}
