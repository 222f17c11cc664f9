using System.Runtime.CompilerServices;

namespace ActorVectorStore.Storage;

/// <summary>
/// Searches one segment by its vector index: the graph finds vectors that are close by their codes, and those are compared themselves. A filter that payload indexes know becomes the bits of what may be
/// found; others, and whether rows are visible, are asked of what was found. Pure over what a view sees; one thread.
/// </summary>
internal static class IndexedSearch
{
    // What is not known before is asked of so many times the candidates before all rows are asked.
    private const int WideningMax = 16;
    private const int WideningStep = 4;

    // Vectors that are asked for before they are compared: they lie apart.
    private const int FetchedAhead = 8;

    // Where at most one row in so many can pass, finding out which do is cheap.
    private const int FewShare = 16;

    /// <summary>
    /// Candidates at most: each that comes in moves half of the others, so that comparing all rows, which may be cancelled, is faster than a walk or scan that keeps more.
    /// </summary>
    public const int CandidatesMax = 16_384;

    /// <summary>Offers the closest rows of a segment to a query; false if it has no index, or all of its rows have to be compared.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static bool TryRun<TScoring>(VisibleRows rows, int part, int column, DenseQuery query, ref float[]? scratch, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        if (query.IsExact || query.Ef > CandidatesMax || rows.Segments[part] is not DiskSegment segment || segment.VectorIndexOf(column) is not { } index)
            return false;
        cancellationToken.ThrowIfCancellationRequested();
        var found = query.Filter is { } filter && IsKnown(segment, filter, cancellationToken)
            ? Find(index, query, segment.SearchableRowsOf(column).VectorsOf(rows.Matching(part, filter, cancellationToken)!))
            : FindByAsking(rows, part, column, query, index, cancellationToken);
        if (found is null)
            return false;
        Offer<TScoring>(rows, part, column, query, found, ref scratch);
        return true;
    }

    // Whether payload indexes tell the rows that pass, without reading many payloads.
    private static bool IsKnown(DiskSegment segment, RowFilter filter, CancellationToken cancellationToken)
    {
        if (!segment.HasIndexes)
            return false;
        var bound = segment.BoundOf(filter.Source, cancellationToken);
        return bound.Min == bound.Max || bound.Max <= segment.RowCount / FewShare;
    }

    private static int[] Find(VectorIndex index, DenseQuery query, FindableVectors? findable)
    {
        var found = new int[2 * Math.Min(query.Compared, index.Header.VectorCount)];
        return found[..index.Graph.Search(query.Components, query.Ef, findable is null ? default : findable.Passing, found.Length / 2, found, out _, query.Top.Bound)];
    }

    // What is visible, and passes a filter that no payload index knows, is asked of what is found: of more and more of the closest, until enough of them are right. Null if all rows have to be asked.
    private static int[]? FindByAsking(VisibleRows rows, int part, int column, DenseQuery query, VectorIndex index, CancellationToken cancellationToken)
    {
        var segment = (DiskSegment)rows.Segments[part];
        if (query.Filter is null && segment.AreAllVisible(0, segment.RowCount, rows.Index))
            return Find(index, query, findable: null);
        var (searchable, at) = (segment.SearchableRowsOf(column), rows.Index);
        for (var widening = 1; widening <= WideningMax && query.Ef <= CandidatesMax / widening; widening *= WideningStep)
        {
            var wide = query with { Ef = query.Ef * widening, Compared = query.Ef * widening };
            var found = Find(index, wide, findable: null);
            var right = Array.FindAll(found, ordinal => IsRight(searchable.RowOf(ordinal)));
            if (right.Length >= query.Compared || found.Length < wide.Compared)
                return right;
        }

        return query.Filter is null ? Find(index, query, searchable.VectorsOf(segment.VisibleAt(at))) : null;

        bool IsRight(int row) => segment.IsVisible(row, at) && query.Filter?.Matches(segment, row, cancellationToken) != false;
    }

    // Optimised from the first call: a shard that is searched once in a while would otherwise stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Offer<TScoring>(VisibleRows rows, int part, int column, DenseQuery query, ReadOnlySpan<int> ordinals, ref float[]? scratch)
        where TScoring : struct, IScoring
    {
        var segment = (DiskSegment)rows.Segments[part];
        var searchable = segment.SearchableRowsOf(column);
        segment.FetchVectors(column, ordinals);
        foreach (var ordinal in ordinals[..Math.Min(FetchedAhead, ordinals.Length)])
            segment.PrefetchVector(column, ordinal);
        for (var i = 0; i < ordinals.Length; i++)
        {
            if (i + FetchedAhead < ordinals.Length)
                segment.PrefetchVector(column, ordinals[i + FetchedAhead]);
            var vector = segment.VectorsAt(column, ordinals[i], count: 1, ref scratch);
            var cost = TScoring.Cost(query.Vector, vector.Vector(0), TScoring.UsesInverseNorm ? vector.InverseNorm(0) : 0);
            if (cost <= query.Top.Bound)
                query.Top.Offer(cost, new RowKey(part, searchable.RowOf(ordinals[i])));
        }
    }
}
