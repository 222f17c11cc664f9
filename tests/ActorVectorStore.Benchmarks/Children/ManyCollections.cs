using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;
using ActorVectorStore.Model;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>A database of very many collections that hardly anybody uses.</summary>
internal static class ManyCollections
{
    private const int InFlight = 64;
    private const int WarmUpCount = 200;
    private const int Dimension = 128;

    // The reasons are those of LogReading.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(1);
    private static readonly VectorDatabaseOptions Stay = new() { PassivateAfter = null };
    private static readonly VectorDatabaseOptions PutAwaySoon = new() { PassivateAfter = TimeSpan.FromSeconds(1) };

    public static async Task<FillCollectionsReport> FillAsync(FillCollectionsRequest request)
    {
        var report = await FillAndCloseAsync(request).ConfigureAwait(false);
        var files = Directory.EnumerateFiles(request.Directory, "*", SearchOption.AllDirectories);
        return report with
        {
            OtherFiles = files.Count(file => Path.GetExtension(file) is not (".wal" or ".spare")),
            FileBytes = StoreFiles.BytesIn(request.Directory),
        };
    }

    public static async Task<OpenCollectionsReport> OpenAsync(OpenCollectionsRequest request)
    {
        if (request.WarmUpDirectory is { } scratch)
        {
            await WarmUpAsync(scratch).ConfigureAwait(false);
            await Task.Delay(RestTime).ConfigureAwait(false);
        }

        OperatingSystemCaches.Drop(request.Directory);
        return await MeasureAsync(request).ConfigureAwait(false);
    }

    private static async Task<FillCollectionsReport> FillAndCloseAsync(FillCollectionsRequest request)
    {
        var database = await VectorDatabase.OpenAsync(request.Directory, request.WithPoints ? PutAwaySoon : Stay).ConfigureAwait(false);
        await using var disposing = database.ConfigureAwait(false);
        var before = HeldNow();
        var begin = Stopwatch.GetTimestamp();
        await ForEachAsync(request.Count, number => database.CreateCollectionAsync(SchemaOf(number))).ConfigureAwait(false);
        var createSeconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var created = HeldNow();
        begin = Stopwatch.GetTimestamp();
        if (request.WithPoints)
        {
            await ForEachAsync(request.Count, number => UpsertAsync(database, number)).ConfigureAwait(false);
        }

        var writeSeconds = request.WithPoints ? Stopwatch.GetElapsedTime(begin).TotalSeconds : 0;
        var openCollections = Enumerable.Range(0, request.Count).Count(number => IsOpen(database, number));
        var open = HeldNow();
        await PutAwayAsync(database, request.Count).ConfigureAwait(false);
        return new FillCollectionsReport
        {
            CreateSeconds = createSeconds,
            WriteSeconds = writeSeconds,
            Before = before,
            Created = created,
            Open = open,
            OpenCollections = openCollections,
            PutAway = HeldNow(),
            LiveLogBytes = database.LogStatistics!.LiveBytes,
            OtherFiles = 0,
            FileBytes = 0,
        };
    }

    private static async Task<OpenCollectionsReport> MeasureAsync(OpenCollectionsRequest request)
    {
        var before = HeldNow();
        var counters = ProcessCounters.Read();
        var begin = Stopwatch.GetTimestamp();
        var database = await VectorDatabase.OpenAsync(request.Directory).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        var opened = Stopwatch.GetElapsedTime(begin);
        var read = (ProcessCounters.Read() - counters).ReadBytes;
        var held = HeldNow();
        begin = Stopwatch.GetTimestamp();
        await UpsertAsync(database, request.Count / 2).ConfigureAwait(false);
        var written = Stopwatch.GetElapsedTime(begin);
        Require(request.Count, (await database.ListCollectionsAsync().ConfigureAwait(false)).Count);
        Require(request.WithPoints ? 1 : 0, await database.CountAsync(NameOf(0)).ConfigureAwait(false));
        return new OpenCollectionsReport
        {
            OpenMilliseconds = opened.TotalMilliseconds,
            BytesRead = read,
            FirstUpsertMilliseconds = written.TotalMilliseconds,
            Before = before,
            Opened = held,
        };
    }

    private static async Task WarmUpAsync(string directory)
    {
        await FillAsync(new FillCollectionsRequest(directory, WarmUpCount, WithPoints: false)).ConfigureAwait(false);
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < WarmUpTime)
        {
            var database = await VectorDatabase.OpenAsync(directory).ConfigureAwait(false);
            await using var closing = database.ConfigureAwait(false);
            await UpsertAsync(database, 1).ConfigureAwait(false);
        }
    }

    // The first ones are put away while the last ones are not yet.
    private static async Task PutAwayAsync(VectorDatabase database, int count)
    {
        for (var number = 0; number < count; number++)
        {
            while (IsOpen(database, number))
            {
                await Task.Delay(RestTime / 10).ConfigureAwait(false);
            }
        }
    }

    private static bool IsOpen(VectorDatabase database, int number) => database.HealthOf(NameOf(number))[0].Statistics is not null;

    private static Task ForEachAsync(int count, Func<int, Task> act) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (number, _) => await act(number).ConfigureAwait(false));

    private static Task<WriteReceipt> UpsertAsync(VectorDatabase database, int number)
    {
        var vector = new float[Dimension];
        vector[number % Dimension] = 1;
        return database.UpsertAsync(NameOf(number), [new Point(PointId.FromNumber(1), vector)]);
    }

    private static CollectionSchema SchemaOf(int number) => new(NameOf(number), Dimension, Distance.Cosine);

    private static CollectionName NameOf(int number) => CollectionName.Parse(string.Create(CultureInfo.InvariantCulture, $"collection-{number:00000}"));

    private static HeldMemory HeldNow()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        using var memory = ResidentMemory.Watch();
        return new HeldMemory(managed, memory.Peaks().Own);
    }

    private static void Require(long expected, long found)
    {
        if (expected != found)
        {
            throw new InvalidDataException($"Expected {expected}, found {found}.");
        }
    }
}
