using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using Xunit.Abstractions;

namespace ActorVectorStore.Tests;

/// <summary>
/// The power goes off, or the disk fails, at an operation of a backup or of a restoring of a whole database. What was acknowledged is there, the backup is a whole one, and the next
/// attempt succeeds.
/// </summary>
/// <remarks>
/// Threads of the database write side by side, so that the number of an operation does not name the same one in every run: the short form takes a few numbers, the long form
/// (<see cref="LongRuns"/>) all there are. The tests of room Storage meet every operation of a backup itself.
/// </remarks>
public sealed class BackupCrashTests(ITestOutputHelper output)
{
    private const string Backup = "/data/backup";
    private const string Restored = "/data/restored";
    private const int OperationsOfTheShortForm = 12;

    [Fact]
    public async Task A_power_failure_in_a_backup_loses_nothing_acknowledged_and_leaves_one_whole_backup()
    {
        var first = await FirstBackupAsync();
        foreach (var (at, keeps) in Moments(await CountAsync(first, disk => ChangeAndBackUpAsync(disk, first.Workload.Clone(7)))))
        {
            var disk = first.Disk.Clone();
            var workload = first.Workload.Clone(7);
            disk.CrashAt(disk.OperationCount + at, at % 2 == 0 ? CrashMoment.After : CrashMoment.Before);
            await EndedByAsync(() => ChangeAndBackUpAsync(disk, workload), () => IsPowerOff(disk));
            await AssertGoesOnAsync(disk.Crash(keeps), workload, first, $"operation {at}, {keeps}");
        }
    }

    [Fact]
    public async Task An_operation_that_fails_in_a_backup_loses_nothing_acknowledged_and_leaves_one_whole_backup()
    {
        var first = await FirstBackupAsync();
        foreach (var (at, keeps) in Moments(await CountAsync(first, disk => ChangeAndBackUpAsync(disk, first.Workload.Clone(7)))))
        {
            var disk = first.Disk.Clone();
            var workload = first.Workload.Clone(7);
            disk.Fail(at % 2 == 0 ? DiskOperations.AnySync : DiskOperations.AnyWrite | DiskOperations.Rename | DiskOperations.Create, 1 + (at / 4));
            await EndedByAsync(() => ChangeAndBackUpAsync(disk, workload), () => true);
            await AssertGoesOnAsync(disk.Crash(keeps), workload, first, $"failure {at}, {keeps}");
        }
    }

    [Fact]
    public async Task A_power_failure_in_a_restoring_leaves_a_whole_database_or_one_that_says_that_it_is_not()
    {
        var first = await FirstBackupAsync();
        var (whole, marked, none) = (0, 0, 0);
        foreach (var (at, keeps) in Moments(await CountAsync(first, RestoreAsync)))
        {
            var disk = first.Disk.Clone();
            disk.CrashAt(disk.OperationCount + at, at % 2 == 0 ? CrashMoment.After : CrashMoment.Before);
            await EndedByAsync(() => RestoreAsync(disk), () => IsPowerOff(disk));
            var outcome = await AssertRestorableAsync(disk.Crash(keeps), first, $"operation {at}, {keeps}");
            (whole, marked, none) = (whole + (outcome is Outcome.Whole ? 1 : 0), marked + (outcome is Outcome.Marked ? 1 : 0), none + (outcome is Outcome.None ? 1 : 0));
        }

        output.WriteLine($"{whole} whole, {marked} marked, {none} without a file");
        Assert.True(marked > 0);
    }

    [Fact]
    public async Task An_operation_that_fails_in_a_restoring_leaves_a_whole_database_or_one_that_says_that_it_is_not()
    {
        var first = await FirstBackupAsync();
        foreach (var (at, _) in Moments(await CountAsync(first, RestoreAsync)))
        {
            var disk = first.Disk.Clone();
            var kinds = (at % 3) switch
            {
                0 => DiskOperations.AnySync,
                1 => DiskOperations.AnySpace,
                _ => DiskOperations.AnyWrite | DiskOperations.Rename | DiskOperations.Create | DiskOperations.Delete,
            };
            if (at % 3 == 1)
                disk.Refuse(kinds, 1 + (at / 4));
            else
                disk.Fail(kinds, 1 + (at / 4));
            await EndedByAsync(() => RestoreAsync(disk), () => true);
            await AssertRestorableAsync(disk.Crash(CrashKeeps.All), first, $"failure {at}");
        }
    }

    /// <summary>A database that is closed, and its backup.</summary>
    private static async Task<FirstBackup> FirstBackupAsync()
    {
        var disk = new SimulatedFileSystem(41);
        var workload = new Workload(41);
        await using var database = await SimulatedDatabase.CreateAsync(disk);
        for (var step = 0; step < 40; step++)
            await workload.StepAsync(database);
        await database.BackupAsync(Backup);
        await database.DisposeAsync();
        return new FirstBackup(disk, workload, disk.HashesBelow(Backup));
    }

    private static async Task ChangeAndBackUpAsync(SimulatedFileSystem disk, Workload workload)
    {
        var database = await SimulatedDatabase.OpenAsync(disk);
        try
        {
            for (var step = 0; step < 10; step++)
                await workload.StepAsync(database);
            await database.BackupAsync(Backup);
        }
        finally
        {
            await SimulatedDatabase.AbandonAsync(database);
        }
    }

