using System.Diagnostics;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;
using ActorVectorStore.Storage;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Backs up a store that was closed in order, twice by copying and once by linking, and restores it. Each step finds the caches of the file system dropped.</summary>
internal static class PointBackup
{
    public static async Task<BackupReport> RunAsync(BackupRequest request)
    {
        var copied = Path.Combine(request.Scratch, "copied");
        var restored = request.Place with { Directory = Path.Combine(request.Scratch, "restored") };
        var database = await VectorDatabase.OpenAsync(request.Place.Directory).ConfigureAwait(false);
        TimedBackup first;
        TimedBackup again;
        TimedBackup linked;
        await using (database.ConfigureAwait(false))
        {
            first = await BackUpAsync(database, request, copied, BackupMethod.Copy).ConfigureAwait(false);
            again = await BackUpAsync(database, request, copied, BackupMethod.Copy).ConfigureAwait(false);
            linked = await BackUpAsync(database, request, Path.Combine(request.Scratch, "linked"), BackupMethod.Link).ConfigureAwait(false);
        }

        OperatingSystemCaches.Drop(request.Scratch);
        var begin = Stopwatch.GetTimestamp();
        await VectorDatabase.RestoreAsync(copied, restored.Directory).ConfigureAwait(false);
        var restoring = Stopwatch.GetElapsedTime(begin);
        await RequireSameCountAsync(request.Place, restored).ConfigureAwait(false);
        return new BackupReport { First = first, Again = again, Linked = linked, RestoreSeconds = restoring.TotalSeconds };
    }

    private static async Task<TimedBackup> BackUpAsync(VectorDatabase database, BackupRequest request, string destination, BackupMethod method)
    {
        OperatingSystemCaches.Drop(request.Place.Directory);
        OperatingSystemCaches.Drop(request.Scratch);
        var last = new LastProgress();
        var begin = Stopwatch.GetTimestamp();
        var contents = await database.BackupAsync(destination, last, method).ConfigureAwait(false);
        return new TimedBackup(Stopwatch.GetElapsedTime(begin).TotalSeconds, contents.Files.Sum(file => file.File.Bytes), last.Value.CopiedBytes);
    }

    private static async Task RequireSameCountAsync(StorePlace expected, StorePlace restored)
    {
        var (wanted, found) = (await CountAsync(expected).ConfigureAwait(false), await CountAsync(restored).ConfigureAwait(false));
        if (wanted != found)
        {
            throw new InvalidDataException($"Expected {wanted} points in the restored store, found {found}.");
        }
    }

    private static async Task<long> CountAsync(StorePlace place)
    {
        var store = await OwnPointStore.OpenAsync(place).ConfigureAwait(false);
        await using var closing = store.ConfigureAwait(false);
        return await store.CountAsync(category: null).ConfigureAwait(false);
    }

    private sealed class LastProgress : IProgress<BackupProgress>
    {
        public BackupProgress Value { get; private set; }

        public void Report(BackupProgress value) => Value = value;
    }
}
