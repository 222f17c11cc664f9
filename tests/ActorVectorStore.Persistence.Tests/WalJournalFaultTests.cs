using Akka.Actor;
using Akka.Persistence;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence.Tests;

public sealed class WalJournalFaultTests : PersistenceTest
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    private static PersistenceHealthCheckResult HealthOf(Akka.TestKit.Xunit2.TestKit kit)
    {
        JournalOf(kit).Journal.Tell(new CheckJournalHealth(CancellationToken.None), kit.TestActor);
        return kit.ExpectMsg<JournalHealthCheckResponse>().Result;
    }

    // Only what commits sync: new segments are prepared as .wal.new, and directories are none of a commit's business.
    private static readonly Func<string, bool> Commits = path => path.EndsWith(".wal", StringComparison.Ordinal);

    private const string ShortTimeout = "akka.persistence.journal.wal.circuit-breaker { call-timeout = 3s \n max-failures = 1000 }";

    [Fact]
    public async Task A_write_that_ends_after_the_breakers_timeout_is_seen_by_the_next_recovery_and_its_number_is_not_given_away()
    {
        await WriteOneEach("a");
        var disk = new GatedFileSystem { Concerns = Commits };
        var kit = Start(ShortTimeout, disk);
        var journal = JournalOf(kit);
        Recovered(journal, "a");
        disk.Close();

        var late = journal.Send(journal.Atomic("a", 2, TestEvent.Plain("late")));
        disk.AwaitWaiting();
        Assert.IsType<WriteMessageFailure>(JournalClient.Answers(late, 1)[0]);

        // In the commit already: a recovery must wait for it, here until its own timeout.
        Assert.NotNull(journal.Replay("a").Failure);
        disk.OpenGate();
        Assert.Equal(["a-1", "late"], Recovered(journal, "a").Texts);
        await EndAsync(kit);
        journal = JournalOf(Start());
        Assert.IsType<SequenceConflictException>(FailureOf(journal, "a", 2));
        Assert.Equal(["a-1", "late"], journal.Replay("a").Texts);
    }

    [Fact]
    public async Task A_write_that_still_waits_when_the_breaker_times_out_is_dropped()
    {
        await WriteOneEach("a", "b");
        var disk = new GatedFileSystem { Concerns = Commits };
        var kit = Start(ShortTimeout, disk);
        var journal = JournalOf(kit);
        Recovered(journal, "a");
        disk.Close();

        var holding = journal.Send(journal.Atomic("b", 2, TestEvent.Plain("in the commit")));
        disk.AwaitWaiting();
        var waiting = journal.Send(journal.Atomic("a", 2, TestEvent.Plain("never stored")));
        Assert.IsType<WriteMessageFailure>(JournalClient.Answers(holding, 1)[0]);
        Assert.IsType<WriteMessageFailure>(JournalClient.Answers(waiting, 1)[0]);
        disk.OpenGate();

        Assert.Equal(["b-1", "in the commit"], Recovered(journal, "b").Texts);
        Assert.Equal(["a-1"], Recovered(journal, "a").Texts);
        await EndAsync(kit);
        journal = JournalOf(Start());
        journal.Write("a", 2, TestEvent.Plain("stored"));
        Assert.Equal(["a-1", "stored"], journal.Replay("a").Texts);
    }

    // By a system of its own, whose breaker has the usual time: a slow machine may need more than the short one.
    private async Task WriteOneEach(params string[] persistenceIds)
    {
        var kit = Start();
        foreach (var id in persistenceIds)
        {
            JournalOf(kit).WriteTexts(id, 1, 1);
        }

        await EndAsync(kit);
    }

    // The gate may open just after a recovery has timed out; the one after it is the answer.
    private static Replayed Recovered(JournalClient journal, string persistenceId)
    {
        while (true)
        {
            var replayed = journal.Replay(persistenceId);
            if (replayed.Failure is not (TimeoutException or OperationCanceledException))
            {
                return replayed;
            }
        }
    }

    [Fact]
    public void After_a_failed_sync_every_write_fails_reads_go_on_and_the_journal_is_unhealthy()
    {
        var disk = new GatedFileSystem();
        var kit = Start(fileSystem: disk);
        var journal = JournalOf(kit);
        journal.WriteTexts("a", 1, 3);
        Assert.Equal(PersistenceHealthStatus.Healthy, HealthOf(kit).Status);
        disk.BeforeSync = path => throw new SyncFailedException(path, 5, "EIO");

        Assert.IsType<LogPoisonedException>(FailureOf(journal, "a", 4));
        disk.BeforeSync = null;

        Assert.IsType<LogPoisonedException>(FailureOf(journal, "a", 4));
        Assert.IsType<LogPoisonedException>(FailureOf(journal, "b", 1));
        Assert.Equal(["a-1", "a-2", "a-3"], journal.Replay("a").Texts);
        var health = HealthOf(kit);
        Assert.Equal(PersistenceHealthStatus.Unhealthy, health.Status);
        Assert.IsType<LogPoisonedException>(health.Exception);
    }

    [Fact]
    public void A_full_disk_fails_writes_until_there_is_space_again()
    {
        var disk = new SimulatedFileSystem(seed: 11);
        var kit = Start("akka.persistence.wal { segment-bytes = 64KiB \n directory = \"/data\" }", disk);
        var journal = JournalOf(kit);
        journal.WriteTexts("a", 1, 1);
        disk.CapacityBytes = disk.UsedBytes;
        var next = 2L;
        Exception? failure = null;
        while (failure is null)
        {
            var answer = JournalClient.Answers(journal.Send(journal.Atomic("a", next, new TestEvent("plain", new byte[8000]))), 1)[0];
            failure = (answer as WriteMessageFailure)?.Cause;
            next += failure is null ? 1 : 0;
            Assert.True(next < 1000);
        }

        Assert.IsType<DiskFullException>(failure);
        Assert.Equal(next - 1, journal.Replay("a").Highest);
        disk.CapacityBytes = long.MaxValue;
        while (JournalClient.Answers(journal.Send(journal.Atomic("a", next, TestEvent.Plain("again"))), 1)[0] is WriteMessageFailure)
        {
        }

        Assert.Equal("again", journal.Replay("a", from: next).Texts.Single());
    }

    private static Exception FailureOf(JournalClient journal, string persistenceId, long number) =>
        Assert.IsType<WriteMessageFailure>(JournalClient.Answers(journal.Send(journal.Atomic(persistenceId, number, TestEvent.Plain("x"))), 1)[0]).Cause;

    [Fact]
    public void A_journal_that_cannot_open_answers_with_failures_and_opens_when_it_can()
    {
        using var other = PhysicalFileSystem.Instance.LockedDirectory(DataDirectory);
        var kit = Start("akka.persistence.journal.wal.open-retry-interval = 50ms \n akka.persistence.snapshot-store.wal.open-retry-interval = 50ms");
        var journal = JournalOf(kit);
        var snapshots = SnapshotsOf(kit);
        var restarts = kit.CreateTestProbe();
        restarts.Watch(journal.Journal);

        Assert.IsAssignableFrom<IOException>(FailureOf(journal, "a", 1));
        Assert.IsAssignableFrom<IOException>(journal.Replay("a").Failure);
        var deletion = kit.CreateTestProbe();
        journal.Journal.Tell(new DeleteMessagesTo("a", 1, deletion.Ref), deletion.Ref);
        Assert.IsAssignableFrom<IOException>(deletion.ExpectMsg<DeleteMessagesFailure>(Watchdog).Cause);
        Assert.ThrowsAny<IOException>(() => snapshots.Load("a"));
        Assert.Equal(PersistenceHealthStatus.Unhealthy, HealthOf(kit).Status);
        other.Dispose();

        while (journal.Replay("a").Failure is not null)
        {
        }

        journal.WriteTexts("a", 1, 1);
        Assert.Equal(PersistenceHealthStatus.Healthy, HealthOf(kit).Status);
    }

    [Theory]
    [InlineData("akka.persistence.journal.wal.write-bytes-max = 1B", "akka.persistence.journal.wal.write-bytes-max must be between 1024")]
    [InlineData("akka.persistence.journal.wal.engine = \"no.such.section\"", "no.such.section")]
    [InlineData("akka.persistence.wal.segment-bytes = 1KiB", "akka.persistence.wal.segment-bytes must be between 65536")]
    [InlineData("akka.persistence.wal.directory = \"\"", "akka.persistence.wal.directory must name a directory")]
    public void A_wrong_setting_is_an_answered_failure_that_names_it(string setting, string expected)
    {
        var journal = JournalOf(Start(setting));
        Assert.Contains(expected, FailureOf(journal, "a", 1).Message);
        Assert.Contains(expected, journal.Replay("a").Failure!.Message);
    }

    [Fact]
    public void A_restarted_journal_reopens_nothing_and_goes_on()
    {
        var openings = 0;
        var disk = new GatedFileSystem
        {
            // The log prepares further segments in its own time; the first one is opened when the log is.
            BeforeOpen = (path, _) => Interlocked.Add(ref openings, path.EndsWith("0000000100000000.wal", StringComparison.Ordinal) ? 1 : 0),
        };
        var kit = Start(fileSystem: disk);
        var journal = JournalOf(kit);
        journal.WriteTexts("a", 1, 3);
        var before = Volatile.Read(ref openings);

        ((IInternalActorRef)journal.Journal).Suspend();
        ((IInternalActorRef)journal.Journal).Restart(new InvalidOperationException("a test restarts the journal"));

        Assert.Equal([1L, 2L, 3L], journal.Replay("a").Numbers);
        journal.WriteTexts("a", 4, 4);
        Assert.Equal(4, journal.Replay("a").Highest);
        Assert.Equal(before, Volatile.Read(ref openings));
    }

    [Fact]
    public async Task Two_plugins_on_two_directories_are_two_journals()
    {
        var settings =
            $$"""
            second-engine.directory = "{{DataDirectory}}-second"
            akka.persistence.journal.second = ${akka.persistence.journal.wal}
            akka.persistence.journal.second { 
              class = "ActorVectorStore.Persistence.WalJournal, ActorVectorStore.Persistence"
              engine = "second-engine"
            }
            """.Replace("akka.persistence.journal.second = ${akka.persistence.journal.wal}", string.Empty, StringComparison.Ordinal);
        var kit = Start(settings);
        JournalOf(kit).WriteTexts("a", 1, 1);
        JournalOf(kit, "akka.persistence.journal.second").WriteTexts("a", 1, 2);

        Assert.Equal(1, JournalOf(kit).Replay("a").Highest);
        Assert.Equal(2, JournalOf(kit, "akka.persistence.journal.second").Replay("a").Highest);
        await EndAsync(kit);
        Directory.Delete(DataDirectory + "-second", recursive: true);
    }

    [Fact]
    public async Task An_engine_that_cannot_be_closed_keeps_no_other_open_and_is_told_of()
    {
        var directories = new[] { DataDirectory, DataDirectory + "-second", DataDirectory + "-third" };
        var disk = new GatedFileSystem();
        var kit = Start($"second.directory = \"{directories[1]}\" \n third.directory = \"{directories[2]}\"", disk);
        foreach (var engine in new[] { WalPersistence.EnginePath, "second", "third" })
        {
            await WalPersistence.Get(kit.Sys).OpenAsync(engine);
        }

        disk.BeforeUnlock = path => _ = path == directories[1] ? throw new IOException("a test keeps the lock") : path;

        var failure = await Assert.ThrowsAsync<IOException>(() => EndAsync(kit));

        Assert.Equal("a test keeps the lock", failure.Message);
        PhysicalFileSystem.Instance.LockDirectory(directories[0]).Dispose();
        PhysicalFileSystem.Instance.LockDirectory(directories[2]).Dispose();
        Array.ForEach(directories[1..], directory => Directory.Delete(directory, recursive: true));
    }

    [Fact]
    public void Two_plugins_on_one_directory_share_the_engine()
    {
        var kit = Start(
            """
            akka.persistence.journal.second {
              class = "ActorVectorStore.Persistence.WalJournal, ActorVectorStore.Persistence"
            }
            """);
        JournalOf(kit).WriteTexts("a", 1, 1);

        var second = JournalOf(kit, "akka.persistence.journal.second");

        Assert.Equal(1, second.Replay("a").Highest);
        Assert.IsType<SequenceConflictException>(FailureOf(second, "a", 1));
    }

    [Fact]
    public void Engines_that_disagree_about_a_directory_are_refused()
    {
        var kit = Start(
            $$"""
            second-engine { directory = "{{DataDirectory}}" 
              segment-bytes = 1MiB }
            akka.persistence.journal.second {
              class = "ActorVectorStore.Persistence.WalJournal, ActorVectorStore.Persistence"
              engine = "second-engine"
            }
            """);
        JournalOf(kit).WriteTexts("a", 1, 1);

        Assert.Contains("other settings", FailureOf(JournalOf(kit, "akka.persistence.journal.second"), "a", 2).Message);
    }

    [Fact]
    public async Task A_damaged_log_is_refused_with_file_and_offset_and_nothing_is_served()
    {
        var kit = Start();
        JournalOf(kit).WriteTexts("a", 1, 5);
        await EndAsync(kit);
        var segment = Directory.GetFiles(DataDirectory).Where(file => Path.GetFileName(file) != PhysicalFileSystem.LockFileName).Order(StringComparer.Ordinal)
            .First(file => File.ReadAllBytes(file).AsSpan().IndexOf("a-3"u8) >= 0);
        var bytes = File.ReadAllBytes(segment);
        bytes[bytes.AsSpan().IndexOf("a-3"u8)] ^= 1;
        File.WriteAllBytes(segment, bytes);

        var failure = JournalOf(Start()).Replay("a").Failure;

        Assert.Equal(segment, Assert.IsType<CorruptionException>(failure).File);
    }

    [Fact]
    public void More_bytes_than_the_queue_holds_wait_and_are_all_stored()
    {
        var journal = JournalOf(Start("akka.persistence.wal.queue-bytes-max = 64KiB"));
        var probes = Enumerable.Range(0, 50).Select(i => journal.Send(journal.Atomic($"p{i}", 1, new TestEvent("plain", new byte[30_000])))).ToList();

        Assert.All(probes, probe => Assert.IsType<WriteMessageSuccess>(JournalClient.Answers(probe, 1)[0]));
    }
}

file static class Locking
{
    /// <summary>Takes a directory as another process would.</summary>
    public static IDisposable LockedDirectory(this PhysicalFileSystem fileSystem, string directory)
    {
        fileSystem.CreateDirectory(directory);
        return fileSystem.LockDirectory(directory);
    }
}
