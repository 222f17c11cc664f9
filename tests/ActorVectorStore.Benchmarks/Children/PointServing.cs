using System.Diagnostics;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Serves one caller from a store that was closed in order. Each kind of question is asked once before its time is taken, and every answer is checked.</summary>
internal sealed class PointServing(OwnPointStore store, PointCorpus corpus, PointStage stage, TimeSpan measured)
{
    private const int PointsAskedFor = 1_000;
    private const int ResultsMax = 10;
    private const float ScoreOfEqual = 0.999f;

    public static async Task<ServeReport> ServeAsync(ServeRequest request)
    {
        using var memory = ResidentMemory.Watch();
        OperatingSystemCaches.Drop(request.Place.Directory);
        VectorFiles.ReadOnce(request.Place.Points.File);
        var store = await OwnPointStore.OpenAsync(request.Place).ConfigureAwait(false);
        await using var closing = store.ConfigureAwait(false);
        using var corpus = new PointCorpus(request.Place.Points);
        IReadOnlyList<QueryRate> rates = request.Stage is { } stage
            ? await new PointServing(store, corpus, stage, TimeSpan.FromSeconds(request.Seconds)).RunAsync().ConfigureAwait(false)
            : [];
        await store.CountAsync(category: null).ConfigureAwait(false);
        return new ServeReport(rates, memory.Peaks(), store.Footprint());
    }

    private async Task<IReadOnlyList<QueryRate>> RunAsync()
    {
        var rates = new List<QueryRate> { await GetsAsync().ConfigureAwait(false) };
        foreach (var category in Categories())
        {
            rates.Add(await CountsAsync(category).ConfigureAwait(false));
        }

        foreach (var category in Categories())
        {
            rates.Add(await SearchesAsync(category).ConfigureAwait(false));
        }

        return rates;
    }

    private static IEnumerable<string?> Categories() => [null, .. Category.Measured.Select(category => category.Name)];

    private async Task<QueryRate> GetsAsync()
    {
        int[] live = [.. corpus.LiveNumbers(stage)];
        var numbers = Enumerable.Range(0, Math.Min(PointsAskedFor, live.Length)).Select(i => live[(int)((long)i * 7_919 % live.Length)]).ToArray();
        var expected = numbers.Select(number => corpus.At(number, stage)!).ToArray();
        var rate = await RateAsync(async asked =>
        {
            var point = expected[asked % expected.Length];
            Require(point.Equals(await store.GetAsync(point.Id).ConfigureAwait(false)), $"point {point.Id}");
        }).ConfigureAwait(false);
        return new QueryRate("get by id", null, live.Length, rate);
    }

    private async Task<QueryRate> CountsAsync(string? category)
    {
        var expected = corpus.CountAt(stage, category);
        var rate = await RateAsync(async _ =>
        {
            var found = await store.CountAsync(category).ConfigureAwait(false);
            Require(found == expected, $"{expected} points of {category}, and not {found}");
        }).ConfigureAwait(false);
        return new QueryRate("count", category, expected, rate);
    }

    // Whoever looks for a stored vector must find it first, or its equal.
    private async Task<QueryRate> SearchesAsync(string? category)
    {
        int[] live = [.. corpus.LiveNumbers(stage, category)];
        if (live.Length == 0)
        {
            return new QueryRate("search", category, 0, 0);
        }

        var rate = await RateAsync(async asked =>
        {
            var point = corpus.At(live[(int)((long)asked * 7_919 % live.Length)], stage)!;
            var found = await store.SearchAsync(point.Vector, category).ConfigureAwait(false);
            Require(found.Count == Math.Min(ResultsMax, live.Length) && found[0].Score > ScoreOfEqual, $"the vector of {point.Id} first among points of {category}");
            Require(category is null || found.All(hit => Category.Of((int)hit.Id.Number) == category), $"points of {category} alone");
        }).ConfigureAwait(false);
        return new QueryRate("search", category, live.Length, rate);
    }

    private async Task<double> RateAsync(Func<int, Task> ask)
    {
        await ask(0).ConfigureAwait(false);
        var begin = Stopwatch.GetTimestamp();
        var asked = 0;
        do
        {
            await ask(++asked).ConfigureAwait(false);
        }
        while (Stopwatch.GetElapsedTime(begin) < measured);
        return asked / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static void Require(bool condition, string expected)
    {
        if (!condition)
        {
            throw new InvalidDataException($"Expected {expected}.");
        }
    }
}
