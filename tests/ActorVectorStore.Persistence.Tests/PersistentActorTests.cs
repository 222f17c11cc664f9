using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.TestKit.Xunit2;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>The plugins under real persistent actors.</summary>
public sealed class PersistentActorTests : PersistenceTest
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    private static IActorRef StartList(TestKit kit, string persistenceId, IActorRef listener) =>
        kit.Sys.ActorOf(Props.Create(() => new ListActor(persistenceId, listener)));

    [Fact]
    public async Task An_actor_comes_back_with_its_snapshot_and_the_events_after_it()
    {
        var first = Start();
        var list = StartList(first, "list", first.TestActor);
        first.ExpectMsg<string>(text => text == "recovered:");
        foreach (var text in new[] { "a", "b", "c" })
        {
            list.Tell(text);
            first.ExpectMsg("stored " + text);
        }

        list.Tell(new SaveNow());
        first.ExpectMsg("saved");
        list.Tell("d");
        first.ExpectMsg("stored d");
        await EndAsync(first);

        var second = Start();
        StartList(second, "list", second.TestActor);

        second.ExpectMsg("offered a,b,c");
        second.ExpectMsg("recovered: a,b,c,d");
    }

    [Fact]
    public void An_actor_that_restarts_while_a_write_is_under_way_comes_back_with_it()
    {
        var disk = new GatedFileSystem { Concerns = path => path.EndsWith(".wal", StringComparison.Ordinal) };
        var kit = Start(fileSystem: disk);
        var list = StartList(kit, "list", kit.TestActor);
        kit.ExpectMsg("recovered:", Watchdog);
        list.Tell("a");
        kit.ExpectMsg("stored a", Watchdog);
        disk.Close();
        list.Tell(new Batch("b", "c"));
        disk.AwaitWaiting();

        list.Tell(new FailNow());
        disk.OpenGate();

        kit.FishForMessage(message => Equals(message, "recovered: a,b,c"), Watchdog);
        list.Tell("d");
        kit.ExpectMsg("stored d", Watchdog);
    }

    [Fact]
    public void A_rejected_event_leaves_the_actor_alive_and_a_hole_that_recovery_passes_over()
    {
        var kit = Start();
        var list = StartList(kit, "list", kit.TestActor);
        kit.ExpectMsg("recovered:");
        list.Tell("a");
        kit.ExpectMsg("stored a");
        list.Tell(TestEvent.Unserializable);
        kit.ExpectMsg("rejected 2");
        list.Tell("c");
        kit.ExpectMsg("stored c");
        kit.Watch(list);
        list.Tell(PoisonPill.Instance);
        kit.ExpectTerminated(list);

        list = StartList(kit, "list", kit.TestActor);
        kit.ExpectMsg("recovered: a,c");
        list.Tell("d");
        kit.ExpectMsg("stored d");
        Assert.Equal([1L, 3L, 4L], JournalOf(kit).Replay("list").Numbers);
    }

    [Fact]
    public void An_actor_whose_journal_fails_is_told_and_stopped()
    {
        var disk = new GatedFileSystem();
        var kit = Start(fileSystem: disk);
        var list = StartList(kit, "list", kit.TestActor);
        kit.ExpectMsg("recovered:");
        kit.Watch(list);
        disk.BeforeSync = path => throw new FileSystem.SyncFailedException(path, 5, "EIO");

        list.Tell("a");

        kit.ExpectMsg("failed 1");
        kit.ExpectTerminated(list);
    }

    [Fact]
    public void Write_adapters_run_once_per_event_and_tags_and_both_manifests_are_kept()
    {
        CountingAdapter.Calls = 0;
        var kit = Start(
            $$"""
            akka.persistence.journal.wal.event-adapters.count = "{{typeof(CountingAdapter).FullName}}, {{typeof(CountingAdapter).Assembly.GetName().Name}}"
            akka.persistence.journal.wal.event-adapter-bindings."{{typeof(TestEvent).FullName}}, {{typeof(TestEvent).Assembly.GetName().Name}}" = count
            """);
        var list = StartList(kit, "list", kit.TestActor);
        kit.ExpectMsg("recovered:");
        list.Tell(new Batch("a", "b", "c"));
        kit.ExpectMsg("stored a");
        kit.ExpectMsg("stored b");
        kit.ExpectMsg("stored c");

        Assert.Equal(3, CountingAdapter.Calls);
        var events = JournalOf(kit).Replay("list").Events;
        Assert.All(events, e => Assert.Equal("adapter-v2", e.Manifest));
        Assert.All(events, e => Assert.IsType<TestEvent>(e.Payload));
        Assert.Equal(["A!", "B!", "C!"], events.Select(e => ((TestEvent)e.Payload).Text));
    }

    [Fact]
    public void An_exception_in_a_write_adapter_fails_the_request_and_stores_nothing()
    {
        var kit = Start(
            $$"""
            akka.persistence.journal.wal.event-adapters.throwing = "{{typeof(ThrowingAdapter).FullName}}, {{typeof(ThrowingAdapter).Assembly.GetName().Name}}"
            akka.persistence.journal.wal.event-adapter-bindings."{{typeof(TestEvent).FullName}}, {{typeof(TestEvent).Assembly.GetName().Name}}" = throwing
            """);
        var journal = JournalOf(kit);

        var answers = JournalClient.Answers(journal.Send(journal.Atomic("a", 1, TestEvent.Plain("fine")), journal.Atomic("a", 2, TestEvent.Plain("bad"))), 2);

        Assert.All(answers, answer => Assert.IsType<WriteMessageFailure>(answer));
        Assert.Equal(0, journal.Replay("a").Highest);
    }

    [Fact]
    public void Many_actors_that_persist_at_once_all_come_back()
    {
        var kit = Start();
        var ids = Enumerable.Range(0, 40).Select(i => $"list-{i}").ToList();
        var lists = ids.Select(id => StartList(kit, id, kit.TestActor)).ToList();
        kit.ReceiveN(40, Watchdog);
        for (var round = 0; round < 5; round++)
        {
            lists.ForEach(list => list.Tell(new Batch("x", "y")));
        }

        kit.ReceiveN(400, Watchdog);
        foreach (var id in ids)
        {
            Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), JournalOf(kit).Replay(id).Numbers);
        }
    }

    [Theory]
    [InlineData("off", 600)]
    [InlineData("repair-by-discard-old", 800)]
    public void A_long_replay_is_not_sent_further_ahead_than_the_actor_works(string filter, int most)
    {
        CountingEvents.Reset();
        var adapter = $"{typeof(CountingEvents).FullName}, {typeof(CountingEvents).Assembly.GetName().Name}";
        var kit = Start(
            $$"""
            akka.persistence.journal.wal {
              replay-backpressure = 100
              batch-bytes-max = 4KiB
              replay-filter.mode = {{filter}}
              event-adapters.counting = "{{adapter}}"
              event-adapter-bindings."{{typeof(TestEvent).FullName}}, {{typeof(TestEvent).Assembly.GetName().Name}}" = counting
            }
            """);
        JournalOf(kit).WriteTexts("slow", 1, 3000);

        // The actor notes for each event how many were sent by then; what it has not seen yet is in its mailbox.
        kit.Sys.ActorOf(Props.Create(() => new LaggingActor("slow", kit.TestActor)));

        var ahead = kit.ExpectMsg<long>(Watchdog);
        Assert.InRange(ahead, 1, most);
        Assert.Equal(3000, CountingEvents.Sent);
    }

    internal sealed class LaggingActor(string persistenceId, IActorRef listener) : PersistentActor
    {
        private long _seen;
        private long _mostAhead;

        public override string PersistenceId => persistenceId;

        protected override bool ReceiveRecover(object message)
        {
            if (message is TestEvent)
            {
                _seen++;

                // Slower than the replay by work, not by the clock.
                for (var i = 0; i < 20; i++)
                {
                    System.Security.Cryptography.SHA256.HashData(new byte[4096]);
                }

                _mostAhead = Math.Max(_mostAhead, CountingEvents.Sent - _seen);
            }
            else if (message is RecoveryCompleted)
            {
                listener.Tell(_mostAhead);
            }

            return true;
        }

        protected override bool ReceiveCommand(object message) => false;
    }

    public sealed class CountingEvents : IReadEventAdapter
    {
        private static long s_sent;

        public static long Sent => Interlocked.Read(ref s_sent);

        public static void Reset() => Interlocked.Exchange(ref s_sent, 0);

        public IEventSequence FromJournal(object evt, string manifest)
        {
            Interlocked.Increment(ref s_sent);
            return EventSequence.Single(evt);
        }
    }

    internal sealed record SaveNow;

    internal sealed record FailNow;

    internal sealed record Batch(params string[] Texts);

    internal sealed class ListActor : PersistentActor
    {
        private readonly List<string> _texts = [];
        private readonly IActorRef _listener;

        public ListActor(string persistenceId, IActorRef listener)
        {
            PersistenceId = persistenceId;
            _listener = listener;
        }

        public override string PersistenceId { get; }

        protected override bool ReceiveRecover(object message)
        {
            switch (message)
            {
                case SnapshotOffer offer:
                    _texts.AddRange(((TestEvent)offer.Snapshot).Text.Split(','));
                    _listener.Tell("offered " + string.Join(',', _texts));
                    return true;
                case TestEvent e:
                    _texts.Add(e.Text);
                    return true;
                case RecoveryCompleted:
                    _listener.Tell(("recovered: " + string.Join(',', _texts)).TrimEnd());
                    return true;
                default:
                    return false;
            }
        }

        protected override bool ReceiveCommand(object message)
        {
            switch (message)
            {
                case string text:
                    Persist(TestEvent.Plain(text), Stored);
                    return true;
                case TestEvent e:
                    Persist(e, Stored);
                    return true;
                case Batch batch:
                    PersistAllAsync(batch.Texts.Select(TestEvent.Plain), Stored);
                    return true;
                case FailNow:
                    throw new InvalidOperationException("A test restarts the actor.");
                case SaveNow:
                    SaveSnapshot(TestEvent.Plain(string.Join(',', _texts)));
                    return true;
                case SaveSnapshotSuccess:
                    _listener.Tell("saved");
                    return true;
                default:
                    return false;
            }
        }

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => _listener.Tell($"rejected {sequenceNr}");

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _listener.Tell($"failed {sequenceNr}");

        private void Stored(TestEvent e)
        {
            _texts.Add(e.Text);
            _listener.Tell("stored " + e.Text);
        }
    }

    public sealed class CountingAdapter : IEventAdapter
    {
        private static int s_calls;

        public static int Calls
        {
            get => Volatile.Read(ref s_calls);
            set => Volatile.Write(ref s_calls, value);
        }

        public string Manifest(object evt) => "adapter-v2";

        public object ToJournal(object evt)
        {
            Interlocked.Increment(ref s_calls);
            return new Tagged(TestEvent.Plain(((TestEvent)evt).Text.ToUpperInvariant()), ["t"]);
        }

        public IEventSequence FromJournal(object evt, string manifest) =>
            EventSequence.Single(manifest == "adapter-v2" ? TestEvent.Plain(((TestEvent)evt).Text + "!") : evt);
    }

    public sealed class ThrowingAdapter : IWriteEventAdapter
    {
        public string Manifest(object evt) => string.Empty;

        public object ToJournal(object evt) =>
            ((TestEvent)evt).Text == "bad" ? throw new InvalidOperationException("The adapter does not like this event.") : evt;
    }
}
