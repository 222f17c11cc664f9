using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A sealed segment as a part of a shard: the file, and what was deleted of it since it was written. The file stays open, and stays there, as long as any
/// <see cref="SegmentSet"/> has it.
/// </summary>
internal sealed class DiskSegment : Segment
{
    /// <summary>Name of the column that has every point's vector.</summary>
    public const string VectorColumn = "";

    private const int BlockBytesTarget = 256 << 10;

    private readonly SealedSegment _file;
    private readonly SealedReader _reader;
    private readonly StoredVectors _vectors;
    private readonly SealedSection? _inverseNorms;
    private readonly Lock _leases = new();
    private readonly int _strideFloats;
    private Tuple<PointId, PointId>? _bounds;
    private SegmentIndexes? _indexes;
    private IdSketch? _sketch;
    private Action<string>? _whenUnused;
    private int _leaseCount;
    private bool _isClosed;
    private bool _areNormsDamaged;

    public DiskSegment(SealedSegment file, SegmentEntry entry, Deletions deletions)
    {
        _file = file;
        _reader = file.Lease();
        _vectors = _reader.Dense(VectorColumn)!.Vectors;
        _strideFloats = _vectors.StrideBytes / sizeof(float);
        _inverseNorms = _reader.Section(new SectionKey(SealedSectionKind.InverseNorms));
        Deletions = deletions;
        Entry = entry;
    }

    /// <summary>The column that has every point's vector, as a segment of a shard describes it.</summary>
    public static SealedColumn ColumnOf(int dimension, Distance distance) =>
        new(VectorColumn, SealedColumnKind.Dense, ElementType.Float32, distance, dimension, HasLengths: false);

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

    /// <inheritdoc/>
    public override PointId IdOf(int row) => _reader.Ids.IdOf(row);

    /// <inheritdoc/>
    public override long InsertedAt(int row) => _reader.InsertedAt(row);

    /// <inheritdoc/>
    public override long DeletedAt(int row) => Deletions.At(row);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PayloadUtf8(int row)
    {
        var utf8 = _reader.Payloads.ReadUtf8(row).Span;
        return utf8.Length <= 2 ? default : utf8;
    }

    /// <inheritdoc/>
    public override Payload ReadPayload(int row) => _reader.Payloads.Read(row);

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Vector(int row) => _vectors.Floats(row);

    /// <inheritdoc/>
    public override VectorBlock VectorsFrom(int row, int end)
    {
        var count = Math.Min(end - row, Math.Max(1, BlockBytesTarget / _vectors.StrideBytes));
        return new VectorBlock(MemoryMarshal.Cast<byte, float>(_vectors.StoredRun(row, count)), _strideFloats, InverseNorms(row, count));
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

    /// <summary>Whether the file has all of these indexes, whole as far as is known.</summary>
    public bool Has(IEnumerable<PayloadIndex> indexes) => indexes.All(index => Indexes.Find(index) is not null);

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
        _reader.Dispose();
        _file.Dispose();
        Action<string>? whenUnused;
        using (_leases.EnterScope())
        {
            _isClosed = true;
            whenUnused = _whenUnused;
        }

        whenUnused?.Invoke(Path);
    }

    /// <summary>No manifest names the file any more: says so once nobody has it open, which may be now.</summary>
    public void Retire(Action<string> whenUnused)
    {
        using (_leases.EnterScope())
        {
            _whenUnused = whenUnused;
            if (!_isClosed)
                return;
        }

        whenUnused(Path);
    }

    private SegmentIndexes Indexes => _indexes ??= SegmentIndexes.Open(_reader, wanted: null, _ => HasDerivedDamage = true);

    private FilterPlan PlanOf(Filter filter, CancellationToken cancellationToken) =>
        new FilterPlanner(_reader, Indexes, _ => HasDerivedDamage = true).Plan(filter, cancellationToken);

    private Range PositionsOf(PointId id) => IsOutside(id) ? default : _reader.Ids.Find(id);

    // Ids that are written in ascending order lie outside the bounds of all older segments: most are looked for no further.
    private bool IsOutside(PointId id)
    {
        var (first, last) = _bounds ??= Tuple.Create(_reader.Ids.IdAt(0), _reader.Ids.IdAt(RowCount - 1));
        return id < first || last < id;
    }

    private ReadOnlySpan<float> InverseNorms(int row, int count)
    {
        if (_inverseNorms is null || _areNormsDamaged)
            return default;
        if (_inverseNorms.Length == (long)RowCount * sizeof(float) && _inverseNorms.TrySpan((long)row * sizeof(float), count * sizeof(float), out var span, out _))
            return MemoryMarshal.Cast<byte, float>(span);
        (HasDerivedDamage, _areNormsDamaged) = (true, true);
        return default;
    }
}
