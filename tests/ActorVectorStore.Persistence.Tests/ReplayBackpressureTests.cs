using Akka.Actor;
using Akka.Persistence;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>A replay runs ahead of its receiver by a bounded number of events, and survives a receiver that takes its time.</summary>
public sealed class ReplayBackpressureTests : PersistenceTest
{
    private const int Backpressure = 20;

    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_single_batch_of_many_events_runs_ahead_by_no_more_than_the_bound()
    {
        var kit = Start($"akka.persistence.journal.wal {{ replay-backpressure = {Backpressure} \n replay-filter.mode = off }}");
        var journal = JournalOf(kit);
        journal.WriteAll("a", 1, [.. Enumerable.Range(1, 1000).Select(i => TestEvent.Plain($"{i}"))]);
        using var gate = new SemaphoreSlim(0);
        var receiver = kit.Sys.ActorOf(Props.Create(() => new SlowReceiver(gate, kit.TestActor)));

        journal.Journal.Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, "a", receiver), receiver);
        var aheadMax = 0;
        for (var i = 1; i <= 1000; i++)
        {
            Assert.Equal((long)i, kit.ExpectMsg<long>(Watchdog));
            aheadMax = Math.Max(aheadMax, ((IInternalActorRef)receiver) is ActorRefWithCell { Underlying: var cell } ? cell.NumberOfMessages : 0);
            gate.Release();
        }

        Assert.Equal(1000, kit.ExpectMsg<RecoverySuccess>(Watchdog).HighestSequenceNr);
        Assert.InRange(aheadMax, 1, Backpressure + 1);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_holds_up_nothing_for_good()
    {
        var kit = Start();
        using var gate = new SemaphoreSlim(0);
        var busy = kit.Sys.ActorOf(Props.Create(() => new SlowReceiver(gate, kit.TestActor)));
        busy.Tell(new ReplayedMessage(new Persistent("x", 1)));
        kit.ExpectMsg<long>(Watchdog);

        await new ReplayReceiver(busy, TimeSpan.FromMilliseconds(1)).CaughtUpAsync();

        gate.Release();
    }

    [Fact]
    public async Task A_receiver_that_has_stopped_ends_the_replay()
    {
        var kit = Start();
        var stopped = kit.Sys.ActorOf(Props.Create(() => new SlowReceiver(new SemaphoreSlim(0), kit.TestActor)));
        kit.Watch(stopped);
        kit.Sys.Stop(stopped);
        kit.ExpectTerminated(stopped, Watchdog);

        await Assert.ThrowsAsync<OperationCanceledException>(() => new ReplayReceiver(stopped, Watchdog).CaughtUpAsync());
    }

    /// <summary>Tells the number of each event and then keeps its thread until the test lets it go on.</summary>
    private sealed class SlowReceiver : UntypedActor
    {
        private readonly SemaphoreSlim _gate;
        private readonly IActorRef _observer;

        public SlowReceiver(SemaphoreSlim gate, IActorRef observer) => (_gate, _observer) = (gate, observer);

        protected override void OnReceive(object message)
        {
            if (message is ReplayedMessage replayed)
            {
                _observer.Tell(replayed.Persistent.SequenceNr);
                _gate.Wait(Watchdog);
            }
            else
            {
                _observer.Tell(message);
            }
        }
    }
}
