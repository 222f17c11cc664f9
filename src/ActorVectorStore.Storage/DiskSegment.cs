using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Index;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A sealed segment as a part of a shard: the file, and what was deleted of it since it was written. The file stays open, and stays there, as long as any
/// <see cref="SegmentSet"/> has it.
/// </summary>
internal sealed class DiskSegment : Segment
{
    // As they are stored: decoded they are up to four times as long.
    private const int BlockBytesTarget = 256 << 10;

    private readonly SealedSegment _file;
    private readonly SealedReader _reader;
    private readonly DenseColumn?[] _dense;
    private readonly SparseColumn?[] _sparse;
    private readonly MultiColumn?[] _multi;
    private readonly SealedSection?[] _inverseNorms;
    private readonly Tuple<SparseIndex?>?[] _sparseIndexes;
    private readonly Lock _leases = new();
    private Tuple<PointId, PointId>? _bounds;
    private SegmentIndexes? _indexes;
    private IdSketch? _sketch;
    private readonly VectorIndex?[] _vectorIndexes;
    private readonly SearchableRows?[] _searchable;
    private readonly bool[] _isLeftUnindexed;
    private Action<DiskSegment>? _whenUnused;
    private int _leaseCount;
    private bool _isClosed;

    /// <summary>A part of a shard.</summary>
    /// <param name="file">The file, whose columns are these vectors.</param>
    /// <param name="vectors">The collection's vectors.</param>
    /// <param name="entry">What the manifest says of it.</param>
    /// <param name="deletions">The deleted rows.</param>
    public DiskSegment(SealedSegment file, ImmutableArray<VectorSchema> vectors, SegmentEntry entry, Deletions deletions)
    {
        _file = file;
        _reader = file.Lease();
        _dense = [.. vectors.Select(vector => _reader.Dense(vector.Name))];
        _sparse = [.. vectors.Select(vector => _reader.Sparse(vector.Name))];
        _multi = [.. vectors.Select(vector => _reader.Multi(vector.Name))];
        _inverseNorms = [.. vectors.Select((_, column) => _reader.Section(InverseNormsOf(column)))];
        _sparseIndexes = new Tuple<SparseIndex?>?[vectors.Length];
        (_vectorIndexes, _searchable, _isLeftUnindexed) = (new VectorIndex?[vectors.Length], new SearchableRows?[vectors.Length], new bool[vectors.Length]);
        Vectors = vectors;
        Deletions = deletions;
        Entry = entry;
    }

    /// <summary>The column of a vector, as a segment of a shard describes it.</summary>
    public static SealedColumn ColumnOf(VectorSchema vector) =>
        new(vector.Name, vector.Kind, vector.Elements, vector.Distance, vector.Dimension, HasLengths: false);

    /// <summary>The section with the inverse norms of a column.</summary>
    public static SectionKey InverseNormsOf(int column) => new(SealedSectionKind.InverseNorms, (uint)column);

    /// <summary>Whether a segment keeps the inverse norms of a vector: what else is searched is decoded anyway.</summary>
    public static bool KeepsInverseNorms(VectorSchema vector) => vector is { Kind: VectorKind.Dense, Elements: ElementType.Float32, Distance: Distance.Cosine };

    /// <summary>The section with the inverted index of a sparse column.</summary>
    public static SectionKey SparseIndexKeyOf(int column) => new(SealedSectionKind.SparseIndex, (uint)column);

    /// <inheritdoc/>
    public override ImmutableArray<VectorSchema> Vectors { get; }

    /// <summary>What the manifest says of it. The owner changes it with what was written about its deletions.</summary>
    public SegmentEntry Entry { get; set; }

    /// <summary>The deleted rows.</summary>
    public Deletions Deletions { get; }

    /// <summary>The file's path.</summary>
    public string Path => _file.Path;

    /// <summary>Length of the file.</summary>
    public long FileBytes => _file.FileBytes;

