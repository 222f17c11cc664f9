using ActorVectorStore.FileSystem;
using ActorVectorStore.Index;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Work that a shard's owner has begun and that any one thread does: writes one file of the rows of some segments that are still wanted. The shard goes on meanwhile;
/// when the work is done, its owner puts the new segment in the place of the old ones (<see cref="ShardStore.Complete(SegmentRewrite)"/>).
/// </summary>
/// <remarks>
/// Memory: 40 bytes for each row and some MiB; 64 MiB more if there are payload indexes or sparse vectors. Disk: as much as the rows take, until a manifest without the old segments is saved and no view has them.
/// </remarks>
public sealed class SegmentRewrite
{
    private readonly ShardFiles _files;
    private readonly CollectionSchema _schema;
    private readonly SegmentSet _lease;
    private readonly IReadOnlyList<PayloadIndex> _indexes;
    private readonly RetentionRule _rule;
    private readonly SealedSegmentId _id;

    internal SegmentRewrite(ShardFiles files, CollectionSchema schema, ShardState state, IReadOnlyList<Segment> sources, long index, RetentionRule rule)
    {
        (_files, _schema, _lease, _indexes, _rule, Sources, Index) = (files, schema, state.Segments, state.PayloadIndexes.Current, rule, sources, index);
        _id = files.NewId();
        SourceBytes = sources.Sum(source => source is DiskSegment onDisk ? onDisk.FileBytes : source.MemoryBytes);
    }

    /// <summary>Bytes of the segments that are rewritten, on disk or in memory.</summary>
    public long SourceBytes { get; }

    /// <summary>Segments that are rewritten.</summary>
    public int SourceCount => Sources.Count;

    /// <summary>Whether it writes rows to disk that were only in memory, instead of rewriting files.</summary>
    public bool IsFlush => Sources[0] is MutableSegment;

    /// <summary>Derived sections of the sources that were found damaged; the result has them anew.</summary>
    public int MendedSections => Sources.OfType<DiskSegment>().Sum(source => source.DamagedSections);

    /// <summary>Bytes that were written; right when the work is done.</summary>
    public long WrittenBytes { get; private set; }

    internal IReadOnlyList<Segment> Sources { get; }

    /// <summary>Log index that the work began at: of a flush, the highest one that its rows know.</summary>
    internal long Index { get; }

    internal RewrittenRows? Rows { get; private set; }

    /// <summary>The new segment; null if no row is wanted any more.</summary>
    internal DiskSegment? Result { get; private set; }

    /// <summary>Writes the file, alone; see the other overload.</summary>
    public void Run(Action<int>? pace = null, CancellationToken cancellationToken = default) =>
        Run(IndexRun.Alone with { Pace = pace, CancellationToken = cancellationToken });

    /// <summary>
    /// Writes the file, and the vector indexes of columns that had some, as far as disk and memory allow: what they know is kept. Durable on return, but nobody refers to it yet.
    /// </summary>
    /// <param name="run">How; where it is cancelled, what was written is removed.</param>
    /// <exception cref="CorruptionException">A source is damaged.</exception>
    /// <exception cref="IOException">The disk is full or refuses; what was written is removed as far as the disk allows.</exception>
    public void Run(IndexRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var rows = new RewrittenRows(Sources, _rule);
        try
        {
            if (rows.Count > 0)
                Result = Write(rows, run.Pace, run.CancellationToken);
            if (Result is not null && !IsFlush)
                JoinVectorIndexes(rows, Result, run);
        }
        catch
        {
            Result?.Close();
            Result = null;

            // The file may have its name already, or still its temporary one.
            _files.AddUnusedSegment(_id, _schema.Vectors.Count);
            throw;
        }

        Rows = rows;
    }

    /// <summary>Lets go of the sources. Called by the shard when the work is completed or abandoned.</summary>
    internal void Close() => _lease.Release();

    /// <summary>Removes what was written.</summary>
    internal void Discard()
    {
        if (Result is not { } result)
            return;
        result.Retire(_files.AddUnused);
        result.Close();
        Result = null;
    }

