using System.Diagnostics;
using ActorVectorStore.Benchmarks.Measurement;
using Akka.Persistence;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>How a writing actor persists.</summary>
/// <param name="Name">As the tables call it.</param>
/// <param name="Window">Events of one actor in flight with PersistAsync; 0 for Persist, which has one and stashes commands meanwhile.</param>
internal sealed record PersistMode(string Name, int Window)
{
    public static readonly PersistMode OneByOne = new("Persist", 0);
    public static readonly PersistMode InFlight = new("PersistAsync, 32 in flight", 32);
}

/// <summary>What a writing actor has had acknowledged.</summary>
internal sealed record WritingReport(long Events, LatencyHistogram Latencies);

/// <summary>Persists events in a closed loop, from the command that starts it until the pass is over or it has persisted its share.</summary>
internal sealed class WritingActor(string persistenceId, int payloadBytes, PersistMode mode, WritingPass pass) : UntypedPersistentActor
{
    private readonly byte[] _payload = PayloadOf(persistenceId, payloadBytes);
    private readonly LatencyHistogram _latencies = new();
    private readonly Queue<long> _begins = new();
    private long _started;
    private long _persisted;

    public override string PersistenceId => persistenceId;

    protected override void OnRecover(object message)
    {
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case StartWriting:
                StartWriters();
                break;
            case WriteNext:
                PersistOne();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => pass.Fail(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => pass.Fail(cause);

    private static byte[] PayloadOf(string persistenceId, int bytes)
    {
        var payload = new byte[bytes];
        new Random(persistenceId.Length).NextBytes(payload);
        return payload;
    }

    private void StartWriters()
    {
        for (var i = 0; i < Math.Max(1, mode.Window); i++)
        {
            PersistOne();
        }
    }

    private void PersistOne()
    {
        _started++;
        _begins.Enqueue(Stopwatch.GetTimestamp());
        var persisted = new BenchmarkEvent(_payload);
        if (mode.Window > 0)
        {
            PersistAsync(persisted, OnPersisted);
        }
        else
        {
            Persist(persisted, OnPersisted);
        }
    }

    private void OnPersisted(BenchmarkEvent persisted)
    {
        _latencies.Record(Stopwatch.GetElapsedTime(_begins.Dequeue()));
        _persisted++;
        if (!pass.IsOver && _started < pass.EventsMax)
        {
            GoOn();
        }
        else if (_persisted == _started)
        {
            pass.Finish(new WritingReport(_persisted, _latencies));
        }
    }

    // With Persist the next command comes by the mailbox, as a client's would.
    private void GoOn()
    {
        if (mode.Window > 0)
        {
            PersistOne();
        }
        else
        {
            Self.Tell(WriteNext.Instance, Self);
        }
    }
}

/// <summary>To a writing actor, once it has recovered: begin.</summary>
internal sealed record StartWriting
{
    public static readonly StartWriting Instance = new();
}

/// <summary>From a writing actor to itself: persist another event.</summary>
internal sealed record WriteNext
{
    public static readonly WriteNext Instance = new();
}
