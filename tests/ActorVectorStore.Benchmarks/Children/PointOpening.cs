using System.Diagnostics;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Opens a store and asks it one thing, measured from within the process that does it.</summary>
internal static class PointOpening
{
    private const int WarmUpPoints = 2_000;
    private const int WarmUpBatchPoints = 100;

    // The reasons are those of LogReading.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(1);

    private static readonly string Category = Points.Category.Measured[2].Name;

    public static async Task<OpenReport> OpenAsync(OpenRequest request)
    {
        if (request.WarmUpDirectory is { } scratch)
        {
            await WarmUpAsync(request, scratch).ConfigureAwait(false);
            await Task.Delay(RestTime).ConfigureAwait(false);
        }

        // The answers that are expected are made before the caches are dropped.
        var ask = Expected(request.Place, request.Stage, request.Question, request.Number);
        if (request.IsCold)
        {
            OperatingSystemCaches.Drop(request.Place.Directory);
        }

        return await MeasureAsync(request.Place, ask).ConfigureAwait(false);
    }

    private static async Task WarmUpAsync(OpenRequest request, string directory)
    {
        var place = request.Place with { Directory = directory, Points = request.Place.Points.First(WarmUpPoints) };
        var store = await PointStoreCatalogue.OpenAsync(place).ConfigureAwait(false);
        using (var corpus = new PointCorpus(place.Points))
        {
            await new PointLoading(store, corpus, place.Points.Count, WarmUpBatchPoints).RunAsync(inFlight: 1, isReached: null, () => { }).ConfigureAwait(false);
        }

        if (request.Question == FirstQuestion.Search)
        {
            await PointSettling.SettleAsync((OwnPointStore)store).ConfigureAwait(false);
        }

        await store.DisposeAsync().ConfigureAwait(false);
        var ask = Expected(place, PointStage.Loaded, request.Question, number: 0);
        var begin = Stopwatch.GetTimestamp();
        do
        {
            await MeasureAsync(place, ask).ConfigureAwait(false);
        }
        while (Stopwatch.GetElapsedTime(begin) < WarmUpTime);
    }

    private static Func<IPointStore, Task> Expected(StorePlace place, PointStage stage, FirstQuestion question, int number)
    {
        using var corpus = new PointCorpus(place.Points);
        var point = corpus.At(number, stage)!;
        var count = question == FirstQuestion.Count ? corpus.CountAt(stage, Category) : 0;
        return question switch
        {
            FirstQuestion.Point => async store => Require(point, await store.GetAsync(PointCorpus.IdOf(number)).ConfigureAwait(false)),
            FirstQuestion.Count => async store => Require(count, await store.CountAsync(Category).ConfigureAwait(false)),
            _ => async store => Require(point.Id, (await ((OwnPointStore)store).SearchAsync(point.Vector, category: null).ConfigureAwait(false))[0].Id),
        };
    }

    private static async Task<OpenReport> MeasureAsync(StorePlace place, Func<IPointStore, Task> ask)
    {
        var before = ProcessCounters.Read();
        var begin = Stopwatch.GetTimestamp();
        var store = await PointStoreCatalogue.OpenAsync(place).ConfigureAwait(false);
        await using var closing = store.ConfigureAwait(false);
        var opened = Stopwatch.GetElapsedTime(begin);
        await ask(store).ConfigureAwait(false);
        var answered = Stopwatch.GetElapsedTime(begin);
        var used = ProcessCounters.Read() - before;
        return new OpenReport
        {
            OpenMilliseconds = opened.TotalMilliseconds,
            AnswerMilliseconds = answered.TotalMilliseconds,
            BytesRead = used.ReadBytes,
            BytesFetched = used.FetchedBytes,
            Account = store.Opening,
            Points = await store.CountAsync(category: null).ConfigureAwait(false),
        };
    }

    private static void Require<TAnswer>(TAnswer expected, TAnswer found)
    {
        if (!EqualityComparer<TAnswer>.Default.Equals(expected, found))
        {
            throw new InvalidDataException($"Expected {expected}, found {found}.");
        }
    }
}
