using Akka.Persistence;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>The journal and the snapshot store against dictionaries, over restarts, on a disk that loses what was not synced.</summary>
public sealed class JournalPropertyTests : PersistenceTest
{
    private const string OnSimulatedDisk =
        """
        akka.persistence.wal { directory = "/data" 
          segment-bytes = 64KiB }
        akka.persistence.journal.wal.batch-bytes-max = 4KiB
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_journal_is_a_dictionary_that_survives_power_failures(ulong seed)
    {
        var random = new SeededRandom(seed);
        var disk = new SimulatedFileSystem(seed);
        var model = new Dictionary<string, ModelId>();
        var snapshots = new Dictionary<string, SortedDictionary<long, string>>();
        for (var life = 0; life < 4; life++)
        {
            var kit = Start(OnSimulatedDisk, disk);
            var (journal, store) = (JournalOf(kit), SnapshotsOf(kit));
            for (var step = 0; step < 60; step++)
            {
                var id = $"p{random.Next(5)}";
                Step(random, journal, store, id, model.TryGetValue(id, out var known) ? known : model[id] = new ModelId(), snapshots);
            }

            AssertSame(journal, store, model, snapshots);

            // Acknowledged means durable: the directory as it is after a power failure at this moment must say the same.
            var after = disk.Clone().Crash(CrashKeeps.Subset(seed + (ulong)life));
            var second = Start(OnSimulatedDisk, after);
            AssertSame(JournalOf(second), SnapshotsOf(second), model, snapshots);
            await EndAsync(second);
            await EndAsync(kit);
        }
    }

    private static void Step(
        SeededRandom random,
        JournalClient journal,
        SnapshotClient store,
        string id,
        ModelId model,
        Dictionary<string, SortedDictionary<long, string>> snapshots)
    {
        switch (random.Next(10))
        {
            case < 5:
                var texts = Enumerable.Range(0, random.Next(1, 6)).Select(i => $"{id}-{model.Highest + 1 + i}-{new string('x', random.Next(2000))}").ToArray();
                var events = texts.Select(text => (object)TestEvent.Plain(text)).ToArray();
                if (random.Chance(0.5))
                {
                    journal.WriteAll(id, model.Highest + 1, events);
                }
                else
                {
                    journal.Write(id, model.Highest + 1, events);
                }

                foreach (var text in texts)
                {
                    model.Events.Add(++model.Highest, text);
                }

                break;
            case 5:
                var rejected = JournalClient.Answers(journal.Send(journal.Atomic(id, model.Highest + 1, TestEvent.Plain("x"), TestEvent.Unserializable)), 2);
                Assert.All(rejected, answer => Assert.IsType<WriteMessageRejected>(answer));
                break;
            case 6:
                var to = random.Next((int)model.Highest + 3);
                journal.DeleteTo(id, to);
                model.DeleteTo(to);
                break;
            case 7:
                Assert.Equal(model.Events.Keys.Where(number => number >= 3).Take(4), journal.Replay(id, from: 3, max: 4).Numbers);
                break;
            case 8:
                var saved = snapshots.TryGetValue(id, out var list) ? list : snapshots[id] = [];
                saved[model.Highest] = $"snapshot {random.Next(1000)}";
                store.Save(id, model.Highest, TestEvent.Plain(saved[model.Highest]));
                break;
            default:
                if (snapshots.TryGetValue(id, out var present))
                {
                    var below = model.Highest - random.Next(5);
                    store.Delete(id, new SnapshotSelectionCriteria(below));
                    foreach (var number in present.Keys.Where(number => number <= below).ToList())
                    {
                        present.Remove(number);
                    }
                }

                break;
        }
    }

    private static void AssertSame(
        JournalClient journal,
        SnapshotClient store,
        Dictionary<string, ModelId> model,
        Dictionary<string, SortedDictionary<long, string>> snapshots)
    {
        foreach (var (id, expected) in model)
        {
            var replayed = journal.Replay(id);
            Assert.Null(replayed.Failure);
            Assert.Equal(expected.Highest, replayed.Highest);
            Assert.Equal(expected.Events.Values, replayed.Texts);
            Assert.Equal(expected.Events.Keys, replayed.Numbers);
            var newest = snapshots.TryGetValue(id, out var list) && list.Count > 0 ? list.Last().Value : null;
            Assert.Equal(newest, (store.Load(id)?.Snapshot as TestEvent)?.Text);
        }
    }

    [Fact]
    public async Task A_power_failure_at_any_moment_of_a_save_leaves_the_old_or_the_new_snapshot()
    {
        var disk = new SimulatedFileSystem(seed: 5);
        var files = SnapshotFiles.Open(disk, "/snapshots", 0);
        await Save(files, 1, "old");
        var before = disk.OperationCount;
        var probe = disk.Clone();
        await Save(SnapshotFiles.Open(probe, "/snapshots", 0), 1, "new");
        var operations = probe.OperationCount - before;
        for (var operation = 1L; operation <= operations; operation++)
        {
            foreach (var moment in Enum.GetValues<CrashMoment>())
            {
                foreach (var keeps in CrashKeeps.EachPattern((ulong)operation))
                {
                    var crashing = disk.Clone();
                    crashing.CrashAt(before + operation, moment);
                    var acknowledged = await TrySave(crashing);
                    var after = SnapshotFiles.Open(crashing.Crash(keeps), "/snapshots", 0);
                    var loaded = await after.LoadAsync("a", SnapshotSelectionCriteria.Latest, default);
                    Assert.NotNull(loaded);
                    var text = System.Text.Encoding.UTF8.GetString(loaded.Value.Payload);
                    Assert.Contains(text, acknowledged ? ["new"] : new[] { "old", "new" });
                }
            }
        }
    }

    private static async Task<bool> TrySave(SimulatedFileSystem disk)
    {
        try
        {
            await Save(SnapshotFiles.Open(disk, "/snapshots", 0), 1, "new");
            return true;
        }
        catch (SimulatedCrashException)
        {
            return false;
        }
    }

    private static Task Save(SnapshotFiles files, long number, string text) => files.SaveAsync(
        new SnapshotMetadata("a", number, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
        () => new SerializedSnapshot(1, "m", System.Text.Encoding.UTF8.GetBytes(text)),
        default);

    private sealed class ModelId
    {
        public long Highest { get; set; }

        public SortedDictionary<long, string> Events { get; } = [];

        public void DeleteTo(long to)
        {
            foreach (var number in Events.Keys.Where(number => number <= to).ToList())
            {
                Events.Remove(number);
            }
        }
    }
}
