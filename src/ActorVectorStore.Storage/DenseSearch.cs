using System.Runtime.CompilerServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The closest rows to each query. A segment that has a vector index is searched by it (<see cref="IndexedSearch"/>); of the others every visible row is compared: exact, in the time of one pass over the
/// vectors. Several queries share the pass block by block, so that a block comes from memory once. A filter is asked only of rows that are close enough to be among the results. Pure over what a view sees;
/// one thread.
/// </summary>
internal static class DenseSearch
{
    // A few more than were thought are chance.
    private const double AgainFactor = 1.25;

    /// <summary>For each query the rows found and their scores, best first, the offset not yet skipped.</summary>
    /// <exception cref="OperationCanceledException">
    /// Cancelled; looked at before each block of vectors (256 KiB as they are stored, or one vector: up to four times as much in memory), each query and each condition on a field that a filter asks of a row.
    /// </exception>
    public static (float Score, RowKey Row)[][] Run(
        VisibleRows rows, CollectionSchema schema, IReadOnlyList<SearchRequest> requests, CancellationToken cancellationToken)
    {
        // One is usual, and must not wait for what several need.
        if (requests.Count == 1)
            return Run(rows, schema.Vectors[schema.IndexOf(requests[0].Using)], schema.IndexOf(requests[0].Using), [requests[0]], cancellationToken);
        var answers = new (float Score, RowKey Row)[requests.Count][];
        foreach (var sharing in Enumerable.Range(0, requests.Count).GroupBy(i => requests[i].Using))
        {
            var column = schema.IndexOf(sharing.Key);
            var found = Run(rows, schema.Vectors[column], column, [.. sharing.Select(i => requests[i])], cancellationToken);
            foreach (var (i, answer) in sharing.Zip(found))
                answers[i] = answer;
        }

        return answers;
    }

    /// <summary>Bytes that searches look at, about and at most: of a segment that is not searched by its index, or with a filter, all.</summary>
    public static long CostBytesOf(VisibleRows rows, CollectionSchema schema, IReadOnlyList<SearchRequest> requests)
    {
        var bytes = 0L;
        foreach (var request in requests)
        {
            var column = schema.IndexOf(request.Using);
            foreach (var segment in rows.Segments)
                bytes += CostBytesOf(segment, column, schema.Vectors[column], request);
        }

        return bytes;
    }

    /// <summary>Bytes of all segments.</summary>
    public static long AllBytesOf(VisibleRows rows) => rows.Segments.Sum(AllBytesOf);

    private static long AllBytesOf(Segment segment) => segment is DiskSegment onDisk ? onDisk.FileBytes : segment.MemoryBytes;

    private static long CostBytesOf(Segment segment, int column, VectorSchema vector, SearchRequest request)
    {
        if (request.Filter is not null || IsExact(request) || segment is not DiskSegment onDisk || onDisk.VectorIndexOf(column) is not { } index)
            return AllBytesOf(segment);
        return Math.Min(onDisk.FileBytes, (long)EfOf(vector, request) * index.Header.Options.Degree * index.Header.RowBytes);
    }

    private static (float Score, RowKey Row)[][] Run(
        VisibleRows rows, VectorSchema vector, int column, SearchRequest[] requests, CancellationToken cancellationToken) => vector.Distance switch
        {
            Distance.Cosine => Run<CosineScoring>(rows, vector, column, requests, cancellationToken),
            Distance.Dot => Run<DotScoring>(rows, vector, column, requests, cancellationToken),
            Distance.Euclid => Run<EuclidScoring>(rows, vector, column, requests, cancellationToken),
            Distance.Manhattan => Run<ManhattanScoring>(rows, vector, column, requests, cancellationToken),
            _ => throw new InvalidOperationException($"Distance {vector.Distance} has no scoring."),
        };

    private static (float Score, RowKey Row)[][] Run<TScoring>(
        VisibleRows rows, VectorSchema vector, int column, SearchRequest[] requests, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        if (rows.CountMax == 0)
            return [.. requests.Select(_ => Array.Empty<(float, RowKey)>())];
        var stride = RowLayout.StrideOf(vector.Dimension);
        var queries = requests.Zip(RowFilter.CompileAll(requests), (request, filter) => NewQuery<TScoring>(rows, vector, request, filter, stride)).ToArray();
        float[]? scratch = null;
        var (parts, scanned) = (LargestFirst(rows), new List<(TopRows, int)>());
        foreach (var part in parts)
        {
            var share = ShareOf(rows, part);
            Search<TScoring>(rows, part, column, Array.ConvertAll(queries, query => query.For(share)), scanned, ref scratch, cancellationToken);
        }

        foreach (var query in queries)
            SearchAgain<TScoring>(rows, parts, column, query, scanned, ref scratch, cancellationToken);
        return Array.ConvertAll(queries, query => Array.ConvertAll(query.Top.Drain(), hit => (TScoring.Turn(hit.Cost), hit.Row)));
    }

    private static void Search<TScoring>(
        VisibleRows rows, int part, int column, ReadOnlySpan<DenseQuery> queries, List<(TopRows Top, int Part)> scanned, ref float[]? scratch, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        List<DenseQuery>? unindexed = null;
        foreach (var query in queries)
        {
            if (!IndexedSearch.TryRun<TScoring>(rows, part, column, query, ref scratch, cancellationToken))
                (unindexed ??= new List<DenseQuery>(queries.Length)).Add(query);
        }

        if (unindexed is null)
            return;
        Scan<TScoring>(rows, part, column, unindexed, ref scratch, cancellationToken);
        scanned.AddRange(unindexed.Select(query => (query.Top, part)));
    }

