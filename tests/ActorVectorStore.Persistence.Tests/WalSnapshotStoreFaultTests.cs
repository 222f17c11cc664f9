using Akka.Persistence;
using Akka.TestKit.Xunit2;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Saves and deletions that fail, are late, or meet an open circuit breaker.</summary>
public sealed class WalSnapshotStoreFaultTests : PersistenceTest
{
    private const string ShortTimeout = "akka.persistence.snapshot-store.wal.circuit-breaker { call-timeout = 3s \n ";

    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private string[] Files => [.. Directory.GetFiles(Path.Combine(DataDirectory, "snapshots")).Order(StringComparer.Ordinal)];

    private static string? TextOf(SelectedSnapshot? selected) => selected is null ? null : ((TestEvent)selected.Snapshot).Text;

    private static SaveSnapshot Saving(string persistenceId, long number, string text, DateTime timestamp = default) =>
        new(new SnapshotMetadata(persistenceId, number, timestamp), TestEvent.Plain(text));

    /// <summary>What the engine would serve, past the actor and its breaker, after all operations of the id under way.</summary>
    private static async Task<string?> StoredText(TestKit kit, string persistenceId)
    {
        var files = WalPersistence.Get(kit.Sys).EngineFor(WalPersistence.EnginePath).Opened!.Snapshots;
        var loaded = await files.LoadAsync(persistenceId, SnapshotSelectionCriteria.Latest, default);
        return loaded is var (_, payload) ? System.Text.Encoding.UTF8.GetString(payload) : null;
    }

