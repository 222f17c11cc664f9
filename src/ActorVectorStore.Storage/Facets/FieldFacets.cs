using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Counts the values of a field in a view. A segment with an index is counted in it; the payloads of one without, or with a damaged one, are read. Memory: one bit for each row, and
/// what <see cref="ScannedFacets"/> takes for each segment whose payloads are read.
/// </summary>
/// <param name="rows">The view's rows.</param>
/// <param name="filter">Which of them count; null for all.</param>
/// <param name="index">The index that says what the values are.</param>
/// <param name="cancellation">Looked at before each row and each value.</param>
internal sealed class FieldFacets(VisibleRows rows, Filter? filter, PayloadIndex index, CancellationToken cancellation)
{
    private readonly RowFilter? _filter = RowFilter.Compile(filter);

    /// <summary>Begins the walk.</summary>
    public FacetWalk Walk() => new MergedFacets(Enumerable.Range(0, rows.Segments.Length).Select(WalkOf), cancellation);

    private FacetWalk WalkOf(int segment)
    {
        var part = rows.Segments[segment];
        var rowCount = rows.RowCount(segment);
        var passing = _filter is null && part.AreAllVisible(0, rowCount, rows.Index) ? null : rows.Passing(segment, _filter, cancellation);
        FacetWalk Scan(byte[]? after) => new ScannedFacets(part, passing ?? RowBitmap.Full(rowCount), index, after);
        return part is DiskSegment onDisk && onDisk.FindIndex(index) is { } found
            ? new MendedFacets(() => WalkIn(found.Index, passing), Scan, onDisk.TellDerivedDamage)
            : Scan(after: null);
    }

    private static FacetWalk WalkIn(IndexSection index, RowBitmap? passing) => PayloadIndexSectionFormat.KeyBytes(index.Description.Kind) > 0
        ? new KeyFacets(index, passing)
        : new TermFacets(index, passing);
}
