using System.Buffers.Binary;
using System.Globalization;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The ids of a segment. A <i>position</i> is a place in the order of <see cref="PointId"/>, of equal ids the one inserted earlier first; a <i>row</i> is a
/// place in the segment. Finding an id touches about log2(rows) places of the file. Needs a lease; safe from any thread.
/// </summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged.</remarks>
internal sealed class SealedIds
{
    private readonly SealedSection _numbers;
    private readonly SealedSection _uuids;
    private readonly SealedSection _rows;
    private readonly SealedSection _positions;
    private readonly int _numberCount;

    public SealedIds(SegmentSections sections, int count)
    {
        _numbers = sections.Require(SealedSectionKind.NumberIds);
        _uuids = sections.Require(SealedSectionKind.UuidIds);
        _rows = sections.Require(SealedSectionKind.RowsByPosition);
        _positions = sections.Require(SealedSectionKind.PositionsByRow);
        _numberCount = (int)(_numbers.Length / sizeof(ulong));
        Count = count;
    }

    /// <summary>Rows, and positions.</summary>
    public int Count { get; }

    /// <summary>The id at a position.</summary>
    public PointId IdAt(int position)
    {
        RequireIndex(position);
        if (position < _numberCount)
            return PointId.FromNumber(BinaryPrimitives.ReadUInt64LittleEndian(_numbers.Span((long)position * sizeof(ulong), sizeof(ulong))));
        var uuid = _uuids.Span((long)(position - _numberCount) * IdSections.UuidBytes, IdSections.UuidBytes);
        return PointId.FromUuid(new Guid(uuid, bigEndian: true));
    }

    /// <summary>The row at a position.</summary>
    public int RowAt(int position) => ReadIndex(_rows, position);

    /// <summary>The position of a row.</summary>
    public int PositionOf(int row) => ReadIndex(_positions, row);

    /// <summary>The id of a row.</summary>
    public PointId IdOf(int row) => IdAt(PositionOf(row));

    /// <summary>Asks for the position of a row, which will be read soon.</summary>
    public void PrefetchPosition(int row)
    {
        RequireIndex(row);
        _positions.Prefetch((long)row * sizeof(uint), sizeof(uint));
    }

    /// <summary>Asks for the id of a row, which will be read soon; reads its position.</summary>
    public void PrefetchId(int row)
    {
        var position = PositionOf(row);
        if (position < _numberCount)
            _numbers.Prefetch((long)position * sizeof(ulong), sizeof(ulong));
        else
            _uuids.Prefetch((long)(position - _numberCount) * IdSections.UuidBytes, IdSections.UuidBytes);
    }

    /// <summary>The first position whose id is not before this one; <see cref="Count"/> if all are.</summary>
    public int LowerBound(PointId id)
    {
        var low = 0;
        var high = Count;
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            if (IdAt(middle) < id)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The positions with this id: an id has several rows if it was written several times. Empty if there is none.</summary>
    public Range Find(PointId id)
    {
        var first = LowerBound(id);
        if (first == Count || IdAt(first) != id)
            return first..first;
        var end = first + 1;
        while (end < Count && IdAt(end) == id)
            end++;
        return first..end;
    }

    private int ReadIndex(SealedSection section, int index)
    {
        RequireIndex(index);
        var at = (long)index * sizeof(uint);
        var value = BinaryPrimitives.ReadUInt32LittleEndian(section.Span(at, sizeof(uint)));
        return value < Count ? (int)value : throw section.Corrupt(at, $"a number below {Count}", value.ToString(CultureInfo.InvariantCulture));
    }

    private void RequireIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
    }
}
