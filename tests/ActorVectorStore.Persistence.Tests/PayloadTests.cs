using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Fsm;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Payloads of other serializers than the tests' own.</summary>
public sealed class PayloadTests : PersistenceTest
{
    public sealed record Unbound(string Name, int Number);

    [Fact]
    public async Task Objects_of_a_serializer_that_stores_type_names_come_back_after_a_restart()
    {
        var first = Start();
        JournalOf(first).Write("a", 1, new Unbound("x", 1), "text", new byte[] { 1, 2 });
        SnapshotsOf(first).Save("a", 3, new Unbound("snapshot", 3));
        await EndAsync(first);

        var second = Start();

        var payloads = JournalOf(second).Replay("a").Events.Select(e => e.Payload).ToList();
        Assert.Equal(new Unbound("x", 1), payloads[0]);
        Assert.Equal("text", payloads[1]);
        Assert.Equal(new byte[] { 1, 2 }, payloads[2]);
        Assert.Equal(new Unbound("snapshot", 3), SnapshotsOf(second).Load("a")!.Snapshot);
    }

    [Fact]
    public void An_event_of_an_unregistered_type_is_rejected_where_only_registered_ones_are_allowed()
    {
        var journal = JournalOf(Start("akka.actor.serialization-settings.allow-unregistered-types = false"));

        var answers = JournalClient.Answers(
            journal.Send(journal.Atomic("a", 1, TestEvent.Plain("1")), journal.Atomic("a", 2, new Unbound("x", 1)), journal.Atomic("a", 3, TestEvent.Plain("3"))), 3);

        Assert.Equal([typeof(WriteMessageSuccess), typeof(WriteMessageRejected), typeof(WriteMessageSuccess)], answers.Select(answer => answer.GetType()));
        Assert.Equal([1L, 3L], journal.Replay("a").Numbers);
    }

    [Fact]
    public void The_serializer_that_the_journal_names_is_used_for_types_without_a_binding()
    {
        var type = typeof(NameSerializer);
        var kit = Start(
            $$"""
            akka.actor.serializers.named = "{{type.FullName}}, {{type.Assembly.GetName().Name}}"
            akka.persistence.journal.wal.serializer = named
            """);

        JournalOf(kit).Write("a", 1, new Unbound("named", 7));

        Assert.Equal(new Unbound("named", -1), JournalOf(kit).Replay("a").Events.Single().Payload);
    }

    [Fact]
    public async Task What_the_framework_itself_persists_comes_back()
    {
        var first = Start();
        var unconfirmed = new UnconfirmedDelivery(4, ActorPath.Parse("akka://test/user/x"), "message");
        JournalOf(first).Write("fsm", 1, new PersistentFSM.StateChangeEvent("closed", TimeSpan.FromSeconds(3)));
        SnapshotsOf(first).Save("delivery", 1, new AtLeastOnceDeliverySnapshot(5, [unconfirmed]));
        SnapshotsOf(first).Save("fsm", 1, new PersistentFSM.PersistentFSMSnapshot<string>("closed", "data", TimeSpan.FromSeconds(3)));
        await EndAsync(first);

        var second = Start();

        var change = Assert.IsType<PersistentFSM.StateChangeEvent>(JournalOf(second).Replay("fsm").Events.Single().Payload);
        Assert.Equal(("closed", TimeSpan.FromSeconds(3)), (change.StateIdentifier, change.Timeout));
        var delivery = Assert.IsType<AtLeastOnceDeliverySnapshot>(SnapshotsOf(second).Load("delivery")!.Snapshot);
        Assert.Equal((5L, 4L, "message"), (delivery.CurrentDeliveryId, delivery.UnconfirmedDeliveries.Single().DeliveryId, delivery.UnconfirmedDeliveries.Single().Message));
        var fsm = Assert.IsType<PersistentFSM.PersistentFSMSnapshot<string>>(SnapshotsOf(second).Load("fsm")!.Snapshot);
        Assert.Equal(("closed", "data"), (fsm.StateIdentifier, fsm.Data));
    }

    /// <summary>Stores the name alone.</summary>
    public sealed class NameSerializer(ExtendedActorSystem system) : Akka.Serialization.Serializer(system)
    {
        public override int Identifier => 90211;

        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => System.Text.Encoding.UTF8.GetBytes(((Unbound)obj).Name);

        public override object FromBinary(byte[] bytes, Type type) => new Unbound(System.Text.Encoding.UTF8.GetString(bytes), -1);
    }
}
