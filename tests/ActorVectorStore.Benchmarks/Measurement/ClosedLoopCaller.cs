using System.Diagnostics;
using ActorVectorStore.Benchmarks.Logs;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>
/// A caller that appends, waits until the append is durable, and appends again. It owns its payload; every append carries a number of its own.
/// </summary>
internal sealed class ClosedLoopCaller
{
    private readonly ILogUnderTest _log;
    private readonly PassClock _clock;
    private readonly int _number;
    private readonly byte[] _payload;
    private long _acknowledged;

    public ClosedLoopCaller(ILogUnderTest log, PassClock clock, int number, int payloadBytes)
    {
        _log = log;
        _clock = clock;
        _number = number;
        _payload = GC.AllocateUninitializedArray<byte>(payloadBytes);
        new Random(number).NextBytes(_payload);
    }

    /// <summary>Latencies of the appends that ended while the pass was measured.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Appends acknowledged so far, the warm-up's too; may be read from any thread.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    public void Run()
    {
        while (!_clock.IsOver)
        {
            var begin = Begin();
            _log.Append(_number, _payload);
            End(begin);
        }
    }

    public async Task RunAsync()
    {
        while (!_clock.IsOver)
        {
            var begin = Begin();
            await _log.AppendAsync(_number, _payload).ConfigureAwait(false);
            End(begin);
        }
    }

    private long Begin()
    {
        RecordDigest.Stamp(_payload, _acknowledged);
        return Stopwatch.GetTimestamp();
    }

    private void End(long begin)
    {
        if (_clock.IsMeasuring)
        {
            Latencies.Record(Stopwatch.GetElapsedTime(begin));
        }

        Volatile.Write(ref _acknowledged, _acknowledged + 1);
    }
}
