using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit.Xunit2;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Speaks the framework's journal protocol as a persistent actor does.</summary>
public sealed class JournalClient(TestKit kit, IActorRef journal)
{
    private const int Instance = 1;

    public IActorRef Journal => journal;

    public string Writer { get; set; } = Guid.NewGuid().ToString("D");

    /// <summary>Sends one request of several atomic writes; the answers go to the probe.</summary>
    public Akka.TestKit.TestProbe Send(params AtomicWrite[] writes)
    {
        var probe = kit.CreateTestProbe();
        journal.Tell(new WriteMessages(writes, probe.Ref, Instance), probe.Ref);
        return probe;
    }

    public AtomicWrite Atomic(string persistenceId, long first, params object[] payloads) => new(payloads
        .Select((payload, i) => (IPersistentRepresentation)new Persistent(payload, first + i, persistenceId, writerGuid: Writer))
        .ToImmutableList());

    /// <summary>Writes events as one atomic write each, in one request; expects success.</summary>
    public void Write(string persistenceId, long first, params object[] payloads)
    {
        var answers = Answers(Send(payloads.Select((payload, i) => Atomic(persistenceId, first + i, payload)).ToArray()), payloads.Length);
        Assert.All(answers, answer => Assert.IsType<WriteMessageSuccess>(answer));
    }

    public void WriteTexts(string persistenceId, long first, long last) =>
        Write(persistenceId, first, Enumerable.Range(0, (int)(last - first + 1)).Select(i => (object)TestEvent.Plain($"{persistenceId}-{first + i}")).ToArray());

    /// <summary>Writes events as one atomic write; expects success.</summary>
    public void WriteAll(string persistenceId, long first, params object[] payloads)
    {
        var answers = Answers(Send(Atomic(persistenceId, first, payloads)), payloads.Length);
        Assert.All(answers, answer => Assert.IsType<WriteMessageSuccess>(answer));
    }

    /// <summary>The answers per event; the one for the request is checked and left out.</summary>
    public static IReadOnlyList<object> Answers(Akka.TestKit.TestProbe probe, int events)
    {
        var first = probe.ReceiveOne(TimeSpan.FromSeconds(60));
        var answers = Enumerable.Range(0, events).Select(_ => probe.ReceiveOne(TimeSpan.FromSeconds(60))).ToList();
        Assert.All(answers, Assert.NotNull);
        if (first is WriteMessagesFailed)
        {
            Assert.All(answers, answer => Assert.IsType<WriteMessageFailure>(answer));
        }
        else
        {
            Assert.IsType<WriteMessagesSuccessful>(first);
        }

        return answers;
    }

    public Replayed Replay(string persistenceId, long from = 1, long to = long.MaxValue, long max = long.MaxValue)
    {
        var probe = kit.CreateTestProbe();
        journal.Tell(new ReplayMessages(from, to, max, persistenceId, probe.Ref), probe.Ref);
        var events = new List<IPersistentRepresentation>();
        while (true)
        {
            switch (probe.ReceiveOne(TimeSpan.FromSeconds(60)))
            {
                case ReplayedMessage replayed:
                    events.Add(replayed.Persistent);
                    break;
                case RecoverySuccess success:
                    return new Replayed(events, success.HighestSequenceNr, null);
                case ReplayMessagesFailure failure:
                    return new Replayed(events, -1, failure.Cause);
                case var other:
                    throw new InvalidOperationException($"Expected a replay; found {other ?? "nothing"}.");
            }
        }
    }

    public void DeleteTo(string persistenceId, long to)
    {
        var probe = kit.CreateTestProbe();
        journal.Tell(new DeleteMessagesTo(persistenceId, to, probe.Ref), probe.Ref);
        probe.ExpectMsg<DeleteMessagesSuccess>(TimeSpan.FromSeconds(60));
    }
}

public sealed record Replayed(IReadOnlyList<IPersistentRepresentation> Events, long Highest, Exception? Failure)
{
    public IEnumerable<long> Numbers => Events.Select(e => e.SequenceNr);

    public IEnumerable<string> Texts => Events.Select(e => ((TestEvent)e.Payload).Text);
}