    private static Task RestoreAsync(SimulatedFileSystem disk) => VectorDatabase.RestoreAsync(Backup, Restored, disk, progress: null, default);

    private static async Task<long> CountAsync(FirstBackup first, Func<SimulatedFileSystem, Task> act)
    {
        var disk = first.Disk.Clone();
        var before = disk.OperationCount;
        await act(disk);
        return disk.OperationCount - before;
    }

    private static IEnumerable<(long At, CrashKeeps Keeps)> Moments(long operations)
    {
        var random = new SeededRandom(5);
        for (var n = 1L; n <= (LongRuns.AreWanted ? operations : OperationsOfTheShortForm); n++)
        {
            var at = LongRuns.AreWanted ? n : 1 + random.Next((int)operations);
            yield return (at, CrashKeeps.EachPattern((ulong)at)[(int)(n % 5)]);
        }
    }

    private static async Task EndedByAsync(Func<Task> act, Func<bool> isExpected)
    {
        try
        {
            await act();
        }
        catch (Exception) when (isExpected())
        {
        }
    }

    private static bool IsPowerOff(SimulatedFileSystem disk)
    {
        try
        {
            disk.DirectoryExists(Backup);
            return false;
        }
        catch (SimulatedCrashException)
        {
            return true;
        }
    }

    /// <summary>The database is whole; the backup is the first one, or one of what the database holds; and the next one is made.</summary>
    private static async Task AssertGoesOnAsync(SimulatedFileSystem disk, Workload workload, FirstBackup first, string where)
    {
        try
        {
            await using var database = await SimulatedDatabase.OpenAsync(disk);
            await workload.AssertHeldByAsync(database);
            await AssertRestoresAsync(disk.Clone(), IsOf(first, disk) ? first.Workload : workload);
            await workload.StepAsync(database);
            await database.BackupAsync(Backup);
            await AssertRestoresAsync(disk.Crash(CrashKeeps.None), workload);
        }
        catch (Exception e) when (e is not SimulatedCrashException)
        {
            Assert.Fail($"{where}: {e}");
        }
    }

    private static bool IsOf(FirstBackup first, SimulatedFileSystem disk) =>
        disk.HashesBelow(Backup)[Path.Combine(Backup, "backup")] == first.Files[Path.Combine(Backup, "backup")];

    private static async Task AssertRestoresAsync(SimulatedFileSystem disk, Workload workload)
    {
        await RestoreAsync(disk);
        await using var restored = await VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk);
        await workload.Clone(9).AssertHeldByAsync(restored);
    }

    private static async Task<Outcome> AssertRestorableAsync(SimulatedFileSystem disk, FirstBackup first, string where)
    {
        try
        {
            var outcome = await OutcomeOfAsync(disk, first);
            Assert.Equal(Kept(first.Files), Kept(disk.HashesBelow(Backup)));
            Erase(disk, Restored);
            await AssertRestoresAsync(disk, first.Workload);
            return outcome;
        }
        catch (Exception e)
        {
            Assert.Fail($"{where}: {e}");
            throw;
        }
    }

    // Who has made it last is no part of a backup, nor durable.
    private static IEnumerable<KeyValuePair<string, string>> Kept(IReadOnlyDictionary<string, string> files) =>
        files.Where(file => Path.GetFileName(file.Key) != PhysicalFileSystem.LockFileName);

    private static async Task<Outcome> OutcomeOfAsync(SimulatedFileSystem disk, FirstBackup first)
    {
        if (disk.ListFiles(Restored).Count == 0 && disk.ListDirectories(Restored).Count == 0)
            return Outcome.None;
        if (disk.FileExists(Path.Combine(Restored, VectorDatabase.RestoringMark)))
        {
            var error = await Assert.ThrowsAsync<CorruptionException>(() => VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk));
            Assert.Contains("restore it again", error.Found, StringComparison.Ordinal);
            return Outcome.Marked;
        }

        await using var restored = await VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk);
        await first.Workload.Clone(9).AssertHeldByAsync(restored);
        return Outcome.Whole;
    }

    private static void Erase(SimulatedFileSystem disk, string directory)
    {
        foreach (var name in disk.ListFiles(directory))
            disk.DeleteFile(Path.Combine(directory, name));
        foreach (var name in disk.ListDirectories(directory))
        {
            Erase(disk, Path.Combine(directory, name));
            disk.DeleteDirectory(Path.Combine(directory, name));
        }
    }

    /// <summary>What there is before anything goes wrong.</summary>
    /// <param name="Disk">Cloned by each run.</param>
    /// <param name="Workload">What the database holds, and the backup.</param>
    /// <param name="Files">Hashes of the backup's files.</param>
    private sealed record FirstBackup(SimulatedFileSystem Disk, Workload Workload, SortedDictionary<string, string> Files);

    private enum Outcome
    {
        /// <summary>Nothing was written.</summary>
        None,

        /// <summary>It says that it was not restored to its end.</summary>
        Marked,

        /// <summary>It was.</summary>
        Whole,
    }
}
