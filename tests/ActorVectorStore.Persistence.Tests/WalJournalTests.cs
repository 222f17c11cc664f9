using Akka.Persistence;
using Akka.Persistence.Journal;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence.Tests;

public sealed class WalJournalTests : PersistenceTest
{
    [Fact]
    public void All_events_are_replayed_in_order()
    {
        var journal = JournalOf(Start());
        journal.WriteTexts("a", 1, 5);

        var replayed = journal.Replay("a");

        Assert.Equal([1, 2, 3, 4, 5], replayed.Numbers);
        Assert.Equal(["a-1", "a-2", "a-3", "a-4", "a-5"], replayed.Texts);
        Assert.Equal(5, replayed.Highest);
    }

    [Theory]
    [InlineData(3, long.MaxValue, long.MaxValue, "3 4 5")]
    [InlineData(1, 3, long.MaxValue, "1 2 3")]
    [InlineData(1, long.MaxValue, 3, "1 2 3")]
    [InlineData(2, 3, long.MaxValue, "2 3")]
    [InlineData(2, 4, 2, "2 3")]
    [InlineData(2, 2, long.MaxValue, "2")]
    [InlineData(2, 4, 1, "2")]
    [InlineData(2, 4, 0, "")]
    [InlineData(3, 2, long.MaxValue, "")]
    [InlineData(6, long.MaxValue, long.MaxValue, "")]
    [InlineData(0, 0, long.MaxValue, "")]
    public void Bounds_of_a_replay_are_inclusive_and_max_counts_events(long from, long to, long max, string expected)
    {
        var journal = JournalOf(Start());
        journal.WriteAll("a", 1, [TestEvent.Plain("1"), TestEvent.Plain("2")]);
        journal.WriteAll("a", 3, [TestEvent.Plain("3"), TestEvent.Plain("4"), TestEvent.Plain("5")]);

        var replayed = journal.Replay("a", from, to, max);

        Assert.Equal(expected, string.Join(' ', replayed.Numbers));
        Assert.Equal(5, replayed.Highest);
    }

    [Fact]
    public void An_unknown_persistence_id_has_nothing_and_the_number_zero()
    {
        var replayed = JournalOf(Start()).Replay("nobody");

        Assert.Empty(replayed.Events);
        Assert.Equal(0, replayed.Highest);
    }

    [Fact]
    public void Every_field_of_an_event_comes_back()
    {
        var kit = Start();
        var journal = JournalOf(kit);
        var before = DateTime.UtcNow.Ticks;
        var written = new Persistent(TestEvent.Plain("x"), 1, "a", "adapter-manifest", writerGuid: "not a GUID");
        JournalClient.Answers(journal.Send(new AtomicWrite(written)), 1);
        journal.Write("a", 2, TestEvent.Plain("y"));

        var replayed = journal.Replay("a").Events;

        Assert.Equal("a", replayed[0].PersistenceId);
        Assert.Equal("adapter-manifest", replayed[0].Manifest);
        Assert.Equal("not a GUID", replayed[0].WriterGuid);
        Assert.Equal("plain", ((TestEvent)replayed[0].Payload).Kind);
        Assert.InRange(replayed[0].Timestamp, before, DateTime.UtcNow.Ticks);
        Assert.Equal(journal.Writer, replayed[1].WriterGuid);
        Assert.False(replayed[0].IsDeleted);
    }

    [Fact]
    public void References_keep_their_actor()
    {
        var kit = Start();
        var journal = JournalOf(kit);
        journal.Write("a", 1, new TestEvent("reference", [], kit.TestActor));

        Assert.Equal(kit.TestActor, ((TestEvent)journal.Replay("a").Events[0].Payload).Reference);
    }