    /// <summary>The part of the file that is live rows', taken by their number.</summary>
    public long LiveFileBytes => (long)((double)FileBytes * (RowCount - Deletions.Count) / RowCount);

    /// <summary>Whether a derived section was found damaged: reads compute what it held. Writing the segment anew mends it.</summary>
    public bool HasDerivedDamage { get => field || DamagedSections > 0; private set; }

    /// <summary>Derived sections that reads have found damaged.</summary>
    public int DamagedSections => _file.DamagedDerivedSections;

    /// <summary>Whether there are payload indexes.</summary>
    public bool HasIndexes => Indexes.All.Count > 0;

    /// <inheritdoc/>
    public override int RowCount => _file.RowCount;

    /// <inheritdoc/>
    public override long MemoryBytes => Deletions.MemoryBytes + (_sketch?.MemoryBytes ?? 0);

    /// <summary>Memory of the vector indexes, which no budget of rows counts.</summary>
    public long VectorIndexBytes => Enumerable.Range(0, _vectorIndexes.Length).Sum(column => VectorIndexOf(column)?.MemoryBytes ?? 0);

    /// <inheritdoc/>
    public override PointId IdOf(int row) => _reader.Ids.IdOf(row);

    /// <inheritdoc/>
    public override long InsertedAt(int row) => _reader.InsertedAt(row);

    /// <inheritdoc/>
    public override long DeletedAt(int row) => Deletions.At(row);

    /// <inheritdoc/>
    public override void PrefetchPlaces(int row, PointFields fields) => _reader.PrefetchPlaces(row, fields);

    /// <inheritdoc/>
    public override void Prefetch(int row, PointFields fields) => _reader.Prefetch(row, fields);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PayloadUtf8(int row)
    {
        var utf8 = _reader.Payloads.Utf8(row);
        return utf8.Length <= 2 ? default : utf8;
    }

    /// <inheritdoc/>
    public override Payload ReadPayload(int row) => _reader.Payloads.Read(row);

    /// <inheritdoc/>
    public override bool HasVector(int column, int row) => Vectors[column].Kind switch
    {
        VectorKind.Dense => _dense[column]!.OrdinalOf(row) != Presence.Absent,
        VectorKind.Sparse => _sparse[column]!.Has(row),
        _ => _multi[column]!.Has(row),
    };

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Components(int column, int row, ref float[]? scratch)
    {
        var dimension = Vectors[column].Dimension;
        if (_dense[column] is { } dense)
            return Decode(dense.Vectors, dense.OrdinalOf(row), 1, dimension, dimension, ref scratch);
        var multi = _multi[column]!;
        multi.TryFind(row, out var first, out var count);
        return Decode(multi.Vectors, first, count, dimension, dimension, ref scratch);
    }

    /// <inheritdoc/>
    public override SparseEntries Sparse(int column, int row)
    {
        _sparse[column]!.TryRead(row, out var entries);
        return entries;
    }

    /// <inheritdoc/>
    public override int ListLength(int column, int row)
    {
        if (_sparse[column] is { } sparse)
            return sparse.CountOf(row);
        _multi[column]!.TryFind(row, out _, out var count);
        return count;
    }

    /// <inheritdoc/>
    public override VectorBlock VectorsFrom(int column, ref int row, int end, ref float[]? scratch)
    {
        var dense = _dense[column]!;
        while (row < end && dense.OrdinalOf(row) == Presence.Absent)
            row++;
        if (row == end)
            return default;
        var ordinal = dense.OrdinalOf(row);
        var countMax = Math.Min(end - row, Math.Max(1, BlockBytesTarget / dense.Vectors.StrideBytes));
        var count = dense.PresentRows == RowCount ? countMax : 1;
        while (count < countMax && dense.HasNext(row + count, ordinal + count))
            count++;
        return VectorsAt(column, ordinal, count, ref scratch);
    }

