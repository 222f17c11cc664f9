using System.Text;
using Akka.Persistence;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>Crashes and failures at every disk operation of a save and of a deletion.</summary>
public sealed class SnapshotDiskTests
{
    private const string Folder = "/snapshots";
    private const ulong Seed = 5;

    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private static SnapshotFiles Open(SimulatedFileSystem disk) => SnapshotFiles.Open(disk, Folder, 0);

    private static Task SaveAsync(SnapshotFiles files, long number, string text) =>
        files.SaveAsync(new SnapshotMetadata("a", number, Noon), () => new SerializedSnapshot(1, "m", Encoding.UTF8.GetBytes(text)), default);

    private static Task SaveNewAsync(SnapshotFiles files) => SaveAsync(files, 2, "new");

    private static Task DeleteSecondAsync(SnapshotFiles files) => files.DeleteAsync(new SnapshotMetadata("a", 2, default), default);

    private static async Task<string?> LoadAsync(SnapshotFiles files) =>
        await files.LoadAsync("a", SnapshotSelectionCriteria.Latest, default) is var (_, payload) ? Encoding.UTF8.GetString(payload) : null;

    /// <summary>A disk with a first snapshot and a second one of number 2.</summary>
    private static async Task<SimulatedFileSystem> WithTwoAsync()
    {
        var disk = new SimulatedFileSystem(Seed);
        var files = Open(disk);
        await SaveAsync(files, 1, "first");
        await SaveAsync(files, 2, "second");
        return disk;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_power_failure_at_any_operation_leaves_the_state_before_or_after(bool saves)
    {
        var disk = await WithTwoAsync();
        var (before, work, done) = (disk.OperationCount, saves ? SaveNewAsync : (Func<SnapshotFiles, Task>)DeleteSecondAsync, saves ? "new" : "first");
        var whole = disk.Clone();
        await work(Open(whole));
        for (var operation = before + 1; operation <= whole.OperationCount; operation++)
        {
            foreach (var moment in Enum.GetValues<CrashMoment>())
            {
                foreach (var keeps in CrashKeeps.EachPattern((ulong)operation))
                {
                    var crashing = disk.Clone();
                    crashing.CrashAt(operation, moment);
                    var acknowledged = await SucceedsAsync(() => work(Open(crashing)));
                    var found = await LoadAsync(Open(crashing.Crash(keeps)));
                    Assert.Contains(found, acknowledged ? [done] : new[] { "second", done });
                }
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_of_any_operation_leaves_a_store_that_serves_what_it_has(bool saves)
    {
        var disk = await WithTwoAsync();
        var (work, done) = (saves ? SaveNewAsync : (Func<SnapshotFiles, Task>)DeleteSecondAsync, saves ? "new" : "first");
        var failures = 0;
        foreach (var kind in Enum.GetValues<DiskOperations>().Where(kind => kind is not DiskOperations.None))
        {
            var whole = disk.Clone();
            var files = Open(whole);
            var first = whole.Count(kind) + 1;
            await work(files);
            for (var number = first; number <= whole.Count(kind); number++)
            {
                var failing = disk.Clone();
                files = Open(failing);
                failing.Fail(kind, number);
                var acknowledged = await SucceedsAsync(() => work(files));
                failing.StopFailing();
                failures += acknowledged ? 0 : 1;

                // A failed save is not served; a failed deletion may have taken place.
                Assert.Contains(await LoadAsync(files), acknowledged ? [done] : saves ? new[] { "second" } : ["second", done]);
                foreach (var keeps in CrashKeeps.EachPattern((ulong)number))
                {
                    Assert.Contains(await LoadAsync(Open(failing.Clone().Crash(keeps))), acknowledged ? [done] : new[] { "second", done });
                }
            }
        }

        Assert.True(failures >= 3);
    }

    private static async Task<bool> SucceedsAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
