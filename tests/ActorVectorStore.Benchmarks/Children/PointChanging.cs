using System.Diagnostics;
using ActorVectorStore.Benchmarks.Points;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Overwrites and deletes a fifth of a loaded store, one batch at a time, and compacts it before and after.</summary>
internal static class PointChanging
{
    public static async Task<ChangeReport> ChangeAsync(ChangeRequest request)
    {
        using var corpus = new PointCorpus(request.Place.Points);
        int[] overwritten = [.. corpus.Numbers.Where(PointCorpus.IsOverwritten)];
        int[] deleted = [.. corpus.Numbers.Where(PointCorpus.IsDeleted)];
        VectorFiles.ReadOnce(request.Place.Points.File);
        var store = await PointStoreCatalogue.OpenAsync(request.Place).ConfigureAwait(false);
        await using var closing = store.ConfigureAwait(false);
        await RequireAsync(store, request.Place.Points.Count).ConfigureAwait(false);

        await store.CompactAsync().ConfigureAwait(false);
        var full = store.Footprint();
        var overwriting = await InBatchesAsync(
            overwritten, request.BatchPoints, batch => store.UpsertAsync([.. batch.Select(number => corpus.At(number, version: 1))])).ConfigureAwait(false);
        var deleting = await InBatchesAsync(
            deleted, request.BatchPoints, batch => store.DeleteAsync([.. batch.Select(PointCorpus.IdOf)])).ConfigureAwait(false);
        var changed = store.Footprint();
        var begin = Stopwatch.GetTimestamp();
        await store.CompactAsync().ConfigureAwait(false);
        var compacting = Stopwatch.GetElapsedTime(begin);
        await RequireAsync(store, corpus.CountAt(PointStage.Changed)).ConfigureAwait(false);
        return new ChangeReport
        {
            Full = full,
            Overwritten = overwritten.Length,
            OverwriteSeconds = overwriting.TotalSeconds,
            Deleted = deleted.Length,
            DeleteSeconds = deleting.TotalSeconds,
            Changed = changed,
            CompactionSeconds = compacting.TotalSeconds,
            Compacted = store.Footprint(),
        };
    }

    private static async Task RequireAsync(IPointStore store, long expected)
    {
        var found = await store.CountAsync(category: null).ConfigureAwait(false);
        if (found != expected)
        {
            throw new InvalidDataException($"Expected {expected} points, found {found}.");
        }
    }

    private static async Task<TimeSpan> InBatchesAsync(int[] numbers, int batchPoints, Func<int[], Task> write)
    {
        var begin = Stopwatch.GetTimestamp();
        foreach (var batch in numbers.Chunk(batchPoints))
        {
            await write(batch).ConfigureAwait(false);
        }

        return Stopwatch.GetElapsedTime(begin);
    }
}
