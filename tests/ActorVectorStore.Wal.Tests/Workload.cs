using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// A seeded run of everything that a log can do, beside its twin. Nothing runs on another thread, so a seed gives the same run each time. What was
/// acknowledged is in the twin; what is on its way is in <see cref="InFlight"/>.
/// </summary>
internal sealed class Workload(ulong seed)
{
    public static readonly string[] Tags = ["red", "green"];

    /// <summary>Segments of a few pages, so that every byte of several can be tried.</summary>
    public static readonly WalOptions Tiny = LogFixture.Small with { SegmentBytes = 4 << 10, CommitBytesMax = 4 << 10, RewriteLivePercentMax = 0 };

    private static readonly WalOptions Default = LogFixture.Small with { RewriteLivePercentMax = 60 };

    private static readonly string[] Streams = ["", "a", "b", "café/..", "idle"];

    private readonly SeededRandom _random = new(seed);
    private readonly List<Action<ModelLog>> _acknowledged = [];
    private readonly List<Action<ModelLog>> _inFlight = [];
    private readonly Dictionary<string, long> _next = [];

    public WalOptions Options { get; init; } = Default;

    public int PayloadBytesMax { get; init; } = 2000;

    /// <summary>Size of the few payloads that need a segment of their own.</summary>
    public int LargePayloadBytes { get; init; } = 70_000;

    /// <summary>Operations acknowledged so far, in their order.</summary>
    public IReadOnlyList<Action<ModelLog>> Acknowledged => _acknowledged;

    /// <summary>Operations that the log has accepted and not acknowledged: after a crash a first part of them may be there.</summary>
    public IReadOnlyList<Action<ModelLog>> InFlight => _inFlight;

    /// <summary>Dumps of all states that may be found now; with a batch appended behind each, if one is given.</summary>
    public IEnumerable<string> AllowedStates(EventBatch? then = null)
    {
        for (var count = 0; count <= _inFlight.Count; count++)
        {
            var model = new ModelLog();
            foreach (var operation in _acknowledged.Concat(_inFlight.Take(count)))
            {
                operation(model);
            }

            if (then is { } batch)
            {
                model.Append(batch);
            }

            yield return model.Dump(Tags);
        }
    }

    /// <summary>What was acknowledged.</summary>
    public string Expected() => AllowedStates().First();

    public WriteAheadLog Open(IFileSystem fileSystem, WalMutations mutations = WalMutations.None) => Open(fileSystem, Options, mutations);

    public static WriteAheadLog Open(IFileSystem fileSystem, WalOptions options, WalMutations mutations) =>
        WriteAheadLog.Open(fileSystem, "/log", options, new WalTesting(IsInline: true, mutations));

    /// <summary>One step: a group of appends and deletions that share a commit, or a reclaim, or a clean restart.</summary>
    public async Task<WriteAheadLog> StepAsync(WriteAheadLog log, Func<WriteAheadLog> reopen)
    {
        var kind = _random.Next(100);
        if (kind < 4)
        {
            await log.DisposeAsync();
            return reopen();
        }

        if (kind < 10)
        {
            await log.ReclaimAsync();
            return log;
        }

        var waiting = new List<Task>();
        for (var i = _random.Next(1, 6); i > 0; i--)
        {
            waiting.Add(Enqueue(log));
        }

        log.CommitQueued();
        await Task.WhenAll(waiting);
        _acknowledged.AddRange(_inFlight);
        _inFlight.Clear();
        return log;
    }

    private Task Enqueue(WriteAheadLog log)
    {
        var stream = Streams[_random.Next(Streams.Length)];
        if (stream == "idle" && _next.ContainsKey(stream))
        {
            stream = "a";
        }

        var next = _next.GetValueOrDefault(stream, 1);
        if (next > 1 && _random.Chance(0.2))
        {
            var to = Math.Max(1, next - 1 - _random.Next(6));
            _inFlight.Add(model => model.DeleteTo(stream, to));
            return log.DeleteToAsync(stream, to).AsTask();
        }

        var first = next + (_random.Chance(0.1) ? 1 : 0);
        var count = _random.Next(1, 4);
        var bytes = _random.Chance(0.02) ? LargePayloadBytes : _random.Next(PayloadBytesMax);
        var batch = new EventBatch(stream, first, count, _random.Bytes(bytes), _random.Chance(0.3) ? [Tags[_random.Next(2)]] : null);
        _next[stream] = first + count;
        _inFlight.Add(model => model.Append(batch));
        return log.AppendAsync(batch).AsTask();
    }
}
