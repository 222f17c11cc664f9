using Akka.Persistence;
using Akka.TestKit.Xunit2;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>What the framework's health checks say of the plugins.</summary>
public sealed class HealthTests : PersistenceTest
{
    private static Task<PersistenceHealthCheckResult> JournalHealth(TestKit kit) =>
        Akka.Persistence.Persistence.Instance.Apply(kit.Sys).CheckJournalHealthAsync(WalPersistence.JournalPath, CancellationToken.None);

    private static Task<PersistenceHealthCheckResult> SnapshotHealth(TestKit kit) =>
        Akka.Persistence.Persistence.Instance.Apply(kit.Sys).CheckSnapshotStoreHealthAsync(WalPersistence.SnapshotStorePath, CancellationToken.None);

    [Fact]
    public async Task An_open_engine_is_healthy_and_tells_its_figures()
    {
        var kit = Start();
        JournalOf(kit).WriteTexts("a", 1, 3);
        SnapshotsOf(kit).Save("a", 3, TestEvent.Plain("x"));

        var health = await JournalHealth(kit);

        Assert.Equal(PersistenceHealthStatus.Healthy, health.Status);
        Assert.True((long)health.Data!["available-bytes"] > 0);
        Assert.True((long)health.Data["last-sync-microseconds"] >= 0);
        Assert.Equal((0, 0L, 0L, 0), (health.Data["queued-batches"], health.Data["queued-bytes"], health.Data["bytes-under-way"], health.Data["writes-waiting-for-room"]));
        Assert.Equal((false, false, 1), (health.Data["log-poisoned"], health.Data["snapshots-poisoned"], health.Data["snapshot-files"]));
        Assert.Equal(PersistenceHealthStatus.Healthy, (await SnapshotHealth(kit)).Status);
    }

    [Fact]
    public async Task An_engine_that_is_being_opened_is_degraded()
    {
        using var mayOpen = new ManualResetEventSlim();
        var kit = Start(fileSystem: new GatedFileSystem { BeforeLock = _ => mayOpen.Wait(TimeSpan.FromSeconds(60)) });
        JournalOf(kit);
        SnapshotsOf(kit);

        var (journal, snapshots) = (await JournalHealth(kit), await SnapshotHealth(kit));
        mayOpen.Set();

        Assert.Equal((PersistenceHealthStatus.Degraded, PersistenceHealthStatus.Degraded), (journal.Status, snapshots.Status));
    }

    [Fact]
    public async Task A_disk_with_little_space_left_is_degraded_and_says_how_much()
    {
        var disk = new SimulatedFileSystem(seed: 3);
        var kit = Start("akka.persistence.wal { segment-bytes = 64KiB \n directory = \"/data\" }", disk);
        JournalOf(kit).WriteTexts("a", 1, 1);

        // A log that is still preparing segments when the disk becomes short waits for space, and says that instead.
        await kit.AwaitConditionAsync(
            () => Task.FromResult(WalPersistence.Get(kit.Sys).StatisticsOf()!.SpareSegments > new Wal.WalOptions().PreparedSegments), TimeSpan.FromSeconds(30));
        disk.CapacityBytes = disk.UsedBytes + (100 << 10);

        var health = await JournalHealth(kit);

        Assert.Equal(PersistenceHealthStatus.Degraded, health.Status);
        Assert.Contains($"{(long)health.Data!["available-bytes"]} bytes left", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_stopped_writing_is_unhealthy_and_says_why()
    {
        var disk = new GatedFileSystem();
        var kit = Start(fileSystem: disk);
        var journal = JournalOf(kit);
        journal.WriteTexts("a", 1, 1);
        disk.BeforeSync = path => throw new SyncFailedException(path, 5, "EIO");
        JournalClient.Answers(journal.Send(journal.Atomic("a", 2, TestEvent.Plain("x"))), 1);

        var health = await JournalHealth(kit);

        Assert.Equal(PersistenceHealthStatus.Unhealthy, health.Status);
        Assert.Equal(true, health.Data!["log-poisoned"]);
        Assert.IsType<Wal.LogPoisonedException>(health.Exception);
    }

    [Fact]
    public void Each_plugin_has_its_reference_configuration()
    {
        Assert.Contains("WalJournal", WalPersistence.DefaultJournalConfiguration().GetString("class"));
        Assert.Contains("WalSnapshotStore", WalPersistence.DefaultSnapshotConfiguration().GetString("class"));
        Assert.Contains("WalReadJournalProvider", WalPersistence.DefaultQueryConfiguration().GetString("class"));
    }
}
