namespace ActorVectorStore.Storage;

/// <summary>
/// Writes the inverted index of a sparse column; its twin is <see cref="SparseIndex"/>. Goes through the rows once for each group: takes the postings of the lowest dimensions that fit in memory, sorts and
/// writes them, and begins again behind them. The same rows give the same bytes. One use, one thread.
/// </summary>
/// <remarks>Memory: 12 bytes for each posting of a group: those that the caller allows or, if one dimension has more, those of this one.</remarks>
/// <param name="target">The open section.</param>
/// <param name="rows">The rows.</param>
/// <param name="column">A sparse column of theirs.</param>
/// <param name="groupPostings">Postings of a group, at least 2.</param>
/// <param name="cancellationToken">Looked at before each row.</param>
internal sealed class SparseIndexWriter(
    SectionAppender target, ISealedRows rows, int column, int groupPostings = SparseIndexWriter.GroupPostingsDefault, CancellationToken cancellationToken = default)
{
    /// <summary>A good number of postings of a group: 64 MiB.</summary>
    public const int GroupPostingsDefault = (64 << 20) / 12;

    private const long BehindLast = 1L << 32;

    private readonly byte[] _reserve = new byte[SparseIndexFormat.TrailerBytes - 32];
    private readonly List<SparseGroup> _groups = [];

    // Dimension and row of each posting, in a number that is ordered as they are, and its weight.
    private ulong[] _keys = [];
    private float[] _weights = [];
    private int _count;
    private long _postings;
    private int _present;

    /// <summary>Writes the index.</summary>
    public void Write()
    {
        for (var first = 0L; first < BehindLast;)
        {
            var end = Collect(first);
            Array.Sort(_keys, _weights, 0, _count);
            WriteGroup();
            first = end;
        }

        foreach (var group in _groups)
            group.Write(target);
        WriteTrailer();
    }

    private static uint DimensionOf(ulong key) => (uint)(key >> 32);

    // The postings of dimensions from one on, up to where memory ends, which is the result.
    private long Collect(long first)
    {
        (_count, _present) = (0, 0);
        var end = BehindLast;
        for (var row = 0; row < rows.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!rows.Has(column, row))
                continue;
            _present++;
            end = Collect(row, first, end);
        }

        return end;
    }

    private long Collect(int row, long first, long end)
    {
        var indices = rows.SparseIndices(column, row);
        var start = FirstFrom(indices, first);
        var count = FirstFrom(indices, end) - start;
        while (count > _keys.Length - _count)
        {
            end = MakeRoom(end);
            count = FirstFrom(indices, end) - start;
        }

        for (var i = 0; i < count; i++)
            _keys[_count + i] = ((ulong)indices[start + i] << 32) | (uint)row;
        if (count > 0)
            rows.SparseValues(column, row).Slice(start, count).CopyTo(_weights.AsSpan(_count));
        _count += count;
        return end;
    }

    private static int FirstFrom(ReadOnlySpan<uint> ascending, long first)
    {
        if (first == BehindLast)
            return ascending.Length;
        var at = ascending.BinarySearch((uint)first);
        return at < 0 ? ~at : at;
    }

    // Longer arrays, up to what is allowed; then without the higher half of the dimensions, which wait for another group. One dimension alone may be longer.
    private long MakeRoom(long end)
    {
        if (_keys.Length < groupPostings)
        {
            Grow(Math.Min(groupPostings, Math.Max(1_024, _keys.Length * 2)));
            return end;
        }

        Array.Sort(_keys, _weights, 0, _count);
        var cut = _count / 2;
        while (cut < _count && DimensionOf(_keys[cut]) == DimensionOf(_keys[0]))
            cut++;
        if (cut == _count)
        {
            Grow(_keys.Length * 2);
            return end;
        }

        var behind = DimensionOf(_keys[cut]);
        while (DimensionOf(_keys[cut - 1]) == behind)
            cut--;
        _count = cut;
        return behind;
    }

    private void Grow(int length)
    {
        Array.Resize(ref _keys, length);
        Array.Resize(ref _weights, length);
    }

    private void WriteGroup()
    {
        if (_count == 0)
            return;
        var lists = target.Length;
        foreach (var list in Lists())
            WriteList(list);
        var table = target.Length;
        var dimensions = 0u;
        foreach (var list in Lists())
        {
            var weights = _weights.AsSpan(list);
            var (lowest, highest) = (weights[0], weights[0]);
            foreach (var weight in weights)
                (lowest, highest) = (Math.Min(lowest, weight), Math.Max(highest, weight));
            new SparseDimension(DimensionOf(_keys[list.Start]), (uint)weights.Length, lowest, highest, lists + ((long)list.Start.Value * SparseIndexFormat.PostingBytes)).Write(target);
            dimensions++;
        }

        _postings += _count;
        _groups.Add(new SparseGroup(DimensionOf(_keys[0]), DimensionOf(_keys[_count - 1]), table, dimensions));
    }

    private IEnumerable<Range> Lists()
    {
        for (var start = 0; start < _count;)
        {
            var end = start + 1;
            while (end < _count && DimensionOf(_keys[end]) == DimensionOf(_keys[start]))
                end++;
            yield return start..end;
            start = end;
        }
    }

    private void WriteList(Range list)
    {
        var (start, count) = list.GetOffsetAndLength(_count);
        for (var end = start + count; start < end; start += SparseIndexFormat.BlockPostings)
        {
            var blockEnd = Math.Min(end, start + SparseIndexFormat.BlockPostings);
            for (var i = start; i < blockEnd; i++)
                target.Append((uint)_keys[i]);
            for (var i = start; i < blockEnd; i++)
                target.Append(_weights[i]);
        }
    }

    private void WriteTrailer()
    {
        target.Append(SparseIndexFormat.Magic);
        target.Append((uint)rows.Count);
        target.Append((uint)_groups.Count);
        target.Append(0u);
        target.Append((ulong)_postings);
        target.Append((ulong)_present);
        target.Append(_reserve);
    }
}
