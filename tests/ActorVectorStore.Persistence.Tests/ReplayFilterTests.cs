using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>
/// Two incarnations of one persistence id that write at the same time, which nobody should have but a split cluster has. The journal refuses every
/// number that is stored already; what gets past that, because the older incarnation has come further in its numbers, the framework's replay filter
/// tells by the writers' GUIDs, which the journal keeps.
/// </summary>
public sealed class ReplayFilterTests : PersistenceTest
{
    private const string PersistenceId = "list";

    private static string Mode(string mode) => $"akka.persistence.journal.wal.replay-filter.mode = {mode}";

    [Fact]
    public async Task A_late_event_with_a_number_that_is_taken_is_refused_and_its_writer_stopped()
    {
        var kit = Start();
        var older = StartWithTwo(kit);
        var newer = StartList(kit);
        kit.ExpectMsg("recovered: a,b");
        Store(kit, newer, "c");
        AssertRefused(kit, older, "late", 3);
        Store(kit, newer, "d");
        await EndAsync(kit);

        // Not even the strictest filter has anything to find.
        kit = Start(Mode("fail"));
        StartList(kit);
        kit.ExpectMsg("recovered: a,b,c,d");
    }

    [Fact]
    public async Task Of_an_overlap_the_repairing_filter_gives_the_newer_incarnation_and_its_successors_go_on_behind_both()
    {
        await OverlapAsync();

        var kit = Start(Mode("repair-by-discard-old"));
        var list = StartList(kit);
        kit.ExpectMsg("recovered: a,b,c");
        Store(kit, list, "e");
        await EndAsync(kit);

        kit = Start();
        list = StartList(kit);
        kit.ExpectMsg("recovered: a,b,c,e");
        Store(kit, list, "f");
        await EndAsync(kit);

        var stored = JournalOf(Start(Mode("off"))).Replay(PersistenceId);
        Assert.Equal(["a", "b", "c", "late", "e", "f"], stored.Texts);
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], stored.Numbers);
    }

    [Fact]
    public async Task Of_an_overlap_the_failing_filter_lets_nobody_recover()
    {
        await OverlapAsync();

        var kit = Start(Mode("fail"));
        var list = StartList(kit);
        kit.Watch(list);
        kit.ExpectTerminated(list);
        Assert.False(kit.HasMessages);
    }

    [Theory]
    [InlineData("warn")]
    [InlineData("off")]
    public async Task Of_an_overlap_a_filter_that_only_warns_gives_everything_in_the_order_of_the_numbers(string mode)
    {
        await OverlapAsync();

        var kit = Start(Mode(mode));
        StartList(kit);
        kit.ExpectMsg("recovered: a,b,c,late");
    }

    [Fact]
    public async Task The_writers_guids_come_back_from_the_disk_as_they_were()
    {
        var written = await OverlapAsync();

        var read = WritersOf(Start(Mode("off")));

        Assert.Equal(written, read);
        Assert.All(read, writer => Assert.True(Guid.TryParseExact(writer, "D", out _), writer));
        Assert.Equal([0, 0, 1, 0], read.Select(writer => Array.IndexOf(read.Distinct().ToArray(), writer)));
    }

    /// <summary>
    /// Numbers 1 and 2 by an older incarnation, 3 by a newer one, 4 by the older again: a rejected event has brought it a number ahead without being
    /// stored. The newer one's own 4 is then refused and stops it. Returns the writers of the four.
    /// </summary>
    private async Task<string[]> OverlapAsync()
    {
        var kit = Start(Mode("off"));
        var older = StartWithTwo(kit);
        older.Tell(TestEvent.Unserializable);
        kit.ExpectMsg("rejected 3");
        var newer = StartList(kit);
        kit.ExpectMsg("recovered: a,b");
        Store(kit, newer, "c");
        Store(kit, older, "late");
        AssertRefused(kit, newer, "d", 4);
        var writers = WritersOf(kit);
        await EndAsync(kit);
        return writers;
    }

    private static IActorRef StartWithTwo(TestKit kit)
    {
        var list = StartList(kit);
        kit.ExpectMsg("recovered:");
        Store(kit, list, "a");
        Store(kit, list, "b");
        return list;
    }

    private static IActorRef StartList(TestKit kit) =>
        kit.Sys.ActorOf(Props.Create(() => new PersistentActorTests.ListActor(PersistenceId, kit.TestActor)));

    private static void Store(TestKit kit, IActorRef list, string text)
    {
        list.Tell(text);
        kit.ExpectMsg("stored " + text);
    }

    private static void AssertRefused(TestKit kit, IActorRef list, string text, long number)
    {
        kit.Watch(list);
        list.Tell(text);
        kit.ExpectMsg($"failed {number}");
        kit.ExpectTerminated(list);
    }

    private static string[] WritersOf(TestKit kit) => [.. JournalOf(kit).Replay(PersistenceId).Events.Select(e => e.WriterGuid)];
}
