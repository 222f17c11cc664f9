using Akka.Persistence.Journal;
using Akka.Persistence.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Queries whose upper bound lies before what a reader of the log already shows, because others write meanwhile.</summary>
public sealed class QueryBoundTests : PersistenceTest
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

    private SubscriberProbe<EventEnvelope> Probe(Source<EventEnvelope, Akka.NotUsed> source)
    {
        var probe = new SubscriberProbe<EventEnvelope>();
        source.RunWith(Sink.FromSubscriber(probe), _materializer);
        return probe;
    }

    private static Tagged Tagged(string text) => new(TestEvent.Plain(text), ["t"]);

    private static string Text(EventEnvelope envelope) => ((TestEvent)envelope.Event).Text;

    [Fact]
    public async Task A_current_query_ends_although_the_next_fitting_event_was_written_after_it_began()
    {
        Open();
        _journal.Write("a", 1, Tagged("a1"));
        _journal.Write("b", 1, TestEvent.Plain("b1"));
        var query = Probe(_queries.CurrentEventsByTag("t", Offset.NoOffset()));
        await _queries.CurrentAllEvents(Offset.NoOffset()).RunWith(Sink.Ignore<EventEnvelope>(), _materializer);
        await query.Subscribed;
        _journal.Write("a", 2, Tagged("a2"));

        query.Request(10);

        Assert.Equal("a1", Text(query.ExpectNext()));
        query.ExpectComplete();
    }

    [Fact]
    public async Task Live_tagged_events_are_complete_while_others_write_with_and_without_the_tag()
    {
        Open("akka.persistence.query.journal.wal.max-buffer-size = 3");
        const int Writers = 6;
        const int Each = 60;
        var query = Probe(_queries.EventsByTag("t", Offset.NoOffset()));
        query.Request(long.MaxValue);
        var writing = Enumerable.Range(0, Writers).Select(w => Task.Run(() =>
        {
            var journal = JournalOf(_kit);
            for (var i = 1; i <= Each; i++)
            {
                journal.Write($"w{w}", i, (w + i) % 2 == 0 ? (object)Tagged($"w{w}-{i}") : TestEvent.Plain("untagged"));
            }
        })).ToArray();

        var seen = query.ExpectNextN(Writers * Each / 2);

        await Task.WhenAll(writing);
        Assert.Equal(seen.Select(e => ((Sequence)e.Offset).Value).Order(), seen.Select(e => ((Sequence)e.Offset).Value));
        foreach (var writer in seen.GroupBy(e => e.PersistenceId))
        {
            var offset = int.Parse(writer.Key[1..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Enumerable.Range(1, Each).Where(i => (offset + i) % 2 == 0).Select(i => (long)i), writer.Select(e => e.SequenceNr));
        }

        query.Cancel();
    }

    [Fact]
    public async Task A_batch_of_many_pages_comes_whole_and_in_order()
    {
        Open("akka.persistence.query.journal.wal.max-buffer-size = 7 \n akka.persistence.journal.wal.compression-bytes-min = 1");
        _journal.WriteAll("a", 1, [.. Enumerable.Range(1, 1000).Select(i => i % 3 == 0 ? (object)Tagged($"{i}") : TestEvent.Plain($"{i}"))]);

        var all = await _queries.CurrentAllEvents(Offset.NoOffset()).RunWith(Sink.Seq<EventEnvelope>(), _materializer);
        var tagged = await _queries.CurrentEventsByTag("t", Offset.NoOffset()).RunWith(Sink.Seq<EventEnvelope>(), _materializer);
        var some = await _queries.CurrentEventsByPersistenceId("a", 100, 900).RunWith(Sink.Seq<EventEnvelope>(), _materializer);

        Assert.Equal(Enumerable.Range(1, 1000).Select(i => $"{i}"), all.Select(Text));
        Assert.Equal(Enumerable.Range(1, 333).Select(i => $"{3 * i}"), tagged.Select(Text));
        Assert.Equal(Enumerable.Range(100, 801).Select(i => $"{i}"), some.Select(Text));
    }
}
