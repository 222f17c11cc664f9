using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The rows of one or several segments that a new segment is made of, one segment behind the other, each in its old order. Memory: 4 bytes for each row. Holds
/// no lease: whoever makes it does.
/// </summary>
internal sealed class RewrittenRows : ISealedRows
{
    private readonly Segment[] _sources;
    private readonly int[][] _rows;
    private readonly int[] _firstTarget;
    private int _source;
    private float[]? _scratch;

    /// <summary>Chooses the rows that a rule keeps. One pass over the sources' versions.</summary>
    public RewrittenRows(IReadOnlyList<Segment> sources, RetentionRule rule)
    {
        _sources = [.. sources];
        _rows = Array.ConvertAll(_sources, source => Keep(source, rule));
        _firstTarget = new int[_sources.Length];
        for (var i = 0; i < _sources.Length; i++)
        {
            _firstTarget[i] = Count;
            Count = checked(Count + _rows[i].Length);
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The lowest index at which none of the rows is missing that were not kept.</summary>
    public long HistoryStart { get; private set; }

    /// <summary>The new number of a row, or <see cref="Segment.None"/> if it is not kept.</summary>
    public int TargetOf(Segment source, int row)
    {
        var number = Array.IndexOf(_sources, source);
        var at = Array.BinarySearch(_rows[number], row);
        return at < 0 ? Segment.None : _firstTarget[number] + at;
    }

    /// <summary>Log index that deleted the row, as far as is known now.</summary>
    public long DeletedAt(int row) => At(row, out var old).DeletedAt(old);

    /// <inheritdoc/>
    public PointId Id(int row) => At(row, out var old).IdOf(old);

    /// <inheritdoc/>
    public long InsertedAt(int row) => At(row, out var old).InsertedAt(old);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> PayloadUtf8(int row) => At(row, out var old).PayloadUtf8(old);

    /// <inheritdoc/>
    public bool Has(int column, int row) => At(row, out var old).HasVector(column, old);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Components(int column, int row) => At(row, out var old).Components(column, old, ref _scratch);

    /// <inheritdoc/>
    public float Length(int column, int row, int index) => throw new InvalidOperationException("Vectors are stored as they were written, without lengths.");

    /// <inheritdoc/>
    public ReadOnlySpan<uint> SparseIndices(int column, int row) => At(row, out var old).Sparse(column, old).Indices;

    /// <inheritdoc/>
    public ReadOnlySpan<float> SparseValues(int column, int row) => At(row, out var old).Sparse(column, old).Values;

    private int[] Keep(Segment source, RetentionRule rule)
    {
        var kept = new List<int>(source.RowCount);
        for (var row = 0; row < source.RowCount; row++)
        {
            var deletedAt = source.DeletedAt(row);
            if (deletedAt == Segment.Never || rule.Keeps(source.InsertedAt(row), deletedAt))
                kept.Add(row);
            else if (source.InsertedAt(row) < deletedAt)
                HistoryStart = Math.Max(HistoryStart, deletedAt);
        }

        return [.. kept];
    }

    // The writer mostly goes upwards: the source of the row before is tried first.
    private Segment At(int row, out int old)
    {
        if (row < _firstTarget[_source] || row >= _firstTarget[_source] + _rows[_source].Length)
            _source = SourceOf(row);
        old = _rows[_source][row - _firstTarget[_source]];
        return _sources[_source];
    }

    private int SourceOf(int row)
    {
        var source = 0;
        while (row >= _firstTarget[source] + _rows[source].Length)
            source++;
        return source;
    }
}
