using System.Diagnostics;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;
using ActorVectorStore.Model;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Writes all points of a set once. The time includes making them: reading vectors from the page cache and writing payloads.</summary>
internal sealed class PointLoading(IPointStore store, PointCorpus corpus, int points, int batchPoints)
{
    private const int WarmUpBatches = 30;

    // The reasons are those of LogReading.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(1);

    private int _next;
    private int _acknowledged;

    /// <summary>Points that are durable so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public static async Task LoadAsync(LoadRequest request, Action<LoadReport> answer)
    {
        if (request.WarmUpDirectory is { } scratch)
        {
            await WarmUpAsync(request, scratch).ConfigureAwait(false);
        }

        using var memory = ResidentMemory.Watch();
        using var device = BlockDevice.Of(request.Place.Directory);
        using var corpus = new PointCorpus(request.Place.Points);
        VectorFiles.ReadOnce(request.Place.Points.File);
        var store = await PointStoreCatalogue.OpenAsync(request.Place).ConfigureAwait(false);
        var loading = new PointLoading(store, corpus, request.Place.Points.Count, request.BatchPoints);
        var (flushes, counters, begin) = (device.Read(), ProcessCounters.Read(), Stopwatch.GetTimestamp());
        LoadReport Report()
        {
            var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            var used = ProcessCounters.Read() - counters;
            return new LoadReport
            {
                Points = loading.Acknowledged,
                Seconds = seconds,
                Refusals = store.Refusals,
                CpuSeconds = used.Cpu.TotalSeconds,
                AllocatedBytes = used.AllocatedBytes,
                Flushes = device.Read()?.Flushes - flushes?.Flushes,
                Memory = memory.Peaks(),
            };
        }

        await loading.RunAsync(
            request.InFlight, request.AnswerAt is { } at ? acknowledged => acknowledged >= at : null, () => answer(Report())).ConfigureAwait(false);
        var report = Report();
        await store.DisposeAsync().ConfigureAwait(false);
        answer(report with { Memory = memory.Peaks() });
    }

    // As long as code waits to be compiled it takes one of few processors from what is measured.
    private static async Task WarmUpAsync(LoadRequest request, string directory)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var round = 0; Stopwatch.GetElapsedTime(begin) < WarmUpTime; round++)
        {
            var place = request.Place with
            {
                Directory = Directory.CreateDirectory(Path.Combine(directory, $"{round}")).FullName,
                Points = request.Place.Points.First(Math.Min(request.Place.Points.Count, request.BatchPoints * WarmUpBatches)),
            };
            using var corpus = new PointCorpus(place.Points);
            var store = await PointStoreCatalogue.OpenAsync(place).ConfigureAwait(false);
            await new PointLoading(store, corpus, place.Points.Count, request.BatchPoints)
                .RunAsync(request.InFlight, isReached: null, () => { }).ConfigureAwait(false);
            await store.DisposeAsync().ConfigureAwait(false);
        }

        OperatingSystemCaches.WriteBack();
        await Task.Delay(RestTime).ConfigureAwait(false);
    }

    /// <summary>Writes by several callers, of whom each has one batch under way.</summary>
    /// <param name="inFlight">Number of callers.</param>
    /// <param name="isReached">Whether the number of acknowledged points is the one that is waited for; null if none is.</param>
    /// <param name="reached">Called once, on another thread, while writing goes on.</param>
    public async Task RunAsync(int inFlight, Func<int, bool>? isReached, Action reached)
    {
        var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var telling = isReached is null ? Task.CompletedTask : TellAsync(arrival.Task, reached);
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            while (NextBatch() is { Length: > 0 } batch)
            {
                await store.UpsertAsync(batch).ConfigureAwait(false);
                var acknowledged = Interlocked.Add(ref _acknowledged, batch.Length);
                if (isReached is not null && isReached(acknowledged))
                {
                    arrival.TrySetResult();
                }
            }
        }))).ConfigureAwait(false);
        await telling.ConfigureAwait(false);
    }

    private static async Task TellAsync(Task arrival, Action reached)
    {
        await arrival.ConfigureAwait(false);
        reached();
    }

    private Point[] NextBatch()
    {
        var end = Interlocked.Add(ref _next, batchPoints);
        var begin = Math.Min(points, end - batchPoints);
        var batch = new Point[Math.Min(points, end) - begin];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = corpus.At(begin + i, version: 0);
        }

        return batch;
    }
}
