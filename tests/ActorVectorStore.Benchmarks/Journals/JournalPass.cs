using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Benchmarks.Measurement;
using Akka.Actor;
using Akka.Configuration;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>
/// One journal in a new directory: actors write for a while, then others with the same ids recover, in another actor system where the journal
/// outlives one. The journal has started before either is timed.
/// </summary>
internal sealed class JournalPass(JournalSystem journal, JournalWorkload workload, BlockDevice device, string directory)
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

    public async Task<JournalResult> RunAsync()
    {
        journal.Prepare(directory);
        var system = await StartAsync().ConfigureAwait(false);
        try
        {
            var (result, writers) = await WriteAsync(system).ConfigureAwait(false);
            if (journal.IsInMemory)
            {
                await Task.WhenAll(writers.Select(writer => writer.GracefulStop(TimeSpan.FromSeconds(30)))).ConfigureAwait(false);
            }
            else
            {
                await system.Terminate().ConfigureAwait(false);
                system = await StartAsync().ConfigureAwait(false);
            }

            return new JournalResult(result, await ReplayAsync(system, result.Events).ConfigureAwait(false));
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
            journal.CleanUp();
        }
    }

    private static string IdOf(int actor) => "writer-" + actor.ToString("d4", CultureInfo.InvariantCulture);

    /// <summary>Starts an actor system and waits until its journal has served a recovery.</summary>
    private async Task<ActorSystem> StartAsync()
    {
        var configuration = ConfigurationFactory.ParseString(journal.Configuration(directory))
            .WithFallback(ConfigurationFactory.ParseString(CommonConfiguration));
        var system = ActorSystem.Create("benchmarks", configuration);
        await RecoverAsync(system, "starts the journal").ConfigureAwait(false);
        return system;
    }

    private async Task<(WritingResult Result, IActorRef[] Writers)> WriteAsync(ActorSystem system)
    {
        var pass = new WritingPass(workload.Actors, workload.EventsMax);
        var writers = Enumerable.Range(0, workload.Actors)
            .Select(actor => system.ActorOf(Props.Create(() => new WritingActor(IdOf(actor), workload.PayloadBytes, workload.Mode, pass))))
            .ToArray();
        await Task.WhenAll(writers.Select(writer => writer.Ask<ActorIdentity>(new Identify(null)))).ConfigureAwait(false);

        var flushes = device.Read()?.Flushes;
        var before = ProcessCounters.Read();
        var begin = Stopwatch.GetTimestamp();
        Array.ForEach(writers, writer => writer.Tell(StartWriting.Instance));
        await Task.WhenAny(Task.Delay(workload.WritingTime), pass.Finished).ConfigureAwait(false);
        pass.End();
        var reports = await pass.Finished.ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return (ResultOf(reports, seconds, ProcessCounters.Read() - before, device.Read()?.Flushes - flushes), writers);
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

    /// <summary>Recovers all actors at once; throws unless all events came back.</summary>
    private async Task<ReplayResult> ReplayAsync(ActorSystem system, long events)
    {
        var before = ProcessCounters.Read();
        var begin = Stopwatch.GetTimestamp();
        var digests = await Task.WhenAll(Enumerable.Range(0, workload.Actors).Select(actor => RecoverAsync(system, IdOf(actor)))).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var cost = EventCost.Of(ProcessCounters.Read() - before, events);
        var count = digests.Sum(digest => digest.Count);
        var bytes = digests.Sum(digest => digest.Bytes);
        return count == events && bytes == events * workload.PayloadBytes
            ? new ReplayResult(count, count / seconds, bytes / seconds / 1e6, cost)
            : throw new InvalidDataException($"{journal.Name}: expected {events} events of {workload.PayloadBytes} bytes, found {count} and {bytes} bytes.");
    }

    private static Task<RecordDigest> RecoverAsync(ActorSystem system, string persistenceId)
    {
        var recovered = new TaskCompletionSource<RecordDigest>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new ReplayingActor(persistenceId, recovered)));
        return recovered.Task;
    }
}
