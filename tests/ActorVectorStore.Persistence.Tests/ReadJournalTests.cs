using Akka.Persistence.Journal;
using Akka.Persistence.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence.Tests;

public sealed class ReadJournalTests : PersistenceTest
{
    private TestKit _kit = null!;
    private JournalClient _journal = null!;
    private WalReadJournal _queries = null!;
    private ActorMaterializer _materializer = null!;

    private void Open(string settings = "")
    {
        _kit = Start(settings);
        _journal = JournalOf(_kit);
        _queries = PersistenceQuery.Get(_kit.Sys).ReadJournalFor<WalReadJournal>(WalReadJournal.Identifier);
        _materializer = _kit.Sys.Materializer();
    }

    private SubscriberProbe<T> Probe<T>(Source<T, Akka.NotUsed> source)
    {
        var probe = new SubscriberProbe<T>();
        source.RunWith(Sink.FromSubscriber(probe), _materializer);
        return probe;
    }

    /// <summary>Asserts that nothing comes without demand: other queries have run to their end in the meantime.</summary>
    private async Task ExpectSilence<T>(SubscriberProbe<T> probe)
    {
        for (var i = 0; i < 3; i++)
        {
            await All(_queries.CurrentAllEvents(Offset.NoOffset()));
        }

        probe.ExpectSilence();
    }

    private async Task<List<T>> All<T>(Source<T, Akka.NotUsed> source) => [.. await source.RunWith(Sink.Seq<T>(), _materializer)];

    private static Tagged Tagged(string text, params string[] tags) => new(TestEvent.Plain(text), tags);

    private static string Text(EventEnvelope envelope) => ((TestEvent)envelope.Event).Text;

    private static long Ordinal(EventEnvelope envelope) => ((Sequence)envelope.Offset).Value;

    [Theory]
    [InlineData(0, long.MaxValue, "1 2 3 4 5")]
    [InlineData(2, 4, "2 3 4")]
    [InlineData(2, 2, "2")]
    [InlineData(0, 0, "")]
    [InlineData(0, 1, "1")]
    [InlineData(6, 10, "")]
    [InlineData(4, 3, "")]
    public async Task Current_events_of_an_id_are_those_in_the_range(long from, long to, string expected)
    {
        Open();
        _journal.WriteTexts("a", 1, 5);
        _journal.WriteTexts("b", 1, 5);

        var events = await All(_queries.CurrentEventsByPersistenceId("a", from, to));

        Assert.Equal(expected, string.Join(' ', events.Select(e => e.SequenceNr)));
        Assert.All(events, e => Assert.Equal($"a-{e.SequenceNr}", Text(e)));
        Assert.All(events, e => Assert.True(e.Timestamp > 0));
    }

    [Fact]
    public async Task Current_events_of_nobody_are_none()
    {
        Open();
        Assert.Empty(await All(_queries.CurrentEventsByPersistenceId("nobody", 0, long.MaxValue)));
        Assert.Empty(await All(_queries.CurrentAllEvents(Offset.NoOffset())));
        Assert.Empty(await All(_queries.CurrentEventsByTag("none", Offset.NoOffset())));
        Assert.Empty(await All(_queries.CurrentPersistenceIds()));
    }

    [Fact]
    public async Task Deleted_events_are_in_no_query()
    {
        Open();
        _journal.WriteAll("a", 1, [Tagged("1", "t"), Tagged("2", "t"), Tagged("3", "t")]);
        _journal.DeleteTo("a", 2);

        Assert.Equal(["3"], (await All(_queries.CurrentEventsByPersistenceId("a", 0, long.MaxValue))).Select(Text));
        Assert.Equal(["3"], (await All(_queries.CurrentEventsByTag("t", Offset.NoOffset()))).Select(Text));
        Assert.Equal(["3"], (await All(_queries.CurrentAllEvents(Offset.NoOffset()))).Select(Text));
        _journal.DeleteTo("a", 3);
        Assert.Empty(await All(_queries.CurrentEventsByPersistenceId("a", 0, long.MaxValue)));
        Assert.Equal(["a"], await All(_queries.CurrentPersistenceIds()));
    }