    /// <summary>Vectors of a dense column by ordinal, one behind the other.</summary>
    /// <param name="column">Dense.</param>
    /// <param name="ordinal">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="scratch">As for <see cref="Components"/>.</param>
    public VectorBlock VectorsAt(int column, int ordinal, int count, ref float[]? scratch)
    {
        var vectors = _dense[column]!.Vectors;
        var stride = RowLayout.StrideOf(Vectors[column].Dimension);
        var floats = vectors.HasFloats
            ? MemoryMarshal.Cast<byte, float>(vectors.StoredRun(ordinal, count))
            : Decode(vectors, ordinal, count, Vectors[column].Dimension, stride, ref scratch);
        return new VectorBlock(floats, stride, InverseNorms(column, ordinal, count));
    }

    /// <inheritdoc/>
    public override VectorBlock ListBlock(int column, int row, ref float[]? scratch)
    {
        var multi = _multi[column]!;
        multi.TryFind(row, out var first, out var count);
        var stride = RowLayout.StrideOf(Vectors[column].Dimension);
        var floats = multi.Vectors.HasFloats
            ? MemoryMarshal.Cast<byte, float>(multi.Vectors.StoredRun(first, count))
            : Decode(multi.Vectors, first, count, Vectors[column].Dimension, stride, ref scratch);
        return new VectorBlock(floats, stride, default);
    }

    /// <inheritdoc/>
    public override int Find(PointId id, long index, int rowCount)
    {
        var positions = PositionsOf(id);
        for (var position = positions.End.Value - 1; position >= positions.Start.Value; position--)
        {
            var row = _reader.Ids.RowAt(position);
            if (IsVisible(row, index))
                return row;
        }

        return None;
    }

    /// <inheritdoc/>
    public override int FindLive(PointId id)
    {
        // Nearly all ids that are written are in no segment, or in one: only writes ask for so many that the sketch is worth its making.
        if (IsOutside(id))
            return None;
        _sketch ??= new IdSketch(Enumerable.Range(0, RowCount).Select(_reader.Ids.IdAt), RowCount);
        if (!_sketch.MayHave(id))
            return None;
        var positions = PositionsOf(id);
        for (var position = positions.End.Value - 1; position >= positions.Start.Value; position--)
        {
            var row = _reader.Ids.RowAt(position);
            if (DeletedAt(row) == Never)
                return row;
        }

        return None;
    }

    /// <inheritdoc/>
    public override IEnumerable<int> RowsFrom(PointId id, int rowCount)
    {
        for (var position = _reader.Ids.LowerBound(id); position < RowCount; position++)
            yield return _reader.Ids.RowAt(position);
    }

    /// <inheritdoc/>
    public override bool AreAllVisible(int first, int count, long index) => Entry.LastInsertedAt <= index && Deletions.HasNone(first, count);

    /// <inheritdoc/>
    public override void ReserveBurial(int row) => Deletions.Reserve(row);

    /// <inheritdoc/>
    public override bool Bury(int row, long index) => Deletions.Set(row, index);

    /// <summary>The vector index of a column; null as long as it has none.</summary>
    public VectorIndex? VectorIndexOf(int column) => Volatile.Read(ref _vectorIndexes[column]);

    /// <summary>Whether a column has no vector index, and may get one. Owner only.</summary>
    public bool IsIndexMissing(int column) => VectorIndexOf(column) is null && !_isLeftUnindexed[column];

    /// <summary>The vectors of a column do not suit an index: none is looked for any more. Owner only.</summary>
    public void LeaveUnindexed(int column) => _isLeftUnindexed[column] = true;

    /// <summary>Gives a column its vector index, which goes with the segment. Owner only, once for each column.</summary>
    public void Attach(int column, VectorIndex index)
    {
        if (Interlocked.CompareExchange(ref _vectorIndexes[column], index, null) is not null)
            throw new InvalidOperationException($"Column {column} of {Path} has a vector index already.");
    }

