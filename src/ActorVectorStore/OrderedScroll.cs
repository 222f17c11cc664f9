using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore;

/// <summary>
/// A page in the order of a field, over all shards. Shards say only which of their rows come first, a few shards at a time; points are read once it is known which are on the page. So
/// there are never more rows in memory than the limit, once for each processor and once for the page.
/// </summary>
internal static class OrderedScroll
{
    /// <summary>The page.</summary>
    public static async Task<ScrollPage> ReadAsync(ShardViews shards, ScrollRequest request, PayloadIndex index, CancellationToken cancellation)
    {
        var order = OrderedRow.ComparerOf(request.OrderBy!.Direction);
        var first = Array.Empty<(OrderedRow Row, ReadView View)>();
        for (var shard = 0; shard < shards.Views.Count; shard += ReaderSlots.Count)
        {
            var some = shard..Math.Min(shards.Views.Count, shard + ReaderSlots.Count);
            var parts = await shards.ReadAsync(some, view => (Rows: view.Order(request, index, cancellation), View: view), cancellation).ConfigureAwait(false);
            first = [.. first.Concat(parts.SelectMany(part => part.Rows.Select(row => (row, part.View)))).OrderBy(entry => entry.Item1, order).Take(request.Limit)];
        }

        var bytesLeft = (long)ModelLimits.ScrollBytesMax;
        PointRecord Read((OrderedRow Row, ReadView View) entry)
        {
            cancellation.ThrowIfCancellationRequested();
            return entry.View.Read(entry.Row, request.Fields, ref bytesLeft);
        }

        return await shards.RunAsync(() => new ScrollPage([.. first.Select(Read)], NextOffset: null), cancellation).ConfigureAwait(false);
    }
}
