using System.Buffers.Binary;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Finds ranges of keys that have all places of an extent, and few others: cells in which many keys lie across the extent's edge are quartered, as in
/// a quadtree (Finkel, Bentley: Quad trees, 1974), whose cells are ranges of <see cref="PlaceKey"/>. One use.
/// </summary>
internal sealed class GeoCover
{
    private const int KeysWorthQuartering = 256;
    private const int RangesMax = 1_024;

    private readonly KeyTable _keys;
    private readonly (uint First, uint Last) _columns;
    private readonly (uint First, uint Last) _rows;
    private readonly List<KeyRange> _ranges;

    private GeoCover(KeyTable keys, GeoExtent extent, List<KeyRange> ranges)
    {
        _keys = keys;
        _columns = (PlaceKey.Column(extent.West), PlaceKey.Column(extent.East));
        _rows = (PlaceKey.Row(extent.South), PlaceKey.Row(extent.North));
        _ranges = ranges;
    }

    /// <summary>Ranges that have all keys of places inside an area; two may have keys in common.</summary>
    /// <exception cref="CorruptionException">A key that it touches is damaged.</exception>
    public static IReadOnlyList<KeyRange> Of(KeyTable keys, GeoArea area)
    {
        var ranges = new List<KeyRange>();
        foreach (var extent in GeoExtent.Around(area))
            new GeoCover(keys, extent, ranges).Visit(0, 0, PlaceKey.AngleBits, new KeyRange(0, keys.Count));
        return ranges;
    }

    // The cell is a square of 2^bits columns and rows; its keys are those of the range.
    private void Visit(uint column, uint row, int bits, KeyRange range)
    {
        if (range.Count == 0)
            return;
        var last = (uint)((1UL << bits) - 1);
        if (column > _columns.Last || column + last < _columns.First || row > _rows.Last || row + last < _rows.First)
            return;
        var isInside = column >= _columns.First && column + last <= _columns.Last && row >= _rows.First && row + last <= _rows.Last;
        if (isInside || bits == 0 || range.Count <= KeysWorthQuartering || _ranges.Count >= RangesMax)
            Add(range);
        else
            VisitQuarters(column, row, bits - 1, range);
    }

    // The quarters lie in the order of the keys: south-west, north-west, south-east, north-east.
    private void VisitQuarters(uint column, uint row, int bits, KeyRange range)
    {
        var start = range.Start;
        for (var quarter = 0u; quarter < 4; quarter++)
        {
            var number = quarter;
            var end = quarter == 3 ? range.End : _keys.FirstWhere(new KeyRange(start, range.End), key => QuarterOf(key, bits) > number);
            Visit(column + ((quarter >> 1) << bits), row + ((quarter & 1) << bits), bits, new KeyRange(start, end));
            start = end;
        }
    }

    private static uint QuarterOf(ReadOnlySpan<byte> key, int bits) => (uint)(BinaryPrimitives.ReadUInt64BigEndian(key) >> (2 * bits)) & 3;

    private void Add(KeyRange range)
    {
        if (_ranges.Count > 0 && _ranges[^1].End == range.Start)
            _ranges[^1] = new KeyRange(_ranges[^1].Start, range.End);
        else
            _ranges.Add(range);
    }
}