    /// <summary>The vectors of a dense column, by ordinal; as long as the segment is open.</summary>
    public SegmentVectors VectorsOf(int column, CancellationToken cancellation = default) => new(_dense[column]!, cancellation);

    /// <summary>Has the disk fetch vectors of a dense column, by ordinal, side by side, where they are thought to be there; without waiting.</summary>
    public void FetchVectors(int column, ReadOnlySpan<int> ordinals)
    {
        if (!Vectors[column].Index.VectorsOnDisk)
            return;
        foreach (var ordinal in ordinals)
            _dense[column]!.Vectors.WillNeed(ordinal);
    }

    /// <summary>Asks for a vector of a dense column that is in memory, by ordinal, and for what it is compared with, without waiting for it.</summary>
    public void PrefetchVector(int column, int ordinal)
    {
        MemoryFetch.Begin(_dense[column]!.Vectors.Stored(ordinal));
        if (_inverseNorms[column] is { } norms && (ordinal + 1L) * sizeof(float) <= norms.Length)
            norms.Prefetch((long)ordinal * sizeof(float), sizeof(float));
    }

    /// <summary>Ordinal of a row's vector in a dense column, or <see cref="Presence.Absent"/>.</summary>
    public int OrdinalOf(int column, int row) => _dense[column]!.OrdinalOf(row);

    /// <summary>Bytes of the vectors of a dense column, as they are stored.</summary>
    public long StoredVectorBytes(int column) => (long)_dense[column]!.PresentRows * _dense[column]!.Vectors.StrideBytes;

    /// <summary>Which vectors of a dense column stand for which rows, for searches of its index.</summary>
    public SearchableRows SearchableRowsOf(int column) => _searchable[column] ??= new SearchableRows(this, _dense[column]!);

    /// <summary>The file of a vector index was found damaged: it will be built again.</summary>
    public void TellIndexDamage(int column, CorruptionException damage) =>
        _file.TellDamage(ShardDamage.OfVectorIndex(damage, column));

    /// <summary>Whether the file has all of these indexes, whole as far as is known.</summary>
    public bool Has(IEnumerable<PayloadIndex> indexes) => indexes.All(index => Indexes.Find(index) is not null);

    /// <summary>The index of this description, or null; who finds it damaged calls <see cref="TellDerivedDamage"/>.</summary>
    public FieldIndex? FindIndex(PayloadIndex index) => Indexes.Find(index);

    /// <summary>The inverted index of a sparse column; null if there is none, or it is damaged.</summary>
    public SparseIndex? SparseIndexOf(int column)
    {
        try
        {
            return (_sparseIndexes[column] ??= Tuple.Create(OpenSparseIndex(column))).Item1;
        }
        catch (CorruptionException)
        {
            DropSparseIndex(column);
            return null;
        }
    }

    /// <summary>The inverted index of a sparse column was found damaged.</summary>
    public void DropSparseIndex(int column) => (HasDerivedDamage, _sparseIndexes[column]) = (true, Tuple.Create<SparseIndex?>(null));

    /// <summary>A payload index was found damaged.</summary>
    public void TellDerivedDamage() => HasDerivedDamage = true;

    /// <summary>The rows that are visible at an index.</summary>
    public RowBitmap VisibleAt(long index)
    {
        var rows = RowBitmap.Full(RowCount);
        var invisible = new RowBitmap(RowCount);
        foreach (var (row, _) in Deletions.UpTo(index))
            invisible.TryAdd(row);
        for (var row = 0; Entry.LastInsertedAt > index && row < RowCount; row++)
        {
            if (InsertedAt(row) > index)
                invisible.TryAdd(row);
        }

        rows.AndNot(invisible);
        return rows;
    }

    /// <summary>The rows among these that pass a filter, found by the indexes as far as they help.</summary>
    public RowBitmap Matching(Filter filter, RowBitmap among, CancellationToken cancellationToken) =>
        PlanOf(filter, cancellationToken).Evaluate(among, cancellationToken).Rows;

