using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace ActorVectorStore.Cluster;

/// <summary>
/// Where the background work of all shards of a database runs: a bounded number of threads of the pool, flushes apart from compactions so that memory does not wait
/// for economy. Any thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Work that ends late still gives its lane back; without wait handles there is nothing to dispose of.")]
internal sealed class UpkeepLanes(long compactionBytesPerSecond)
{
    private static readonly int FlushesMax = Math.Max(1, Environment.ProcessorCount / 2);

    private const int CompactionsMax = 1;
    private const int IndexingsMax = 1;

    // About what a few searches take that compare all vectors: in all, shards do not wait for longer than reading their indexes takes, however many there are.
    private const double WayBytesPerSecond = 512 << 20;

    private static readonly TimeSpan WayMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WayStep = TimeSpan.FromMilliseconds(1);

    // One processor is left to those who search, unless somebody waits for the index.
    private static readonly ParallelOptions SomeThreads = new() { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount - 1) };
    private static readonly ParallelOptions AllThreads = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    private readonly SemaphoreSlim _flushes = new(FlushesMax);
    private readonly SemaphoreSlim _compactions = new(CompactionsMax);
    private readonly SemaphoreSlim _indexings = new(IndexingsMax);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when no work shall run any more.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Pieces of work that give memory or log back and run now.</summary>
    public int RunningFlushes => FlushesMax - _flushes.CurrentCount;

    /// <summary>Compactions that run now.</summary>
    public int RunningCompactions => CompactionsMax - _compactions.CurrentCount;

    /// <summary>Vector indexes that are read or built now.</summary>
    public int RunningIndexings => IndexingsMax - _indexings.CurrentCount;

    /// <summary>Runs work that gives memory or log back.</summary>
    public Task FlushAsync(Action work, CancellationToken cancellation) => RunAsync(_flushes, work, cancellation);

    /// <summary>Runs work that gives disk back.</summary>
    public Task CompactAsync(Action work, CancellationToken cancellation) => RunAsync(_compactions, work, cancellation);

    /// <summary>Runs work that makes searches fast.</summary>
    public Task IndexAsync(Action work, CancellationToken cancellation) => RunAsync(_indexings, work, cancellation);

    /// <summary>How the steps of a vector index are run in the background.</summary>
    public static void Loop(int count, Action<int> body) => Loop(SomeThreads, count, body);

    /// <summary>How the steps of a vector index are run that somebody waits for.</summary>
    public static void FullLoop(int count, Action<int> body) => Loop(AllThreads, count, body);

    /// <summary>What a compaction calls after each piece that it wrote: waits as long as the rate demands. For one compaction.</summary>
    public Action<int> Pace(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var written = 0L;
        return bytes =>
        {
            written += bytes;
            var ahead = TimeSpan.FromSeconds((double)written / compactionBytesPerSecond) - clock.Elapsed;
            if (ahead > TimeSpan.FromMilliseconds(1))
            {
                cancellation.WaitHandle.WaitOne(ahead);
            }
        };
    }

    /// <summary>
    /// What the reading of a vector index calls before each piece: waits while somebody reads the shard, in all for as long as a few searches take, and at most for a second. The first searches after opening
    /// compare all vectors, and would take several times as long beside it. For one reading.
    /// </summary>
    /// <param name="isRead">Whether somebody reads the shard now.</param>
    /// <param name="vectorBytes">Bytes of the vectors that are indexed.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static Action MakeWay(Func<bool> isRead, long vectorBytes, CancellationToken cancellation)
    {
        var most = TimeSpan.FromSeconds(Math.Min(vectorBytes / WayBytesPerSecond, WayMax.TotalSeconds));
        var waited = new Stopwatch();
        return () =>
        {
            waited.Start();
            while (isRead() && waited.Elapsed < most && !cancellation.WaitHandle.WaitOne(WayStep))
            {
            }

            waited.Stop();
        };
    }

    /// <summary>Cancels what runs, lets nothing begin, and completes when nothing runs.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        for (var flush = 0; flush < FlushesMax; flush++)
        {
            await _flushes.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await _compactions.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        await _indexings.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static void Loop(ParallelOptions threads, int count, Action<int> body)
    {
        try
        {
            Parallel.For(0, count, threads, body);
        }
        catch (AggregateException e)
        {
            // What a step met is told as itself: a damaged vector is no other thing on several threads.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static async Task RunAsync(SemaphoreSlim lane, Action work, CancellationToken cancellation)
    {
        await lane.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await Task.Run(work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            lane.Release();
        }
    }
}
