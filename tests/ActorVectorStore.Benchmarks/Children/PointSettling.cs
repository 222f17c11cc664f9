using System.Diagnostics;
using ActorVectorStore.Benchmarks.Points;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Brings a store of ours to where its upkeep has nothing left to do: compacted, and every segment indexed that wants to be.</summary>
internal static class PointSettling
{
    public static async Task<SettleReport> SettleAsync(SettleRequest request)
    {
        var begin = Stopwatch.GetTimestamp();
        var store = (OwnPointStore)await PointStoreCatalogue.OpenAsync(request.Place).ConfigureAwait(false);
        await SettleAsync(store).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await store.DisposeAsync().ConfigureAwait(false);
        var files = new DirectoryInfo(request.Place.Directory).EnumerateFiles("*.idx", SearchOption.AllDirectories);
        return new SettleReport(seconds, files.Sum(file => file.Length));
    }

    public static async Task SettleAsync(OwnPointStore store)
    {
        await store.CompactAsync().ConfigureAwait(false);
        await store.IndexAsync().ConfigureAwait(false);
        store.Footprint();
    }
}
