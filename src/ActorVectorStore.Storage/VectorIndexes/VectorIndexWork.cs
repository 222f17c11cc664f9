namespace ActorVectorStore.Storage;

/// <summary>
/// Work that a shard's owner has begun and that any one thread does: gives a column of a segment on disk its vector index, read from its file or built. Searches compare all vectors meanwhile.
/// When the work is done, its owner puts the index in its place (<see cref="ShardStore.Complete(VectorIndexWork)"/>).
/// </summary>
/// <remarks>Memory: while it is built, for each vector its codes, 8 bytes for each possible neighbour and about 20 more; then its codes, 4 bytes for each possible neighbour, and 8 more.</remarks>
public sealed class VectorIndexWork
{
    private readonly ShardFiles _files;
    private readonly Func<DiskSegment, SegmentSet?> _leaseWith;
    private SegmentSet? _lease;

    internal VectorIndexWork(ShardFiles files, Func<DiskSegment, SegmentSet?> leaseWith, DiskSegment segment, int column)
    {
        (_files, _leaseWith, Segment, Column) = (files, leaseWith, segment, column);
        (VectorBytes, VectorCount) = (segment.StoredVectorBytes(column), segment.VectorsOf(column).Count);
    }

    /// <summary>Bytes of the vectors that are indexed.</summary>
    public long VectorBytes { get; }

    /// <summary>Vectors that are indexed.</summary>
    public int VectorCount { get; }

    /// <summary>Whether the index was built, not read; right when the work is done.</summary>
    public bool WasBuilt { get; private set; }

    /// <summary>Bytes that were written; right when the work is done.</summary>
    public long WrittenBytes => WasBuilt ? Result!.FileBytes : 0;

    internal DiskSegment Segment { get; }

    internal int Column { get; }

    internal bool IsDone { get; private set; }

    /// <summary>Whether the segment had been rewritten before the work ran: it needs no index any more.</summary>
    internal bool IsObsolete { get; private set; }

    /// <summary>The index; null if the vectors do not suit one, or it is needed no more.</summary>
    internal VectorIndex? Result { get; private set; }

    /// <summary>Reads or builds the index. It may wait for its turn before: until it runs it keeps no file.</summary>
    /// <exception cref="FileSystem.CorruptionException">A vector is damaged.</exception>
    /// <exception cref="IOException">The disk is full or refuses.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind but a draft of a large build, from which the next one goes on.</exception>
    public void Run(IndexRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _lease = _leaseWith(Segment);
        if (_lease is null)
        {
            (IsObsolete, IsDone) = (true, true);
            return;
        }

        var indexing = _files.IndexingOf(Segment, Column);
        Result = indexing.TryRead(run);
        if (Result is null)
        {
            Result = indexing.Build([], run);
            WasBuilt = Result is not null;
        }

        IsDone = true;
    }

    internal void Close() => _lease?.Release();
}