    // Segments are not random parts: where one has far more of the closest than was thought, as where it is of one day or passes the filter alone, more candidates are asked of it.
    private static void SearchAgain<TScoring>(
        VisibleRows rows, int[] parts, int column, DenseQuery query, List<(TopRows Top, int Part)> scanned, ref float[]? scratch, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        foreach (var part in parts)
        {
            var wider = query.For((double)query.Top.CountOf(part) / Math.Max(1, query.Top.Count));
            if (wider.Ef <= AgainFactor * query.For(ShareOf(rows, part)).Ef || scanned.Contains((query.Top, part)))
                continue;
            var before = query.Top.Remove(part);
            Search<TScoring>(rows, part, column, [wider], scanned, ref scratch, cancellationToken);
            query.Top.OfferMissing(before);
        }
    }

    private static double ShareOf(VisibleRows rows, int part)
    {
        var all = 0L;
        foreach (var segment in rows.Segments)
            all += segment.RowCount;
        return (double)rows.Segments[part].RowCount / Math.Max(1, all);
    }

    // What large segments have found bounds what is compared of small ones.
    private static int[] LargestFirst(VisibleRows rows)
    {
        var (parts, sizes) = (new int[rows.Segments.Length], new long[rows.Segments.Length]);
        for (var part = 0; part < parts.Length; part++)
            (parts[part], sizes[part]) = (part, -((long)rows.Segments[part].RowCount << 32) + part);
        Array.Sort(sizes, parts);
        return parts;
    }

    private static DenseQuery NewQuery<TScoring>(VisibleRows rows, VectorSchema vector, SearchRequest request, RowFilter? filter, int stride)
        where TScoring : struct, IScoring
    {
        var (parameters, wanted) = (request.Parameters, request.Offset + request.Limit);
        var ef = EfOf(vector, request);
        var compared = parameters.Quantization?.Oversampling is { } oversampling ? (int)Math.Min(wanted * oversampling, int.MaxValue / 2) : Math.Min(ef, (wanted + ef) / 2);
        return new DenseQuery(
            TScoring.Prepare(request.Vector.Span, stride),
            request.Vector.ToArray(),
            NewTop<TScoring>(rows, request),
            filter,
            wanted,
            IsExact(request),
            Math.Max(ef, compared),
            compared);
    }

    private static bool IsExact(SearchRequest request) => request.Parameters.Exact || request.Parameters.Quantization?.Ignore == true;

    private static int EfOf(VectorSchema vector, SearchRequest request) =>
        Math.Max(request.Offset + request.Limit, request.Parameters.HnswEf ?? vector.Index.HnswEf);

    private static TopRows NewTop<TScoring>(VisibleRows rows, SearchRequest request)
        where TScoring : struct, IScoring
    {
        var costMax = request.ScoreThreshold is { } threshold ? TScoring.Turn(threshold) : float.PositiveInfinity;
        return new TopRows(rows, (int)Math.Min(request.Offset + request.Limit, rows.CountMax), costMax);
    }

    private static void Scan<TScoring>(
        VisibleRows rows, int part, int column, List<DenseQuery> queries, ref float[]? scratch, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        var (segment, end) = (rows.Segments[part], rows.RowCount(part));
        var unmatched = new List<DenseQuery>(queries.Count);
        foreach (var query in queries)
        {
            if (!ScanMatching<TScoring>(rows, part, column, query, ref scratch, cancellationToken))
                unmatched.Add(query);
        }

        for (var row = 0; row < end && unmatched.Count > 0;)
        {
            var block = segment.VectorsFrom(column, ref row, end, ref scratch);
            var areAllVisible = segment.AreAllVisible(row, block.Count, rows.Index);
            foreach (var query in unmatched)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Scan<TScoring>(segment, block, new RowKey(part, row), areAllVisible ? null : rows.Index, query, cancellationToken);
            }

            row += block.Count;
        }
    }

    /// <summary>Compares the rows that indexes say pass the query's filter; false if they say nothing.</summary>
    private static bool ScanMatching<TScoring>(
        VisibleRows rows, int part, int column, DenseQuery query, ref float[]? scratch, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        if (rows.Matching(part, query.Filter, cancellationToken) is not { } matching)
            return false;
        foreach (var row in matching)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = row;
            var block = rows.Segments[part].VectorsFrom(column, ref first, row + 1, ref scratch);
            if (block.Count == 0)
                continue;
            query.Top.Offer(TScoring.Cost(query.Vector, block.Vector(0), TScoring.UsesInverseNorm ? block.InverseNorm(0) : 0), new RowKey(part, row));
        }

        return true;
    }

    // Optimised from the first call: a shard that is searched once in a while would otherwise stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scan<TScoring>(
        Segment segment, VectorBlock block, RowKey first, long? index, DenseQuery query, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        ReadOnlySpan<float> vector = query.Vector;
        var (top, filter) = (query.Top, query.Filter);
        var bound = top.Bound;
        for (var slot = 0; slot < block.Count; slot++)
        {
            var row = first.Row + slot;
            if (index is { } at && !segment.IsVisible(row, at))
                continue;
            var cost = TScoring.Cost(vector, block.Vector(slot), TScoring.UsesInverseNorm ? block.InverseNorm(slot) : 0);
            if (cost > bound)
                continue;
            if (filter is not null && !filter.Matches(segment, row, cancellationToken))
                continue;

            top.Offer(cost, first with { Row = row });
            bound = top.Bound;
        }
    }
}
