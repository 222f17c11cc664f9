using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Fills a log by many callers and keeps account of what was acknowledged.</summary>
internal sealed class LogFiller(ILogUnderTest log, bool threads, int recordBytes)
{
    public const int Callers = 64;

    private readonly Lock _gate = new();
    private RecordDigest _digest;
    private int _left;
    private long _next;

    public static void Fill(FillRequest request, Action<FillReport> answer)
    {
        var system = LogCatalogue.Named(request.Log);
        using var log = system.OpenForReplay(request.Directory, Callers);
        var filler = new LogFiller(log, system.CallersAreThreads(Callers), request.RecordBytes);
        filler.Append(request.Records);
        if (request.Tail is { } tail)
        {
            log.Checkpoint();
            filler.Append(tail);
        }

        answer(new FillReport(filler._digest));
    }

    public void Append(int records)
    {
        _left = records;
        var callers = Enumerable.Range(0, Callers).Select(caller => threads
            ? Task.Factory.StartNew(() => AppendShare(caller), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : Task.Run(() => AppendShareAsync(caller)));
        Task.WhenAll(callers).GetAwaiter().GetResult();
    }

    private void AppendShare(int caller)
    {
        var payload = PayloadOf(caller);
        var digest = default(RecordDigest);
        while (Interlocked.Decrement(ref _left) >= 0)
        {
            RecordDigest.Stamp(payload, Interlocked.Increment(ref _next));
            log.Append(caller, payload);
            digest.Add(payload);
        }

        AddToDigest(digest);
    }

    private async Task AppendShareAsync(int caller)
    {
        var payload = PayloadOf(caller);
        var digest = default(RecordDigest);
        while (Interlocked.Decrement(ref _left) >= 0)
        {
            RecordDigest.Stamp(payload, Interlocked.Increment(ref _next));
            await log.AppendAsync(caller, payload).ConfigureAwait(false);
            digest.Add(payload);
        }

        AddToDigest(digest);
    }

    private byte[] PayloadOf(int caller)
    {
        var payload = new byte[recordBytes];
        new Random(caller).NextBytes(payload);
        return payload;
    }

    private void AddToDigest(RecordDigest share)
    {
        lock (_gate)
        {
            _digest.Add(share);
        }
    }
}
