using System.Runtime.InteropServices;

namespace ActorVectorStore.Storage;

/// <summary>
/// Writes the inverted index of a sparse column; its twin is <see cref="SparseIndex"/>. Goes through the rows once for each group: takes the postings of the lowest dimensions that fit in memory, sorts and
/// writes them, and begins again behind them. The same rows give the same bytes. One use, one thread.
/// </summary>
/// <remarks>Memory: 24 bytes for each posting of a group: those that the caller allows or, if one dimension has more, those of this one.</remarks>
/// <param name="target">The open section.</param>
/// <param name="rows">The rows.</param>
/// <param name="column">A sparse column of theirs.</param>
/// <param name="groupPostings">Postings of a group, at least 2.</param>
/// <param name="cancellationToken">Looked at before each row.</param>
internal sealed class SparseIndexWriter(
    SectionAppender target, ISealedRows rows, int column, int groupPostings = SparseIndexWriter.GroupPostingsDefault, CancellationToken cancellationToken = default)
{
    /// <summary>A good number of postings of a group: 64 MiB.</summary>
    public const int GroupPostingsDefault = (64 << 20) / 24;

    private const long BehindLast = 1L << 32;

    private readonly byte[] _reserve = new byte[SparseIndexFormat.TrailerBytes - 32];
    private readonly List<SparseGroup> _groups = [];

    private readonly PostingBuffer _buffer = new(groupPostings);
    private long _postings;
    private int _present;

    /// <summary>Writes the index.</summary>
    public void Write()
    {
        for (var first = 0L; first < BehindLast;)
        {
            var end = Collect(first);
            WriteGroup();
            first = end;
        }

        foreach (var group in _groups)
            group.Write(target);
        WriteTrailer();
    }

    // The postings of dimensions from one on, up to where memory ends, which is the result.
    private long Collect(long first)
    {
        _buffer.Clear();
        _present = 0;
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
        while (count > _buffer.Room)
        {
            end = _buffer.MakeRoom() ?? end;
            count = FirstFrom(indices, end) - start;
        }

        if (count > 0)
            _buffer.Add(row, indices.Slice(start, count), rows.SparseValues(column, row).Slice(start, count));
        return end;
    }

    private static int FirstFrom(ReadOnlySpan<uint> ascending, long first)
    {
        if (first == BehindLast)
            return ascending.Length;
        var at = ascending.BinarySearch((uint)first);
        return at < 0 ? ~at : at;
    }

    private void WriteGroup()
    {
        if (_buffer.Count == 0)
            return;
        _buffer.Sort();
        var lists = target.Length;
        foreach (var list in Lists())
            WriteList(list);
        var table = target.Length;
        var dimensions = 0u;
        foreach (var list in Lists())
        {
            var weights = _buffer.Weights(list);
            var (lowest, highest) = (weights[0], weights[0]);
            foreach (var weight in weights)
                (lowest, highest) = (Math.Min(lowest, weight), Math.Max(highest, weight));
            var start = lists + ((long)list.Start.Value * SparseIndexFormat.PostingBytes);
            new SparseDimension(_buffer.DimensionOf(list.Start.Value), (uint)weights.Length, lowest, highest, start).Write(target);
            dimensions++;
        }

        _postings += _buffer.Count;
        _groups.Add(new SparseGroup(_buffer.DimensionOf(0), _buffer.DimensionOf(_buffer.Count - 1), table, dimensions));
    }

    private IEnumerable<Range> Lists()
    {
        for (var start = 0; start < _buffer.Count;)
        {
            var (dimension, end) = (_buffer.DimensionOf(start), start + 1);
            while (end < _buffer.Count && _buffer.DimensionOf(end) == dimension)
                end++;
            yield return start..end;
            start = end;
        }
    }

    private void WriteList(Range list)
    {
        var (start, count) = list.GetOffsetAndLength(_buffer.Count);
        for (var end = start + count; start < end; start += SparseIndexFormat.BlockPostings)
        {
            var blockEnd = Math.Min(end, start + SparseIndexFormat.BlockPostings);
            for (var i = start; i < blockEnd; i++)
                target.Append(_buffer.RowOf(i));
            target.Append(MemoryMarshal.AsBytes(_buffer.Weights(start..blockEnd)));
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
