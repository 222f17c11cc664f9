namespace ActorVectorStore.Storage;

/// <summary>
/// Work that a shard's owner has begun and that any one thread does: gives a column of a segment on disk its vector index, read from its file or built. Searches compare all vectors meanwhile.
/// When the work is done, its owner puts the index in its place (<see cref="ShardStore.Complete(VectorIndexWork)"/>).
/// </summary>
/// <remarks>Memory: while it is built, for each vector its codes, 8 bytes for each possible neighbour and about 20 more; then its codes, 4 bytes for each possible neighbour, and 8 more.</remarks>
public sealed class VectorIndexWork
{
    private readonly ShardFiles _files;
    private readonly SegmentSet _lease;

    internal VectorIndexWork(ShardFiles files, SegmentSet lease, DiskSegment segment, int column)
    {
        (_files, _lease, Segment, Column) = (files, lease, segment, column);
        VectorBytes = segment.StoredVectorBytes(column);
    }

    /// <summary>Bytes of the vectors that are indexed.</summary>
    public long VectorBytes { get; }

    /// <summary>Vectors that are indexed.</summary>
    public int VectorCount => Segment.VectorsOf(Column).Count;

    /// <summary>Whether the index was built, not read; right when the work is done.</summary>
    public bool WasBuilt { get; private set; }

    /// <summary>Bytes that were written; right when the work is done.</summary>
    public long WrittenBytes => WasBuilt ? Result!.FileBytes : 0;

    internal DiskSegment Segment { get; }

    internal int Column { get; }

    internal bool IsDone { get; private set; }

    /// <summary>The index; null if the vectors do not suit one.</summary>
    internal VectorIndex? Result { get; private set; }

    /// <summary>Reads or builds the index.</summary>
    /// <exception cref="FileSystem.CorruptionException">A vector is damaged.</exception>
    /// <exception cref="IOException">The disk is full or refuses.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind but a draft of a large build, from which the next one goes on.</exception>
    public void Run(IndexRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var indexing = _files.IndexingOf(Segment, Column);
        Result = indexing.TryRead(run.CancellationToken);
        if (Result is null)
        {
            Result = indexing.Build([], run);
            WasBuilt = Result is not null;
        }

        IsDone = true;
    }

    internal void Close() => _lease.Release();
}
