using System.Globalization;
using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Benchmarks.Logs.Ours;

/// <summary>
/// The write-ahead log of this project; each caller has a stream of its own. In its steady state events are deleted as they become
/// superfluous and their segments are recycled: a trimming log does that every <see cref="TrimBytes"/>, while the callers go on.
/// </summary>
internal sealed class OwnLog : ILogUnderTest
{
    /// <summary>Appended bytes after which a trimming log deletes what was acknowledged before.</summary>
    private const long TrimBytes = 64 << 20;

    private readonly CountingFileSystem _fileSystem = new(PhysicalFileSystem.Instance);
    private readonly WriteAheadLog _log;
    private readonly string[] _streams;
    private readonly PerCaller<long> _next;
    private readonly bool _trims;
    private long _untilTrim = TrimBytes;
    private Task _trimming = Task.CompletedTask;

    private OwnLog(string directory, int callers, bool trims)
    {
        _log = WriteAheadLog.Open(_fileSystem, directory);
        _trims = trims;
        _streams = [.. Enumerable.Range(0, callers).Select(caller => caller.ToString("d3", CultureInfo.InvariantCulture))];
        _next = new PerCaller<long>(callers);
        for (var caller = 0; caller < callers; caller++)
        {
            _next[caller] = _log.ReadState(_streams[caller]).HighestSequence + 1;
        }
    }

    public long? Syncs => _fileSystem.Syncs;

    public long? FileBytesWritten => _fileSystem.BytesWritten;

    public long? BytesReadByOpening => _log.Recovery.BytesRead;

    /// <summary>As a new log is: no segment to recycle, so that zero-filling takes part of the disk's bandwidth, and nothing is deleted.</summary>
    public static OwnLog OpenFresh(string directory, int callers) => new(directory, callers, trims: false);

    /// <summary>As a log is after a while: with segments to recycle, and deletions that go on.</summary>
    public static OwnLog OpenSteady(string directory, int callers)
    {
        var log = new OwnLog(directory, callers, trims: true);
        log.FillSpares();
        return log;
    }

    /// <summary>Leaves a directory with segments to recycle, for whoever opens a log there next.</summary>
    public static void LeaveSpares(string directory) => OpenSteady(directory, callers: 1).Dispose();

    public void Append(int caller, ReadOnlyMemory<byte> payload)
    {
        _log.Append(BatchOf(caller, payload));
        TrimWhenDue(payload.Length);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload)
    {
        await _log.AppendAsync(BatchOf(caller, payload)).ConfigureAwait(false);
        TrimWhenDue(payload.Length);
    }

    public void Checkpoint()
    {
    }

    public void ReadAll(RecordHandler handler)
    {
        using var reader = _log.ReadAll();
        while (reader.MoveNext())
        {
            handler(reader.Current.Payload.Span);
        }
    }

    public void Dispose()
    {
        _trimming.GetAwaiter().GetResult();
        _log.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private EventBatch BatchOf(int caller, ReadOnlyMemory<byte> payload) => new(_streams[caller], _next[caller]++, 1, payload);

    private void TrimWhenDue(int bytes)
    {
        if (_trims && Interlocked.Add(ref _untilTrim, -bytes) <= 0 && Volatile.Read(ref _trimming).IsCompleted)
        {
            Interlocked.Exchange(ref _untilTrim, TrimBytes);
            Volatile.Write(ref _trimming, TrimAsync());
        }
    }

    // What is in flight stays: a caller's last event may not be durable yet.
    private async Task TrimAsync()
    {
        await Task.Yield();
        await Task.WhenAll(Enumerable.Range(0, _streams.Length)
            .Select(caller => _log.DeleteToAsync(_streams[caller], Math.Max(0, Volatile.Read(ref _next[caller]) - 2)).AsTask()))
            .ConfigureAwait(false);
    }

    /// <summary>Appends and deletes until the log keeps as many spare segments as it ever will.</summary>
    private void FillSpares()
    {
        var options = new WalOptions();
        var wanted = options.SpareSegmentsMax;
        var payload = new byte[1 << 20];
        for (var round = 0; _log.Statistics.SpareSegments < wanted && round < 4; round++)
        {
            for (long written = 0; written < (wanted + 1L) * options.SegmentBytes; written += payload.Length)
            {
                _log.Append(BatchOf(0, payload));
            }

            _log.DeleteToAsync(_streams[0], _next[0] - 1).AsTask().GetAwaiter().GetResult();
            _log.ReclaimAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
