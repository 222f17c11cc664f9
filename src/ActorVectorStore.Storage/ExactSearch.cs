using System.Runtime.CompilerServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Compares every visible row with each query: exact, in the time of one pass over the vectors. Several queries share the pass chunk by chunk, so
/// that a chunk comes from memory once. A filter is asked only of rows that are close enough to be among the results. Pure over a published state;
/// one thread.
/// </summary>
internal static class ExactSearch
{
    /// <summary>For each query the rows found and their scores, best first, the offset not yet skipped.</summary>
    /// <exception cref="OperationCanceledException">
    /// Cancelled; looked at before each chunk of about 256 KiB, each query and each condition on a field that a filter asks of a row.
    /// </exception>
    public static (float Score, int Row)[][] Run(
        ShardState state, Distance distance, IReadOnlyList<SearchRequest> requests, CancellationToken cancellationToken) => distance switch
        {
            Distance.Cosine => Run<CosineScoring>(state, requests, cancellationToken),
            Distance.Dot => Run<DotScoring>(state, requests, cancellationToken),
            Distance.Euclid => Run<EuclidScoring>(state, requests, cancellationToken),
            Distance.Manhattan => Run<ManhattanScoring>(state, requests, cancellationToken),
            _ => throw new InvalidOperationException($"Distance {distance} has no scoring."),
        };

    private static (float Score, int Row)[][] Run<TScoring>(
        ShardState state, IReadOnlyList<SearchRequest> requests, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        if (state.LiveCount == 0)
            return [.. requests.Select(_ => Array.Empty<(float, int)>())];
        var layout = state.Segment.Layout;
        var queries = requests.Zip(RowFilter.CompileAll(requests), (request, filter) => new Query(
            TScoring.Prepare(request.Vector.Span, layout.Stride), NewTop<TScoring>(state, request), filter)).ToArray();
        for (var row = 0; row < state.RowCount; row += layout.RowsPerChunk)
        {
            var chunk = state.Segment.ChunkOf(row);
            var count = Math.Min(layout.RowsPerChunk, state.RowCount - row);
            foreach (var query in queries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Scan<TScoring>(chunk, row, count, state.Index, query, cancellationToken);
            }
        }

        return Array.ConvertAll(queries, query => Array.ConvertAll(query.Top.Drain(), hit => (TScoring.Turn(hit.Cost), hit.Row)));
    }

    private static TopRows NewTop<TScoring>(ShardState state, SearchRequest request)
        where TScoring : struct, IScoring
    {
        var costMax = request.ScoreThreshold is { } threshold ? TScoring.Turn(threshold) : float.PositiveInfinity;
        return new TopRows(state.Segment, Math.Min(request.Offset + request.Limit, state.LiveCount), costMax);
    }

    // Optimised from the first call: a shard that is searched once in a while would otherwise stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scan<TScoring>(
        RowChunk chunk, int firstRow, int count, long index, Query query, CancellationToken cancellationToken)
        where TScoring : struct, IScoring
    {
        ReadOnlySpan<float> vector = query.Vector;
        var (_, top, filter) = query;
        var bound = top.Bound;
        for (var slot = 0; slot < count; slot++)
        {
            if (chunk.DeletedAt(slot) <= index)
                continue;
            var cost = TScoring.Cost(vector, chunk.PaddedVector(slot), chunk.InverseNorm[slot]);
            if (cost > bound)
                continue;
            if (filter is not null && !filter.Matches(chunk.Ids[slot], chunk.Payloads[slot].Span, cancellationToken))
                continue;

            top.Offer(cost, firstRow + slot);
            bound = top.Bound;
        }
    }

    private sealed record Query(float[] Vector, TopRows Top, RowFilter? Filter);
}
