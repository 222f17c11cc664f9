using Akka.Persistence.Journal;
using Akka.Persistence.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Journals of many sealed segments.</summary>
public sealed class ManySegmentsTests : PersistenceTest
{
    private const string SmallSegments = "akka.persistence.wal.segment-bytes = 64KiB";

    private static async Task<List<EventEnvelope>> All(TestKit kit, Source<EventEnvelope, Akka.NotUsed> source) =>
        [.. await source.RunWith(Sink.Seq<EventEnvelope>(), kit.Sys.Materializer())];

    private static WalReadJournal QueriesOf(TestKit kit) => PersistenceQuery.Get(kit.Sys).ReadJournalFor<WalReadJournal>(WalReadJournal.Identifier);

    private static string Filled(string text) => text.PadRight(2000, '.');

    private static void WriteRounds(JournalClient journal, params string[] ids)
    {
        for (var number = 1; number <= 200; number++)
        {
            foreach (var id in ids)
            {
                journal.Write(id, number, TestEvent.Plain(Filled($"{id}-{number}-")));
            }
        }
    }

    [Fact]
    public async Task A_replay_over_many_sealed_segments_is_whole_also_from_the_middle()
    {
        var first = Start(SmallSegments);
        WriteRounds(JournalOf(first), "a", "b");
        await EndAsync(first);
        Assert.True(Directory.GetFiles(DataDirectory, "*.wal").Length > 8);

        var journal = JournalOf(Start(SmallSegments));

        Assert.Equal(Enumerable.Range(1, 200).Select(i => Filled($"a-{i}-")), journal.Replay("a").Texts);
        Assert.Equal(Enumerable.Range(77, 100).Select(i => Filled($"b-{i}-")), journal.Replay("b", from: 77, to: 176).Texts);
    }

    [Fact]
    public async Task A_corrupt_record_in_a_sealed_segment_fails_the_replay_of_its_id_and_of_no_other()
    {
        var first = Start(SmallSegments);
        WriteRounds(JournalOf(first), "a", "victim", "b");
        await EndAsync(first);
        var segment = Directory.GetFiles(DataDirectory, "*.wal").Single(file => File.ReadAllBytes(file).AsSpan().IndexOf("victim-60-"u8) >= 0);
        var bytes = File.ReadAllBytes(segment);
        bytes[bytes.AsSpan().IndexOf("victim-60-"u8)] ^= 1;
        File.WriteAllBytes(segment, bytes);

        var journal = JournalOf(Start(SmallSegments));

        var failed = journal.Replay("victim");
        Assert.Equal(segment, Assert.IsType<CorruptionException>(failed.Failure).File);
        Assert.Equal(59, failed.Events.Count);
        Assert.Equal(200, journal.Replay("a").Events.Count);
        Assert.Equal(200, journal.Replay("b").Events.Count);
        Assert.Equal(140, journal.Replay("victim", from: 61).Events.Count);
        journal.WriteTexts("victim", 201, 201);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Replays_and_queries_are_a_list_over_deletions_compression_and_restarts(ulong seed)
    {
        const string Settings = SmallSegments + "\n akka.persistence.journal.wal { compression-bytes-min = 512 \n batch-bytes-max = 4KiB }";
        var random = new SeededRandom(seed);
        var model = new List<(string Id, long Number, string Text, bool IsTagged)>();
        var highest = new Dictionary<string, long>();
        for (var life = 0; life < 3; life++)
        {
            var kit = Start(Settings);
            for (var step = 0; step < 80; step++)
            {
                Step(random, JournalOf(kit), model, highest);
            }

            Assert.Equal(model.Select(e => (e.Id, e.Number)), (await All(kit, QueriesOf(kit).CurrentAllEvents(Offset.NoOffset()))).Select(e => (e.PersistenceId, e.SequenceNr)));
            var tagged = await All(kit, QueriesOf(kit).CurrentEventsByTag("t", Offset.NoOffset()));
            Assert.Equal(model.Where(e => e.IsTagged).Select(e => e.Text), tagged.Select(e => ((TestEvent)e.Event).Text));
            foreach (var (id, number) in highest)
            {
                var replayed = JournalOf(kit).Replay(id);
                Assert.Equal(number, replayed.Highest);
                Assert.Equal(model.Where(e => e.Id == id).Select(e => e.Text), replayed.Texts);
                var events = await All(kit, QueriesOf(kit).CurrentEventsByPersistenceId(id, 3, 40));
                Assert.Equal(model.Where(e => e.Id == id && e.Number is >= 3 and <= 40).Select(e => e.Number), events.Select(e => e.SequenceNr));
            }

            await EndAsync(kit);
        }
    }

    private static void Step(SeededRandom random, JournalClient journal, List<(string Id, long Number, string Text, bool IsTagged)> model, Dictionary<string, long> highest)
    {
        var id = $"p{random.Next(4)}";
        var last = highest.GetValueOrDefault(id);
        if (random.Chance(0.1))
        {
            var to = random.Next((int)last + 2);
            journal.DeleteTo(id, to);
            model.RemoveAll(e => e.Id == id && e.Number <= to);
            return;
        }

        var events = Enumerable.Range(1, random.Next(1, 12)).Select(i => (Id: id, Number: last + i, Text: $"{id}-{last + i}".PadRight(random.Next(2000), 'x'), IsTagged: random.Chance(0.3))).ToList();
        var payloads = events.Select(e => e.IsTagged ? new Tagged(TestEvent.Plain(e.Text), ["t"]) : (object)TestEvent.Plain(e.Text)).ToArray();
        if (random.Chance(0.5))
        {
            journal.WriteAll(id, last + 1, payloads);
        }
        else
        {
            journal.Write(id, last + 1, payloads);
        }

        model.AddRange(events);
        highest[id] = last + events.Count;
    }
}
