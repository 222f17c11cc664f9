using Akka.Pattern;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.TestKit.Xunit2;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Breaks one rule of the plugins at a time: a check notices each, and lets the unbroken plugins pass.</summary>
public sealed class MutationTests : PersistenceTest
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Mutations() => [.. Enum.GetNames<PersistenceMutations>().Where(name => name != nameof(PersistenceMutations.None))];

    [Theory]
    [MemberData(nameof(Mutations))]
    public void A_broken_rule_is_noticed(string rule)
    {
        var mutation = Enum.Parse<PersistenceMutations>(rule);
        Assert.ThrowsAny<Exception>(() => Check(mutation, mutation));
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public void The_check_of_a_rule_passes_when_it_is_not_broken(string rule) => Check(Enum.Parse<PersistenceMutations>(rule), PersistenceMutations.None);

    private void Check(PersistenceMutations rule, PersistenceMutations broken)
    {
        switch (rule)
        {
            case PersistenceMutations.AckBeforeAppend:
                CheckFailedSyncFailsTheWrite(broken);
                break;
            case PersistenceMutations.IgnoreDeletions:
                CheckDeletedEventsOfABatchStayDeleted(broken);
                break;
            case PersistenceMutations.KeepTagged:
                CheckTagsAreUnwrapped(broken);
                break;
            case PersistenceMutations.SkipTurns:
                CheckRequestsOfOneIdKeepTheirOrder(broken);
                break;
            case PersistenceMutations.KeepBudget:
                CheckTheBudgetIsGivenBack(broken);
                break;
            case PersistenceMutations.RemoveSupersededEarly:
            case PersistenceMutations.CleanUpByMetadata:
                CheckFailedSaveLeavesTheOlderSnapshot(broken);
                break;
            case PersistenceMutations.SkipBreakerCatch:
                CheckHalfOpenBreakerLeavesTheStoreAlive(broken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no check for this rule.");
        }
    }

    private void CheckFailedSyncFailsTheWrite(PersistenceMutations broken)
    {
        var disk = new GatedFileSystem { Concerns = path => path.EndsWith(".wal", StringComparison.Ordinal) };
        var journal = JournalOf(StartMutated("", disk, broken));
        journal.WriteTexts("a", 1, 1);
        disk.BeforeSync = path => throw new SyncFailedException(path, 5, "EIO");
        Assert.IsType<WriteMessageFailure>(JournalClient.Answers(journal.Send(journal.Atomic("a", 2, TestEvent.Plain("lost"))), 1)[0]);
    }

    private void CheckDeletedEventsOfABatchStayDeleted(PersistenceMutations broken)
    {
        var journal = JournalOf(StartMutated("", null, broken));
        journal.WriteAll("a", 1, [TestEvent.Plain("1"), TestEvent.Plain("2"), TestEvent.Plain("3")]);
        journal.DeleteTo("a", 2);
        Assert.Equal([3L], journal.Replay("a").Numbers);
    }

    private void CheckTagsAreUnwrapped(PersistenceMutations broken)
    {
        var journal = JournalOf(StartMutated("", null, broken));
        journal.Write("a", 1, new Tagged(TestEvent.Plain("x"), ["t"]));
        Assert.Equal(["x"], journal.Replay("a").Texts);
    }

    private void CheckRequestsOfOneIdKeepTheirOrder(PersistenceMutations broken)
    {
        var journal = JournalOf(StartMutated("akka.persistence.journal.wal.batch-bytes-max = 4KiB", null, broken));
        var many = journal.Send([.. Enumerable.Range(1, 50).Select(i => journal.Atomic("a", i, new TestEvent("plain", new byte[5000])))]);
        var next = journal.Send(journal.Atomic("a", 51, TestEvent.Plain("next")));
        Assert.All(JournalClient.Answers(many, 50), answer => Assert.IsType<WriteMessageSuccess>(answer));
        Assert.IsType<WriteMessageSuccess>(JournalClient.Answers(next, 1)[0]);
        Assert.Equal(51, journal.Replay("a").Events.Count);
    }

    private void CheckTheBudgetIsGivenBack(PersistenceMutations broken)
    {
        var kit = StartMutated("", null, broken);
        JournalOf(kit).WriteTexts("a", 1, 3);
        Assert.Equal(0, WalPersistence.Get(kit.Sys).EngineFor(WalPersistence.EnginePath).Opened!.WriteBudget.Taken);
    }

    private void CheckFailedSaveLeavesTheOlderSnapshot(PersistenceMutations broken)
    {
        var disk = new GatedFileSystem();
        var snapshots = SnapshotsOf(StartMutated("", disk, broken));
        snapshots.Save("a", 5, TestEvent.Plain("old"));
        FailSave(snapshots, disk, 5);
        Assert.Equal("old", ((TestEvent)snapshots.Load("a")!.Snapshot).Text);
    }

    private void CheckHalfOpenBreakerLeavesTheStoreAlive(PersistenceMutations broken)
    {
        var disk = new GatedFileSystem();
        var kit = StartMutated("akka.persistence.snapshot-store.wal.circuit-breaker { max-failures = 1 \n call-timeout = 300s \n reset-timeout = 100ms }", disk, broken);
        var snapshots = SnapshotsOf(kit);
        snapshots.Save("a", 1, TestEvent.Plain("x"));
        FailSave(snapshots, disk, 2);
        disk.Close();
        while (disk.Waiting == 0)
        {
            snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", 3, default), TestEvent.Plain("y"))).ReceiveOne(TimeSpan.FromMilliseconds(20));
        }

        try
        {
            // A store that crashed over this would come back with a closed breaker.
            Pass(kit, snapshots);
            var refused = snapshots.Send(new LoadSnapshot("b", SnapshotSelectionCriteria.Latest, 1)).ReceiveOne(Watchdog);
            Assert.IsType<OpenCircuitException>(Assert.IsType<LoadSnapshotFailed>(refused).Cause);
        }
        finally
        {
            disk.OpenGate();
        }
    }

    private static void Pass(TestKit kit, SnapshotClient snapshots)
    {
        var saver = kit.CreateTestProbe();
        snapshots.Store.Tell(new SaveSnapshotFailure(new SnapshotMetadata("b", 9, default), new IOException("a test says so")), saver.Ref);
        saver.ExpectMsg<SaveSnapshotFailure>(Watchdog);
    }

    private static void FailSave(SnapshotClient snapshots, GatedFileSystem disk, long number)
    {
        disk.Concerns = path => path.EndsWith(".snapshot.tmp", StringComparison.Ordinal);
        disk.BeforeSync = path => throw new DiskFullException(path);
        snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", number, default), TestEvent.Plain("new"))).ExpectMsg<SaveSnapshotFailure>(Watchdog);
        disk.BeforeSync = null;
    }
}
