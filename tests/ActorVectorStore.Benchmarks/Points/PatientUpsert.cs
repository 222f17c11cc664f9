using ActorVectorStore.Model;

namespace ActorVectorStore.Benchmarks.Points;

/// <summary>Writes points to our database as its users do: a write that is refused because too much waits is tried again a little later.</summary>
internal static class PatientUpsert
{
    private const int RefusedMax = 100_000;

    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(1);

    /// <summary>Writes points; returns how often that was refused before.</summary>
    public static async Task<int> RunAsync(VectorDatabase database, CollectionName collection, IReadOnlyList<Point> points)
    {
        for (var refusals = 0; ; refusals++)
        {
            try
            {
                await database.UpsertAsync(collection, points).ConfigureAwait(false);
                return refusals;
            }
            catch (OverloadedException) when (refusals < RefusedMax)
            {
                await Task.Delay(RefusedPause).ConfigureAwait(false);
            }
        }
    }
}