    private DiskSegment Write(RewrittenRows rows, Action<int>? pace, CancellationToken cancellationToken)
    {
        var spec = SegmentSpecOf(_id, _schema, _indexes.Count);
        using (var writer = _files.Create(spec, pace, cancellationToken))
        {
            writer.WriteRows(rows);
            for (var column = 0; column < _schema.Vectors.Count; column++)
            {
                if (DiskSegment.KeepsInverseNorms(_schema.Vectors[column]))
                    WriteInverseNorms(writer, rows, column);
                else if (_schema.Vectors[column].Kind == VectorKind.Sparse)
                    WriteSparseIndex(writer, rows, column, cancellationToken);
            }

            if (_indexes.Count > 0)
                WritePayloadIndexes(writer, rows, cancellationToken);
            writer.Complete();
        }

        var deletions = new Deletions(rows.Count);
        var lastInsertedAt = 0L;
        for (var row = 0; row < rows.Count; row++)
        {
            lastInsertedAt = Math.Max(lastInsertedAt, rows.InsertedAt(row));
            if (rows.DeletedAt(row) is var deletedAt && deletedAt != Segment.Never)
                deletions.Set(row, deletedAt);
        }

        var result = _files.Open(new SegmentEntry(_id, rows.Count, FileBytes: 0, lastInsertedAt), _schema, deletions);
        WrittenBytes = result.FileBytes;
        return result;
    }

    private void JoinVectorIndexes(RewrittenRows rows, DiskSegment result, IndexRun run)
    {
        for (var column = 0; column < _schema.Vectors.Count; column++)
        {
            GraphSource[] sources = [.. Sources.OfType<DiskSegment>().Select(source => SourceOf(source, column, rows, result)).OfType<GraphSource>()];
            if (sources.Length == 0 || !VectorIndexing.IsWanted(result, column))
                continue;
            JoinVectorIndex(result, column, sources, run);
        }
    }

    // Rewriting may be what gives the disk and the memory back that there are too little of for an index; the index is then work of its own, later.
    private void JoinVectorIndex(DiskSegment result, int column, GraphSource[] sources, IndexRun run)
    {
        try
        {
            if (_files.IndexingOf(result, column).Build(sources, run) is not { } index)
            {
                result.LeaveUnindexed(column);
                return;
            }

            result.Attach(column, index);
            WrittenBytes += index.FileBytes;
        }
        catch (Exception e) when (e is OutOfMemoryException or (IOException and not (CorruptionException or SyncFailedException)))
        {
            // What was written was removed, and the column has no index yet.
        }
    }

    private static GraphSource? SourceOf(DiskSegment source, int column, RewrittenRows rows, DiskSegment result)
    {
        if (source.VectorIndexOf(column) is not { } index)
            return null;
        var numbers = new int[index.Header.VectorCount];
        var searchable = source.SearchableRowsOf(column);
        for (var ordinal = 0; ordinal < numbers.Length; ordinal++)
        {
            var row = rows.TargetOf(source, searchable.RowOf(ordinal));
            numbers[ordinal] = row == Segment.None ? GraphSource.Gone : result.OrdinalOf(column, row);
        }

        return new GraphSource(index.Graph.Parts, numbers);
    }

    private void WritePayloadIndexes(SealedSegmentWriter writer, RewrittenRows rows, CancellationToken cancellationToken)
    {
        using var builder = new PayloadIndexBuilder(_files.FileSystem, _files.RunsPathOf(_id), _indexes, rows.Count);
        for (var row = 0; row < rows.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            builder.Add(row, rows.PayloadUtf8(row));
        }

        builder.WriteTo(writer);
    }

    private static SealedSegmentSpec SegmentSpecOf(SealedSegmentId id, CollectionSchema schema, int payloadIndexes) => new(
        id,
        $"ActorVectorStore {typeof(SegmentRewrite).Assembly.GetName().Version}",
        [.. schema.Vectors.Select(DiskSegment.ColumnOf)],
        ExtraSectionsMax: schema.Vectors.Count(vector => DiskSegment.KeepsInverseNorms(vector) || vector.Kind == VectorKind.Sparse) + payloadIndexes);

    private static void WriteSparseIndex(SealedSegmentWriter writer, RewrittenRows rows, int column, CancellationToken cancellationToken)
    {
        var section = writer.BeginSection(DiskSegment.SparseIndexKeyOf(column), SparseIndexFormat.Version, SparseIndexFormat.Flags);
        new SparseIndexWriter(section, rows, column, cancellationToken: cancellationToken).Write();
        section.End();
    }

    private static void WriteInverseNorms(SealedSegmentWriter writer, RewrittenRows rows, int column)
    {
        var section = writer.BeginSection(
            DiskSegment.InverseNormsOf(column), SealedSegmentFormat.SectionVersion, SealedSectionFlags.Optional | SealedSectionFlags.Derived);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Has(column, row))
                section.Append(CosineScoring.InverseNormOf(rows.Components(column, row)));
        }

        section.End();
    }
}
