using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore;

/// <summary>
/// A view of each shard of a collection, for requests that read several of them for one answer. One request at a time; disposed of when its reads have ended.
/// </summary>
internal sealed class ShardViews(IReadOnlyList<ReadView> views, ReaderSlots slots) : IDisposable
{
    /// <summary>Bytes that a short read looks at, at most: about what is read in half a millisecond.</summary>
    public const long ShortBytesMax = 4 << 20;

    /// <summary>Views, by the number of the shard.</summary>
    public IReadOnlyList<ReadView> Views => views;

    /// <summary>The view of a point's shard.</summary>
    public ReadView ViewOf(PointId id) => views[ShardRouting.ShardOf(id, views.Count)];

    /// <summary>Reads some shards side by side. Ends when all reads have, also where one fails: none is left that would touch a closed view.</summary>
    public Task<TPart[]> ReadAsync<TPart>(Range shards, Func<ReadView, TPart> read, CancellationToken cancellation)
    {
        var (first, count) = shards.GetOffsetAndLength(views.Count);
        return Task.WhenAll(Enumerable.Range(first, count).Select(shard => RunAsync(() => read(views[shard]), cancellation)));
    }

    /// <summary>Reads some shards: one after the other where that is short, see <see cref="ReaderSlots.RunShortAsync"/>; otherwise side by side.</summary>
    /// <param name="shards">Which.</param>
    /// <param name="read">What is read of each.</param>
    /// <param name="costBytes">Bytes that all of it looks at, about.</param>
    /// <param name="cancellation">Ends the wait for slots.</param>
    public Task<TPart[]> ReadAsync<TPart>(Range shards, Func<ReadView, TPart> read, long costBytes, CancellationToken cancellation) => costBytes <= ShortBytesMax
        ? slots.RunShortAsync(() => views.Take(shards).Select(read).ToArray(), cancellation)
        : ReadAsync(shards, read, cancellation);

    /// <summary>Runs what reads any of the views.</summary>
    public Task<T> RunAsync<T>(Func<T> read, CancellationToken cancellation) => slots.RunAsync(read, cancellation);

    /// <summary>Runs what reads any of the views and looks at about so many bytes.</summary>
    public Task<T> RunAsync<T>(Func<T> read, long costBytes, CancellationToken cancellation) =>
        costBytes <= ShortBytesMax ? slots.RunShortAsync(read, cancellation) : slots.RunAsync(read, cancellation);

    public void Dispose()
    {
        foreach (var view in views)
            view.Dispose();
    }
}
