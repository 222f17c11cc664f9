using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Benchmarks.Measurement;
using Akka.Actor;
using Akka.Configuration;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>
/// One journal in a new directory: actors write, then others with the same ids recover, as often as wanted, each time in a new actor system
/// where the journal outlives one. The journal has always started before anything is timed.
/// </summary>
internal sealed class JournalSession : IAsyncDisposable
{
    private const string CommonConfiguration = """
        akka {
          loglevel = WARNING
          stdout-loglevel = WARNING
          persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
          actor {
            serializers.benchmark = "ActorVectorStore.Benchmarks.Journals.BenchmarkEventSerializer, ActorVectorStore.Benchmarks"
            serialization-bindings { "ActorVectorStore.Benchmarks.Journals.BenchmarkEvent, ActorVectorStore.Benchmarks" = benchmark }
          }
        }
        """;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly JournalSystem _journal;
    private readonly JournalWorkload _workload;
    private readonly string _directory;
    private ActorSystem _system;
    private List<IActorRef> _actors = [];
    private long _events;

    private JournalSession(JournalSystem journal, JournalWorkload workload, string directory, ActorSystem system)
    {
        _journal = journal;
        _workload = workload;
        _directory = directory;
        _system = system;
    }

    public static async Task<JournalSession> StartAsync(JournalSystem journal, JournalWorkload workload, string directory)
    {
        journal.Prepare(directory);
        return new JournalSession(journal, workload, directory, await StartSystemAsync(journal, directory).ConfigureAwait(false));
    }

    /// <summary>Writes as the workload says. Once.</summary>
    public async Task<WritingResult> WriteAsync(BlockDevice device)
    {
        var pass = new WritingPass(_workload.Actors, _workload.EventsMax);
        _actors =
        [
            .. Enumerable.Range(0, _workload.Actors).Select(actor => _system.ActorOf(
                Props.Create(() => new WritingActor(IdOf(actor), _workload.PayloadBytes, _workload.Mode, pass)))),
        ];
        await Task.WhenAll(_actors.Select(writer => writer.Ask<ActorIdentity>(new Identify(null)))).ConfigureAwait(false);

        var flushes = device.Read()?.Flushes;
        var before = ProcessCounters.Read();
        var begin = Stopwatch.GetTimestamp();
        _actors.ForEach(writer => writer.Tell(StartWriting.Instance));
        await Task.WhenAny(Task.Delay(_workload.WritingTime), pass.Finished).ConfigureAwait(false);
        pass.End();
        var reports = await pass.Finished.ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        _events = reports.Sum(report => report.Events);
        return ResultOf(reports, seconds, ProcessCounters.Read() - before, device.Read()?.Flushes - flushes);
    }

    /// <summary>Recovers all actors at once; throws unless all events came back.</summary>
    public async Task<ReplayResult> ReplayAsync()
    {
        await EndActorsAsync().ConfigureAwait(false);
        var before = ProcessCounters.Read();
        var begin = Stopwatch.GetTimestamp();
        var recoveries = Enumerable.Range(0, _workload.Actors).Select(actor => Recover(_system, IdOf(actor))).ToArray();
        _actors = [.. recoveries.Select(recovery => recovery.Actor)];
        var digests = await Task.WhenAll(recoveries.Select(recovery => recovery.Recovered)).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var cost = EventCost.Of(ProcessCounters.Read() - before, _events);
        var count = digests.Sum(digest => digest.Count);
        var bytes = digests.Sum(digest => digest.Bytes);
        return count == _events && bytes == _events * _workload.PayloadBytes
            ? new ReplayResult(count, count / seconds, bytes / seconds / 1e6, cost)
            : throw new InvalidDataException($"{_journal.Name}: expected {_events} events of {_workload.PayloadBytes} bytes, found {count} and {bytes} bytes.");
    }

    public async ValueTask DisposeAsync() => await _journal.Terminate(_system).ConfigureAwait(false);

    private static string IdOf(int actor) => "writer-" + actor.ToString("d4", CultureInfo.InvariantCulture);

    /// <summary>Starts an actor system and waits until its journal has served a recovery.</summary>
    private static async Task<ActorSystem> StartSystemAsync(JournalSystem journal, string directory)
    {
        var configuration = ConfigurationFactory.ParseString(journal.Configuration(directory))
            .WithFallback(ConfigurationFactory.ParseString(CommonConfiguration));
        var system = ActorSystem.Create("benchmarks", configuration);
        await Recover(system, "starts the journal").Recovered.ConfigureAwait(false);
        return system;
    }

    private static (IActorRef Actor, Task<RecordDigest> Recovered) Recover(ActorSystem system, string persistenceId)
    {
        var recovered = new TaskCompletionSource<RecordDigest>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (system.ActorOf(Props.Create(() => new ReplayingActor(persistenceId, recovered))), recovered.Task);
    }

    private static WritingResult ResultOf(IReadOnlyList<WritingReport> reports, double seconds, ProcessCounters used, long? flushes)
    {
        var latencies = new LatencyHistogram();
        foreach (var report in reports)
        {
            latencies.Add(report.Latencies);
        }

        var events = reports.Sum(report => report.Events);
        return new WritingResult
        {
            Events = events,
            PerSecond = events / seconds,
            MedianMicroseconds = latencies.Microseconds(0.5),
            HighMicroseconds = latencies.Microseconds(0.99),
            FlushesPerEvent = flushes / (double)events,
            Cost = EventCost.Of(used, events),
        };
    }

    private async Task EndActorsAsync()
    {
        if (_journal.IsInMemory)
        {
            await Task.WhenAll(_actors.Select(actor => actor.GracefulStop(StopTimeout))).ConfigureAwait(false);
            return;
        }

        await _journal.Terminate(_system).ConfigureAwait(false);
        _system = await StartSystemAsync(_journal, _directory).ConfigureAwait(false);
    }
}