    [Fact]
    public async Task Events_and_highest_numbers_survive_the_end_of_the_actor_system()
    {
        var first = Start();
        JournalOf(first).WriteTexts("a", 1, 10);
        JournalOf(first).WriteTexts("b", 1, 2);
        JournalOf(first).DeleteTo("b", 2);
        await EndAsync(first);

        var journal = JournalOf(Start());

        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"a-{i}"), journal.Replay("a").Texts);
        Assert.Empty(journal.Replay("b").Events);
        Assert.Equal(2, journal.Replay("b").Highest);
        journal.WriteTexts("b", 3, 3);
        Assert.Equal([3L], journal.Replay("b").Numbers);
    }

    [Fact]
    public void A_write_that_cannot_be_serialized_is_rejected_alone_and_leaves_a_hole()
    {
        var journal = JournalOf(Start());

        var answers = JournalClient.Answers(
            journal.Send(
                journal.Atomic("a", 1, TestEvent.Plain("1")),
                journal.Atomic("a", 2, TestEvent.Plain("2"), TestEvent.Unserializable),
                journal.Atomic("a", 4, TestEvent.Plain("4"))),
            4);

        Assert.Equal(
            [typeof(WriteMessageSuccess), typeof(WriteMessageRejected), typeof(WriteMessageRejected), typeof(WriteMessageSuccess)],
            answers.Select(answer => answer.GetType()));
        Assert.Equal("This event cannot be serialized.", ((WriteMessageRejected)answers[1]).Cause.Message);
        Assert.Equal([1L, 4L], journal.Replay("a").Numbers);
    }

    [Fact]
    public void A_request_whose_only_write_is_rejected_stores_nothing()
    {
        var journal = JournalOf(Start());

        var answers = JournalClient.Answers(journal.Send(journal.Atomic("a", 1, TestEvent.Unserializable)), 1);

        Assert.IsType<WriteMessageRejected>(answers[0]);
        Assert.Equal(0, journal.Replay("a").Highest);
    }

    [Fact]
    public void A_write_over_the_size_limit_is_rejected_with_both_sizes()
    {
        var journal = JournalOf(Start("akka.persistence.journal.wal.write-bytes-max = 1KiB"));

        var answers = JournalClient.Answers(
            journal.Send(
                journal.Atomic("a", 1, new TestEvent("plain", new byte[1025])),
                journal.Atomic("a", 2, new TestEvent("plain", new byte[600]), new TestEvent("plain", new byte[600])),
                journal.Atomic("a", 4, new TestEvent("plain", new byte[900]))),
            4);

        var rejected = Assert.IsType<WriteMessageRejected>(answers[0]);
        Assert.Contains("1024", rejected.Cause.Message);
        Assert.Contains("1025", rejected.Cause.Message);
        Assert.IsType<WriteMessageRejected>(answers[1]);
        Assert.IsType<WriteMessageRejected>(answers[2]);
        Assert.IsType<WriteMessageSuccess>(answers[3]);
        Assert.Equal([4L], journal.Replay("a").Numbers);
    }

    [Fact]
    public void Too_many_tags_are_a_rejection_and_tags_of_many_writes_are_spread_over_batches()
    {
        var journal = JournalOf(Start());
        var tooMany = new Tagged(TestEvent.Plain("x"), Enumerable.Range(0, 65).Select(i => $"t{i}"));
        var writes = Enumerable.Range(2, 100).Select(i => journal.Atomic("a", i, new Tagged(TestEvent.Plain($"{i}"), [$"tag-{i}"])));

        var answers = JournalClient.Answers(journal.Send([journal.Atomic("a", 1, tooMany), .. writes]), 101);

        Assert.IsType<WriteMessageRejected>(answers[0]);
        Assert.All(answers.Skip(1), answer => Assert.IsType<WriteMessageSuccess>(answer));
        Assert.Equal(Enumerable.Range(2, 100).Select(i => (long)i), journal.Replay("a").Numbers);
    }

    [Fact]
    public void A_number_that_was_used_before_is_a_failure_and_changes_nothing()
    {
        var journal = JournalOf(Start());
        journal.WriteTexts("a", 1, 3);

        var answers = JournalClient.Answers(journal.Send(journal.Atomic("a", 3, TestEvent.Plain("other"))), 1);

        Assert.IsType<SequenceConflictException>(Assert.IsType<WriteMessageFailure>(answers[0]).Cause);
        Assert.Equal(["a-1", "a-2", "a-3"], journal.Replay("a").Texts);
    }

    [Fact]
    public void After_a_failed_batch_of_a_request_its_later_batches_are_not_stored()
    {
        var journal = JournalOf(Start("akka.persistence.journal.wal.batch-bytes-max = 4KiB"));
        journal.WriteTexts("a", 1, 3);
        var big = new TestEvent("plain", new byte[5000]);

        // The first batch takes a used number, the others would be new: without the first they would be a hole.
        var answers = JournalClient.Answers(journal.Send(journal.Atomic("a", 3, big), journal.Atomic("a", 4, big), journal.Atomic("a", 5, big)), 3);

        Assert.All(answers, answer => Assert.IsType<WriteMessageFailure>(answer));
        Assert.Equal([1L, 2L, 3L], journal.Replay("a").Numbers);
    }

    [Fact]
    public void A_request_of_many_batches_is_stored_whole_and_a_replay_sent_behind_it_waits_for_it()
    {
        var kit = Start("akka.persistence.journal.wal.batch-bytes-max = 4KiB");
        var journal = JournalOf(kit);
        var probe = journal.Send(Enumerable.Range(1, 50).Select(i => journal.Atomic("a", i, new TestEvent("plain", new byte[3000]))).ToArray());

        var replayed = journal.Replay("a");

        Assert.Equal(50, replayed.Highest);
        Assert.Equal(50, replayed.Events.Count);
        JournalClient.Answers(probe, 50);
    }

    [Fact]
    public void A_replay_sent_behind_a_write_sees_it()
    {
        var journal = JournalOf(Start());
        for (var i = 1; i <= 100; i++)
        {
            journal.Send(journal.Atomic("a", i, TestEvent.Plain($"{i}")));
            Assert.Equal(i, journal.Replay("a", from: i).Highest);
        }
    }

    [Fact]
    public void Deleted_events_are_not_replayed_and_the_highest_number_stays()
    {
        var journal = JournalOf(Start());
        journal.WriteAll("a", 1, [TestEvent.Plain("1"), TestEvent.Plain("2"), TestEvent.Plain("3")]);
        journal.WriteTexts("a", 4, 6);

        journal.DeleteTo("a", 2);
        Assert.Equal([3L, 4L, 5L, 6L], journal.Replay("a").Numbers);

        journal.DeleteTo("a", 1);
        Assert.Equal([3L, 4L, 5L, 6L], journal.Replay("a").Numbers);

        journal.DeleteTo("a", long.MaxValue);
        Assert.Empty(journal.Replay("a").Events);
        Assert.Equal(6, journal.Replay("a").Highest);

        journal.WriteTexts("a", 7, 7);
        Assert.Equal([7L], journal.Replay("a").Numbers);
    }

    [Fact]
    public void Deleting_nothing_of_nobody_succeeds() => JournalOf(Start()).DeleteTo("nobody", 5);

    [Fact]
    public void A_deletion_is_published_where_the_framework_is_asked_to()
    {
        var kit = Start();
        var journal = JournalOf(kit);
        journal.WriteTexts("a", 1, 2);
        var probe = kit.CreateTestProbe();
        kit.Sys.EventStream.Subscribe(probe.Ref, typeof(DeleteMessagesTo));

        journal.DeleteTo("a", 1);

        Assert.Equal(1, probe.ExpectMsg<DeleteMessagesTo>(TimeSpan.FromSeconds(30)).ToSequenceNr);
    }

    [Fact]
    public void An_event_that_cannot_be_read_fails_its_replay_and_no_other()
    {
        var journal = JournalOf(Start());
        journal.Write("a", 1, TestEvent.Plain("1"), TestEvent.Undecodable, TestEvent.Plain("3"));
        journal.WriteTexts("b", 1, 1);

        var replayed = journal.Replay("a");

        Assert.Equal("This event cannot be read.", replayed.Failure!.Message);
        Assert.Equal(["b-1"], journal.Replay("b").Texts);
    }

    [Fact]
    public void Events_of_an_older_writer_behind_a_newer_one_are_kept_apart_by_their_writer()
    {
        var journal = JournalOf(Start());
        journal.Writer = "old";
        journal.WriteTexts("a", 1, 2);
        journal.Writer = "new";
        journal.WriteTexts("a", 3, 3);

        Assert.Equal(["old", "old", "new"], journal.Replay("a").Events.Select(e => e.WriterGuid));
    }

    public static TheoryData<string> StrangeIds() =>
    [
        "", " ", "\t", ".", "..", "../../etc/passwd", "/", "a/b\\c", "con", "a:b*c?", "\0", "\u200b", "köln-日本-🦊", new string('x', 700), new string('語', 700), "LOCK", "*",
    ];

    [Theory]
    [MemberData(nameof(StrangeIds))]
    public async Task Any_persistence_id_is_its_own(string persistenceId)
    {
        var first = Start();
        JournalOf(first).WriteTexts(persistenceId, 1, 2);
        JournalOf(first).WriteTexts(persistenceId + "x", 1, 1);
        SnapshotsOf(first).Save(persistenceId, 2, TestEvent.Plain("snapshot"));
        await EndAsync(first);

        var second = Start();

        Assert.Equal([1L, 2L], JournalOf(second).Replay(persistenceId).Numbers);
        var snapshot = SnapshotsOf(second).Load(persistenceId)!;
        Assert.Equal(persistenceId, snapshot.Metadata.PersistenceId);
        Assert.Equal("snapshot", ((TestEvent)snapshot.Snapshot).Text);
        Assert.Null(SnapshotsOf(second).Load(persistenceId + "x"));
    }

    [Fact]
    public void Ids_that_differ_in_case_only_are_two()
    {
        var kit = Start();
        JournalOf(kit).WriteTexts("Case", 1, 1);
        JournalOf(kit).WriteTexts("case", 1, 2);
        SnapshotsOf(kit).Save("Case", 1, TestEvent.Plain("upper"));

        Assert.Equal([1L], JournalOf(kit).Replay("Case").Numbers);
        Assert.Equal([1L, 2L], JournalOf(kit).Replay("case").Numbers);
        Assert.Null(SnapshotsOf(kit).Load("case"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(4096, 0)]
    [InlineData(4096, 100)]
    [InlineData(3 << 20, 0)]
    [InlineData(3 << 20, 100)]
    [InlineData(64 << 20, 0)]
    public async Task Events_of_any_size_come_back(int bytes, int compressionBytesMin)
    {
        var settings = $"akka.persistence.journal.wal.compression-bytes-min = {compressionBytesMin}";
        var payload = new byte[bytes];
        new Random(bytes).NextBytes(payload.AsSpan(0, bytes / 2));
        var first = Start(settings);
        JournalOf(first).Write("a", 1, TestEvent.Plain("before"), new TestEvent("plain", payload), TestEvent.Plain("after"));
        await EndAsync(first);

        var replayed = JournalOf(Start(settings)).Replay("a").Events;

        Assert.Equal(3, replayed.Count);
        Assert.True(payload.AsSpan().SequenceEqual(((TestEvent)replayed[1].Payload).Bytes));
        Assert.Equal("after", ((TestEvent)replayed[2].Payload).Text);
    }
}