    [Fact]
    public void A_failed_save_of_a_number_leaves_the_older_snapshot_of_that_number()
    {
        var disk = new GatedFileSystem();
        var snapshots = SnapshotsOf(Start(fileSystem: disk));
        snapshots.Save("a", 5, TestEvent.Plain("old"), Noon);
        disk.Concerns = path => path.EndsWith(".snapshot.tmp", StringComparison.Ordinal);
        disk.BeforeSync = path => throw new DiskFullException(path);

        var failure = snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", 5, Noon.AddHours(1)), TestEvent.Plain("new"))).ExpectMsg<SaveSnapshotFailure>(Watchdog);

        Assert.IsType<DiskFullException>(failure.Cause);
        Assert.Equal("old", TextOf(snapshots.Load("a")));
        Assert.Single(Files);
        disk.BeforeSync = null;
        snapshots.Save("a", 6, TestEvent.Plain("again"));
        Assert.Equal("again", TextOf(snapshots.Load("a")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failed_save_leaves_an_older_snapshot_of_the_number_also_without_or_with_the_same_timestamp(bool hasTimestamp)
    {
        var timestamp = hasTimestamp ? Noon : default;
        var disk = new GatedFileSystem();
        var snapshots = SnapshotsOf(Start(fileSystem: disk));
        snapshots.Save("a", 5, TestEvent.Plain("old"), timestamp);
        disk.Concerns = path => path.EndsWith(".snapshot.tmp", StringComparison.Ordinal);
        disk.BeforeSync = path => throw new DiskFullException(path);

        snapshots.Send(Saving("a", 5, "new", timestamp)).ExpectMsg<SaveSnapshotFailure>(Watchdog);

        Assert.Equal("old", TextOf(snapshots.Load("a")));
        Assert.Single(Files);
    }

    [Fact]
    public async Task A_late_save_is_not_served_although_the_open_breaker_refuses_the_frameworks_clean_up()
    {
        var disk = new GatedFileSystem();
        var kit = Start(ShortTimeout + "max-failures = 1 \n reset-timeout = 300s }", disk);
        var snapshots = SnapshotsOf(kit);
        snapshots.Save("a", 5, TestEvent.Plain("old"), Noon);
        disk.Concerns = path => path.EndsWith("snapshots", StringComparison.Ordinal);
        disk.Close();

        var failed = snapshots.Send(Saving("a", 5, "late", Noon.AddHours(1)));
        disk.AwaitWaiting();
        failed.ExpectMsg<SaveSnapshotFailure>(Watchdog);
        disk.OpenGate();

        Assert.Equal("old", await StoredText(kit, "a"));
        Assert.Single(Files);
    }

    [Fact]
    public void A_result_that_arrives_while_the_store_opens_reaches_its_persistent_actor()
    {
        using var mayOpen = new ManualResetEventSlim();
        var disk = new GatedFileSystem { BeforeLock = _ => mayOpen.Wait(Watchdog) };
        var kit = Start(fileSystem: disk);
        var snapshots = SnapshotsOf(kit);

        var saved = snapshots.Send(new SaveSnapshotSuccess(new SnapshotMetadata("a", 1, Noon)));
        var failed = snapshots.Send(new SaveSnapshotFailure(new SnapshotMetadata("a", 2, Noon), new IOException("a test says so")));
        mayOpen.Set();

        saved.ExpectMsg<SaveSnapshotSuccess>(Watchdog);
        failed.ExpectMsg<SaveSnapshotFailure>(Watchdog);
    }

    [Fact]
    public void A_deletion_that_fails_after_it_has_unlinked_leaves_nothing_that_seems_damaged()
    {
        var disk = new GatedFileSystem();
        var snapshots = SnapshotsOf(Start(fileSystem: disk));
        snapshots.Save("a", 1, TestEvent.Plain("older"));
        snapshots.Save("a", 2, TestEvent.Plain("newer"));
        disk.Concerns = path => path.EndsWith("snapshots", StringComparison.Ordinal);
        disk.BeforeDirectorySync = path => throw new SyncFailedException(path, 5, "EIO");

        snapshots.Send(new DeleteSnapshot(new SnapshotMetadata("a", 2, default))).ExpectMsg<DeleteSnapshotFailure>(Watchdog);

        Assert.Equal("older", TextOf(snapshots.Load("a")));
    }

    [Fact]
    public void When_a_directory_sync_fails_no_save_that_waits_for_its_own_is_acknowledged()
    {
        var disk = new GatedFileSystem();
        var snapshots = SnapshotsOf(Start(fileSystem: disk));
        snapshots.Save("a", 1, TestEvent.Plain("x"));
        var failures = 1;
        disk.Concerns = path => path.EndsWith("snapshots", StringComparison.Ordinal);
        disk.BeforeDirectorySync = path =>
        {
            if (Interlocked.Decrement(ref failures) == 0)
            {
                throw new SyncFailedException(path, 5, "EIO");
            }
        };
        disk.Close();

        var saves = new[] { snapshots.Send(Saving("b", 1, "y")), snapshots.Send(Saving("c", 1, "z")) };
        Assert.True(SpinWait.SpinUntil(() => Files.Count(file => file.EndsWith(".snapshot", StringComparison.Ordinal)) == 3, Watchdog));
        disk.OpenGate();

        Assert.All(saves, save => save.ExpectMsg<SaveSnapshotFailure>(Watchdog));
    }

    [Theory]
    [InlineData(".snapshot.tmp")]
    [InlineData("snapshots")]
    public void A_save_that_times_out_and_ends_late_does_not_come_back_and_keeps_the_older_one(string gated)
    {
        var disk = new GatedFileSystem();
        var snapshots = SnapshotsOf(Start(ShortTimeout + "max-failures = 100 }", disk));
        snapshots.Save("a", 5, TestEvent.Plain("old"), Noon);
        disk.Concerns = path => path.EndsWith(gated, StringComparison.Ordinal);
        disk.Close();

        var failed = snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", 5, Noon.AddHours(1)), TestEvent.Plain("late")));
        disk.AwaitWaiting();
        failed.ExpectMsg<SaveSnapshotFailure>(TimeSpan.FromSeconds(60));
        disk.OpenGate();

        var loaded = LoadUntilAnswered(snapshots);
        Assert.Equal("old", TextOf(loaded));
    }

    // The framework's own deletion of the failed save may still wait behind it, and a load behind both may time out.
    private static SelectedSnapshot? LoadUntilAnswered(SnapshotClient snapshots)
    {
        while (true)
        {
            switch (snapshots.Send(new LoadSnapshot("a", SnapshotSelectionCriteria.Latest, long.MaxValue)).ReceiveOne(TimeSpan.FromSeconds(60)))
            {
                case LoadSnapshotResult result when TextOf(result.Snapshot) != "late":
                    return result.Snapshot;
                case null:
                    throw new TimeoutException();
            }
        }
    }

    [Fact]
    public void After_a_failed_directory_sync_nothing_is_saved_but_loads_go_on()
    {
        var disk = new GatedFileSystem();
        var kit = Start(fileSystem: disk);
        var snapshots = SnapshotsOf(kit);
        snapshots.Save("a", 1, TestEvent.Plain("x"));
        disk.Concerns = path => path.EndsWith("snapshots", StringComparison.Ordinal);
        disk.BeforeDirectorySync = path => throw new SyncFailedException(path, 5, "EIO");
        snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", 2, default), TestEvent.Plain("y"))).ExpectMsg<SaveSnapshotFailure>(Watchdog);
        disk.BeforeDirectorySync = null;

        var failure = snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", 3, default), TestEvent.Plain("z"))).ExpectMsg<SaveSnapshotFailure>(Watchdog);

        Assert.Contains("EIO", failure.Cause.Message);
        Assert.Equal("x", TextOf(snapshots.Load("a")));
        snapshots.Store.Tell(new CheckSnapshotStoreHealth(CancellationToken.None), kit.TestActor);
        Assert.Equal(PersistenceHealthStatus.Unhealthy, kit.ExpectMsg<SnapshotStoreHealthCheckResponse>().Result.Status);
    }

    [Fact]
    public void A_half_open_breaker_answers_at_once_and_the_store_stays_alive()
    {
        var disk = new GatedFileSystem();
        var kit = Start("akka.persistence.snapshot-store.wal.circuit-breaker { max-failures = 1 \n call-timeout = 120s \n reset-timeout = 100ms }", disk);
        var snapshots = SnapshotsOf(kit);
        snapshots.Save("a", 1, TestEvent.Plain("x"));
        disk.Concerns = path => path.EndsWith(".snapshot.tmp", StringComparison.Ordinal);
        disk.BeforeSync = path => throw new DiskFullException(path);
        snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", 2, default), TestEvent.Plain("y"))).ExpectMsg<SaveSnapshotFailure>(Watchdog);
        disk.BeforeSync = null;
        disk.Close();

        // The breaker is open and then half-open: one save goes through to the gate and waits, every other call is refused.
        var refusals = 0;
        while (disk.Waiting == 0)
        {
            snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", 3, default), TestEvent.Plain("z"))).ReceiveOne(TimeSpan.FromMilliseconds(20));
            refusals++;
            Assert.True(refusals < 100_000);
        }

        Assert.IsType<Akka.Pattern.OpenCircuitException>(
            snapshots.Send(new LoadSnapshot("b", SnapshotSelectionCriteria.Latest, 1)).ExpectMsg<LoadSnapshotFailed>(Watchdog).Cause);
        Assert.IsType<Akka.Pattern.OpenCircuitException>(
            snapshots.Send(new SaveSnapshot(new SnapshotMetadata("b", 1, default), TestEvent.Plain("b"))).ExpectMsg<SaveSnapshotFailure>(Watchdog).Cause);
        snapshots.Send(new DeleteSnapshot(new SnapshotMetadata("b", 1, default))).ExpectMsg<DeleteSnapshotFailure>(Watchdog);
        snapshots.Send(new DeleteSnapshots("b", SnapshotSelectionCriteria.Latest)).ExpectMsg<DeleteSnapshotsFailure>(Watchdog);

        // The result of an earlier save, whose clean-up is refused as well, is passed on. A store that had crashed would have a new, closed breaker.
        var saver = kit.CreateTestProbe();
        snapshots.Store.Tell(new SaveSnapshotFailure(new SnapshotMetadata("b", 9, Noon), new IOException("a test says so")), saver.Ref);
        saver.ExpectMsg<SaveSnapshotFailure>(Watchdog);
        Assert.IsType<Akka.Pattern.OpenCircuitException>(
            snapshots.Send(new LoadSnapshot("b", SnapshotSelectionCriteria.Latest, 1)).ExpectMsg<LoadSnapshotFailed>(Watchdog).Cause);
        disk.OpenGate();
        Assert.Equal("x", TextOf(EventuallyLoaded(snapshots, "a", 1)));
    }

    private static SelectedSnapshot EventuallyLoaded(SnapshotClient snapshots, string persistenceId, long to)
    {
        while (true)
        {
            if (snapshots.Send(new LoadSnapshot(persistenceId, SnapshotSelectionCriteria.Latest, to)).ReceiveOne(Watchdog) is LoadSnapshotResult result)
            {
                return result.Snapshot;
            }
        }
    }
}