    /// <summary>How many rows pass a filter, visible or not; without reading payloads.</summary>
    public RowBound BoundOf(Filter filter, CancellationToken cancellationToken) => PlanOf(filter, cancellationToken).Bound;

    /// <summary>Compares every checksum of the file.</summary>
    public IReadOnlyList<SealedDamage> Scrub(IProgress<SealedScrubProgress>? progress, CancellationToken cancellationToken) =>
        _file.Scrub(progress, cancellationToken);

    /// <summary>Keeps the file open. One of those that keep it open already calls this, or its opener.</summary>
    public void Acquire()
    {
        using var scope = _leases.EnterScope();
        _leaseCount++;
    }

    /// <summary>Gives back what <see cref="Acquire"/> took; the last one closes the file.</summary>
    public void Release()
    {
        using (_leases.EnterScope())
        {
            if (--_leaseCount > 0)
                return;
        }

        Close();
    }

    /// <summary>Closes the file, which nobody has acquired.</summary>
    public void Close()
    {
        foreach (var index in _vectorIndexes)
            index?.Dispose();
        _reader.Dispose();
        _file.Dispose();
        Action<DiskSegment>? whenUnused;
        using (_leases.EnterScope())
        {
            _isClosed = true;
            whenUnused = _whenUnused;
        }

        whenUnused?.Invoke(this);
    }

    /// <summary>No manifest names the file any more: says so once nobody has it open, which may be now.</summary>
    public void Retire(Action<DiskSegment> whenUnused)
    {
        using (_leases.EnterScope())
        {
            _whenUnused = whenUnused;
            if (!_isClosed)
                return;
        }

        whenUnused(this);
    }

    private SparseIndex? OpenSparseIndex(int column) =>
        _reader.Section(SparseIndexKeyOf(column)) is { } section ? SparseIndex.Open(section, RowCount) : null;

    private SegmentIndexes Indexes => _indexes ??= SegmentIndexes.Open(_reader, wanted: null, _ => TellDerivedDamage());

    private FilterPlan PlanOf(Filter filter, CancellationToken cancellationToken) =>
        new FilterPlanner(_reader, Indexes, _ => TellDerivedDamage()).Plan(filter, cancellationToken);

    private Range PositionsOf(PointId id) => IsOutside(id) ? default : _reader.Ids.Find(id);

    // Ids that are written in ascending order lie outside the bounds of all older segments: most are looked for no further.
    private bool IsOutside(PointId id)
    {
        var (first, last) = _bounds ??= Tuple.Create(_reader.Ids.IdAt(0), _reader.Ids.IdAt(RowCount - 1));
        return id < first || last < id;
    }

    // Vectors one behind the other, zeros behind each; the mapped file itself where that is what it has.
    private static ReadOnlySpan<float> Decode(StoredVectors vectors, long first, int count, int dimension, int stride, ref float[]? scratch)
    {
        if (vectors.HasFloats && count == 1 && stride == dimension)
            return vectors.Floats(first);
        var length = checked(count * stride);
        if (scratch is null || scratch.Length < length)
            scratch = GC.AllocateUninitializedArray<float>(length);
        var target = scratch.AsSpan(0, length);
        for (var i = 0; i < count; i++)
        {
            vectors.Read(first + i, target.Slice(i * stride, dimension));
            target[((i * stride) + dimension)..((i + 1) * stride)].Clear();
        }

        return target;
    }

    private ReadOnlySpan<float> InverseNorms(int column, int ordinal, int count)
    {
        if (_inverseNorms[column] is not { } norms)
            return default;
        if (norms.Length == (long)_dense[column]!.PresentRows * sizeof(float) && norms.TrySpan((long)ordinal * sizeof(float), count * sizeof(float), out var span, out _))
            return MemoryMarshal.Cast<byte, float>(span);
        (HasDerivedDamage, _inverseNorms[column]) = (true, null);
        return default;
    }
}
