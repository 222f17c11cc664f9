using FASTER.core;

namespace ActorVectorStore.Benchmarks.Logs.Peers;

/// <summary>
/// Microsoft.FASTER.Core's FasterLog. Callers enqueue and wait for the commit; one thread commits whatever is enqueued, again and again, or
/// ("each") every caller asks for a commit itself, which FasterLog joins. A lone caller commits on its own thread.
/// </summary>
internal sealed class FasterLogLog : ILogUnderTest
{
    private readonly IDevice _device;
    private readonly FasterLogSettings _settings;
    private readonly FasterLog _log;
    private readonly bool _eachCommits;
    private readonly AutoResetEvent _enqueued = new(false);
    private readonly Thread? _committer;
    private volatile bool _closed;

    private FasterLogLog(string directory, bool eachCommits, bool ownThread)
    {
        _eachCommits = eachCommits;
        _device = Devices.CreateLogDevice(Path.Combine(directory, "log"));
        _settings = new FasterLogSettings
        {
            LogDevice = _device,
            LogCommitDir = directory,
            LogChecksum = LogChecksumType.PerEntry,
            PageSizeBits = 22,
            MemorySizeBits = 28,
            SegmentSizeBits = 30,
            FastCommitMode = true,
        };
        _log = new FasterLog(_settings);
        if (ownThread)
        {
            _committer = new Thread(CommitAgainAndAgain) { IsBackground = true, Name = "FasterLog committer" };
            _committer.Start();
        }
    }

    public long? Syncs => null;

    public long? FileBytesWritten => null;

    public long? BytesReadByOpening => null;

    public static FasterLogLog OpenForGroupCommit(string directory, int callers) => new(directory, eachCommits: false, ownThread: callers > 1);

    public static FasterLogLog OpenForEachCommitting(string directory, int callers)
    {
        _ = callers;
        return new FasterLogLog(directory, eachCommits: true, ownThread: false);
    }

    public void Append(int caller, ReadOnlyMemory<byte> payload)
    {
        _log.Enqueue(payload.Span);
        _log.Commit(spinWait: true);
    }

    public ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload)
    {
        var address = _log.Enqueue(payload.Span);
        if (_eachCommits)
        {
            _log.Commit();
        }
        else
        {
            _enqueued.Set();
        }

        return _log.WaitForCommitAsync(address + 1);
    }

    public void Checkpoint()
    {
    }

    public void ReadAll(RecordHandler handler)
    {
        using var iterator = _log.Scan(_log.BeginAddress, _log.TailAddress);
        while (iterator.GetNext(System.Buffers.MemoryPool<byte>.Shared, out var entry, out var length, out _))
        {
            handler(entry.Memory.Span[..length]);
            entry.Dispose();
        }
    }

    public void Dispose()
    {
        _closed = true;
        _enqueued.Set();
        _committer?.Join();
        _log.Dispose();
        _settings.Dispose();
        _device.Dispose();
        _enqueued.Dispose();
    }

    private void CommitAgainAndAgain()
    {
        while (!_closed)
        {
            _enqueued.WaitOne();

            // Waiting beats its spinning Commit here: on few processors the callers need the one that would spin.
            _log.CommitAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