    [Fact]
    public async Task Current_events_wait_for_demand_and_then_end()
    {
        Open();
        _journal.WriteTexts("a", 1, 3);
        var probe = Probe(_queries.CurrentEventsByPersistenceId("a", 0, long.MaxValue));

        probe.Request(2);
        Assert.Equal([1L, 2L], probe.ExpectNextN(2).Select(e => e.SequenceNr));
        await ExpectSilence(probe);
        _journal.WriteTexts("a", 4, 4);
        probe.Request(5);
        Assert.Equal(3, probe.ExpectNext().SequenceNr);
        probe.ExpectComplete();
    }

    [Fact]
    public void Live_events_of_an_id_go_on_until_the_upper_bound()
    {
        Open();
        _journal.WriteTexts("a", 1, 2);
        var probe = Probe(_queries.EventsByPersistenceId("a", 0, 4));

        probe.Request(10);
        Assert.Equal([1L, 2L], probe.ExpectNextN(2).Select(e => e.SequenceNr));
        _journal.WriteTexts("b", 1, 1);
        _journal.WriteTexts("a", 3, 3);
        Assert.Equal(3, probe.ExpectNext().SequenceNr);
        _journal.WriteTexts("a", 4, 5);
        Assert.Equal(4, probe.ExpectNext().SequenceNr);
        probe.ExpectComplete();
    }

    [Fact]
    public async Task Live_events_respect_demand_exactly()
    {
        Open("akka.persistence.query.journal.wal.max-buffer-size = 2");
        _journal.WriteTexts("a", 1, 20);
        var probe = Probe(_queries.EventsByPersistenceId("a", 0, long.MaxValue));

        probe.Request(3);
        Assert.Equal([1L, 2L, 3L], probe.ExpectNextN(3).Select(e => e.SequenceNr));
        await ExpectSilence(probe);
        probe.Request(18);
        Assert.Equal(Enumerable.Range(4, 17).Select(i => (long)i), probe.ExpectNextN(17).Select(e => e.SequenceNr));
        _journal.WriteTexts("a", 21, 22);
        Assert.Equal(21, probe.ExpectNext().SequenceNr);
        await ExpectSilence(probe);
        probe.Cancel();
    }

    [Fact]
    public async Task Tagged_events_come_in_the_order_of_their_ordinals_behind_the_offset()
    {
        Open();
        _journal.WriteAll("a", 1, [Tagged("a green apple", "green", "fruit"), TestEvent.Plain("nothing")]);
        _journal.Write("b", 1, Tagged("a green leaf", "green"), Tagged("a black car", "black"));
        _journal.Write("a", 3, Tagged("a green cucumber", "green"));

        var events = await All(_queries.CurrentEventsByTag("green", Offset.NoOffset()));

        Assert.Equal(["a green apple", "a green leaf", "a green cucumber"], events.Select(Text));
        Assert.Equal([1L, 3L, 5L], events.Select(Ordinal));
        Assert.Equal(["fruit", "green"], events[0].Tags);
        Assert.Equal(["a green leaf", "a green cucumber"], (await All(_queries.CurrentEventsByTag("green", Offset.Sequence(1)))).Select(Text));
        Assert.Equal(["a green cucumber"], (await All(_queries.CurrentEventsByTag("green", Offset.Sequence(3)))).Select(Text));
        Assert.Empty(await All(_queries.CurrentEventsByTag("green", Offset.Sequence(5))));
        Assert.Equal(["a black car"], (await All(_queries.CurrentEventsByTag("black", Offset.NoOffset()))).Select(Text));
        Assert.Empty(await All(_queries.CurrentEventsByTag("Green", Offset.NoOffset())));
    }

    [Fact]
    public void Live_tagged_events_arrive_as_they_are_written()
    {
        Open();
        var probe = Probe(_queries.EventsByTag("t", Offset.NoOffset()));
        probe.Request(10);

        for (var i = 1; i <= 5; i++)
        {
            _journal.Write("a", (2 * i) - 1, Tagged($"{i}", "t"), TestEvent.Plain("other"));
            var envelope = probe.ExpectNext();
            Assert.Equal($"{i}", Text(envelope));
            Assert.Equal((2 * i) - 1, Ordinal(envelope));
        }

        probe.Cancel();
    }

