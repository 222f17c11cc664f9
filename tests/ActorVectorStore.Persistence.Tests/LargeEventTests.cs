using Akka.Persistence;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Events and requests so large that they are encoded beside the journal actor.</summary>
public sealed class LargeEventTests : PersistenceTest
{
    private static TestEvent Large(char fill) => TestEvent.Plain(new string(fill, EncodingEstimate.LargeBytes));

    [Fact]
    public void While_an_event_like_a_large_one_is_serialized_others_are_written_and_replayed()
    {
        var journal = JournalOf(Start());
        var gated = TestEvent.Gated(nameof(While_an_event_like_a_large_one_is_serialized_others_are_written_and_replayed));
        journal.Write("a", 1, Large('x'));

        var waiting = journal.Send(journal.Atomic("a", 2, gated));
        journal.Send(journal.Atomic("b", 1, TestEvent.Plain("b-1")));
        Assert.Equal(["b-1"], journal.Replay("b").Texts);
        gated.Gate.Release();

        Assert.IsType<WriteMessageSuccess>(JournalClient.Answers(waiting, 1)[0]);
        Assert.Equal(2, journal.Replay("a").Highest);
    }

    [Fact]
    public void Large_and_small_events_of_one_id_keep_their_order()
    {
        var journal = JournalOf(Start());
        for (var i = 1; i <= 30; i += 3)
        {
            var answers = new[]
            {
                journal.Send(journal.Atomic("a", i, Large('x'))),
                journal.Send(journal.Atomic("a", i + 1, TestEvent.Plain("small"))),
                journal.Send(journal.Atomic("a", i + 2, TestEvent.Unserializable)),
            };
            Assert.IsType<WriteMessageSuccess>(JournalClient.Answers(answers[0], 1)[0]);
            Assert.IsType<WriteMessageSuccess>(JournalClient.Answers(answers[1], 1)[0]);
            Assert.IsType<WriteMessageRejected>(JournalClient.Answers(answers[2], 1)[0]);
        }

        Assert.Equal(Enumerable.Range(1, 30).Where(i => i % 3 != 0).Select(i => (long)i), journal.Replay("a").Numbers);
    }

    [Fact]
    public void A_request_of_a_hundred_thousand_events_comes_back_whole()
    {
        var journal = JournalOf(Start());
        const int Count = 100_000;

        journal.WriteTexts("a", 1, Count);

        var replayed = journal.Replay("a");
        Assert.Equal(Count, replayed.Highest);
        Assert.Equal(Enumerable.Range(1, Count).Select(i => $"a-{i}"), replayed.Texts);
    }
}