    [Fact]
    public async Task Ordinals_have_no_gaps_over_all_ids_and_restarts()
    {
        Open();
        for (var i = 0; i < 20; i++)
        {
            _journal.WriteTexts($"p{i % 3}", (i / 3 * 2) + 1, (i / 3 * 2) + 2);
        }

        await EndAsync(_kit);
        Open();
        _journal.WriteTexts("late", 1, 1);

        var events = await All(_queries.CurrentAllEvents(Offset.NoOffset()));

        Assert.Equal(Enumerable.Range(1, 41).Select(i => (long)i), events.Select(Ordinal));
        Assert.Equal("late", events[^1].PersistenceId);
        Assert.Equal(Enumerable.Range(31, 11).Select(i => (long)i), (await All(_queries.CurrentAllEvents(Offset.Sequence(30)))).Select(Ordinal));
    }

    [Fact]
    public async Task A_consumer_that_continues_behind_its_last_offset_misses_and_repeats_nothing_while_many_write()
    {
        Open();
        var seen = new List<long>();
        var writers = Enumerable.Range(0, 8).Select(w => Task.Run(() =>
        {
            var journal = JournalOf(_kit);
            for (var i = 1; i <= 50; i++)
            {
                journal.WriteTexts($"w{w}", i, i);
            }
        })).ToArray();
        while (seen.Count < 400)
        {
            var offset = seen.Count == 0 ? Offset.NoOffset() : Offset.Sequence(seen[^1]);
            var next = await _queries.AllEvents(offset).Take(Math.Min(37, 400 - seen.Count)).RunWith(Sink.Seq<EventEnvelope>(), _materializer);
            seen.AddRange(next.Select(Ordinal));
        }

        await Task.WhenAll(writers);
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task From_end_begins_with_the_last_events_and_goes_on_live()
    {
        Open();
        for (var i = 1; i <= 10; i++)
        {
            _journal.Write("a", i, i % 2 == 0 ? Tagged($"{i}", "even") : TestEvent.Plain($"{i}"));
        }

        Assert.Equal(["9", "10"], (await All(_queries.CurrentAllEvents(new FromEnd(2)))).Select(Text));
        Assert.Equal(["6", "8", "10"], (await All(_queries.CurrentEventsByTag("even", new FromEnd(3)))).Select(Text));
        Assert.Equal(10, (await All(_queries.CurrentAllEvents(new FromEnd(100)))).Count);

        var probe = Probe(_queries.EventsByTag("even", new FromEnd(1)));
        probe.Request(5);
        Assert.Equal("10", Text(probe.ExpectNext()));
        _journal.Write("a", 11, Tagged("11", "even"));
        Assert.Equal("11", Text(probe.ExpectNext()));
        probe.Cancel();
    }

    [Fact]
    public async Task From_end_does_not_count_deleted_events()
    {
        Open();
        _journal.WriteTexts("kept", 1, 3);
        _journal.WriteTexts("gone", 1, 50);
        _journal.DeleteTo("gone", 50);

        Assert.Equal(["kept-2", "kept-3"], (await All(_queries.CurrentAllEvents(new FromEnd(2)))).Select(Text));
    }

    [Fact]
    public void An_offset_of_another_kind_is_refused_with_the_kinds_that_fit()
    {
        Open();
        var refused = Assert.Throws<ArgumentException>(() => _queries.AllEvents(Offset.TimeBasedUuid(Guid.NewGuid())));
        Assert.Contains("Sequence", refused.Message);
    }

    [Fact]
    public async Task Current_ids_are_each_there_once()
    {
        Open();
        _journal.WriteTexts("a", 1, 2);
        _journal.WriteTexts("b", 1, 1);
        _journal.WriteTexts("a", 3, 3);

        Assert.Equal(["a", "b"], (await All(_queries.CurrentPersistenceIds())).Order());
    }

    [Fact]
    public async Task Live_ids_come_as_they_appear_and_only_on_demand()
    {
        Open();
        _journal.WriteTexts("a", 1, 1);
        _journal.WriteTexts("b", 1, 1);
        var probe = Probe(_queries.PersistenceIds());

        probe.Request(1);
        Assert.Equal("a", probe.ExpectNext());
        await ExpectSilence(probe);
        probe.Request(2);
        Assert.Equal("b", probe.ExpectNext());
        _journal.WriteTexts("a", 2, 2);
        _journal.WriteTexts("c", 1, 1);
        Assert.Equal("c", probe.ExpectNext());
        _journal.WriteTexts("d", 1, 1);
        await ExpectSilence(probe);
        probe.Request(1);
        Assert.Equal("d", probe.ExpectNext());
        probe.Cancel();
    }

    [Fact]
    public async Task Ids_known_only_by_their_snapshots_are_among_the_ids_once_also_after_a_restart()
    {
        Open();
        SnapshotsOf(_kit).Save("s", 5, TestEvent.Plain("x"));
        SnapshotsOf(_kit).Save("both", 5, TestEvent.Plain("x"));
        _journal.WriteTexts("both", 1, 1);
        _journal.WriteTexts("a", 1, 1);
        Assert.Equal(["a", "both", "s"], (await All(_queries.CurrentPersistenceIds())).Order());
        await EndAsync(_kit);
        Open();

        Assert.Equal(["a", "both", "s"], (await All(_queries.CurrentPersistenceIds())).Order());
        var probe = Probe(_queries.PersistenceIds());
        probe.Request(10);
        Assert.Equal(["a", "both", "s"], probe.ExpectNextN(3).Order());
        SnapshotsOf(_kit).Save("new", 1, TestEvent.Plain("x"));
        Assert.Equal("new", probe.ExpectNext());
        _journal.WriteTexts("new", 1, 1);
        _journal.WriteTexts("last", 1, 1);
        Assert.Equal("last", probe.ExpectNext());
        probe.Cancel();
    }

    [Fact]
    public async Task Queries_fail_with_the_cause_when_the_engine_cannot_be_opened()
    {
        PhysicalFileSystem.Instance.CreateDirectory(DataDirectory);
        using var other = PhysicalFileSystem.Instance.LockDirectory(DataDirectory);
        var kit = Start();
        var queries = PersistenceQuery.Get(kit.Sys).ReadJournalFor<WalReadJournal>(WalReadJournal.Identifier);
        _materializer = kit.Sys.Materializer();

        await Assert.ThrowsAsync<DirectoryLockedException>(() => All(queries.CurrentAllEvents(Offset.NoOffset())));
        await Assert.ThrowsAsync<DirectoryLockedException>(() => All(queries.PersistenceIds()));
    }

    [Fact]
    public async Task Read_adapters_are_applied_and_may_make_several_events_or_none()
    {
        Open(
            $$"""
            akka.persistence.journal.wal.event-adapters.split = "{{typeof(SplittingAdapter).FullName}}, {{typeof(SplittingAdapter).Assembly.GetName().Name}}"
            akka.persistence.journal.wal.event-adapter-bindings."{{typeof(TestEvent).FullName}}, {{typeof(TestEvent).Assembly.GetName().Name}}" = split
            """);
        _journal.Write("a", 1, TestEvent.Plain("x,y"), TestEvent.Plain(""), TestEvent.Plain("z"));

        var events = await All(_queries.CurrentEventsByPersistenceId("a", 0, long.MaxValue));

        Assert.Equal(["x", "y", "z"], events.Select(Text));
        Assert.Equal([1L, 1L, 3L], events.Select(e => e.SequenceNr));
        Assert.Equal(["x", "y", "z"], _journal.Replay("a").Texts);
    }

    [Fact]
    public async Task An_undecodable_event_fails_the_query()
    {
        Open();
        _journal.Write("a", 1, TestEvent.Plain("1"), TestEvent.Undecodable);

        await Assert.ThrowsAsync<InvalidDataException>(() => All(_queries.CurrentAllEvents(Offset.NoOffset())));
    }

    [Fact]
    public async Task A_query_that_runs_before_any_write_opens_the_engine_itself()
    {
        var kit = Start();
        var queries = PersistenceQuery.Get(kit.Sys).ReadJournalFor<WalReadJournal>(WalReadJournal.Identifier);

        Assert.Empty(await queries.CurrentAllEvents(Offset.NoOffset()).RunWith(Sink.Seq<EventEnvelope>(), kit.Sys.Materializer()));
    }

    public sealed class SplittingAdapter : IEventAdapter
    {
        public string Manifest(object evt) => "split";

        public object ToJournal(object evt) => evt;

        public IEventSequence FromJournal(object evt, string manifest)
        {
            Assert.Equal("split", manifest);
            var parts = ((TestEvent)evt).Text.Split(',', StringSplitOptions.RemoveEmptyEntries);
            return EventSequence.Create(parts.Select(part => (object)TestEvent.Plain(part)));
        }
    }
}
