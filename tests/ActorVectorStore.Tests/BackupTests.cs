using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

public sealed class BackupTests
{
    private const string Backup = "/data/backup";
    private const string Restored = "/data/restored";

    [Fact]
    public async Task A_restored_database_has_what_the_backup_was_made_of_and_goes_on_from_there()
    {
        var disk = new SimulatedFileSystem(31);
        var workload = new Workload(31);
        await using (var database = await SimulatedDatabase.CreateAsync(disk))
        {
            for (var step = 0; step < 60; step++)
                await workload.StepAsync(database);
            await database.BackupAsync(Backup);
        }

        await VectorDatabase.RestoreAsync(Backup, Restored, disk, progress: null, default);
        for (var round = 0; round < 3; round++)
        {
            await using var restored = await VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk);
            await workload.AssertHeldByAsync(restored);
            for (var step = 0; step < 40; step++)
                await workload.StepAsync(restored);
            await workload.AssertHeldByAsync(restored);
        }
    }

    [Fact]
    public async Task A_second_backup_copies_only_what_is_new_and_the_directory_keeps_nothing_else()
    {
        var disk = new SimulatedFileSystem(32);
        var workload = new Workload(32);
        await using var database = await SimulatedDatabase.CreateAsync(disk);
        for (var step = 0; step < 40; step++)
            await workload.StepAsync(database);
        await database.CompactAsync(Workload.Schema.Name);
        await database.BackupAsync(Backup);
        var again = new LastProgress();
        var contents = await database.BackupAsync(Backup, again);
        Assert.Equal(contents.Files.Count(file => file.File.Name.EndsWith(".seg", StringComparison.Ordinal)), again.Last.KeptFiles);
        for (var step = 0; step < 60; step++)
            await workload.StepAsync(database);
        await database.CompactAsync(Workload.Schema.Name);
        contents = await database.BackupAsync(Backup);
        var there = disk.ListDirectories(Path.Combine(Backup, "shards")).SelectMany(folder => disk.ListFiles(Path.Combine(Backup, "shards", folder)));
        Assert.Equal(contents.Files.Select(file => file.File.Name).Order(), there.Order());
        await VectorDatabase.RestoreAsync(Backup, Restored, disk, progress: null, default);
        await using var restored = await VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk);
        await workload.AssertHeldByAsync(restored);
    }

    [Fact]
    public async Task A_damaged_backup_is_told_by_its_file_before_anything_is_written()
    {
        var disk = await BackedUpAsync(33);
        foreach (var path in FilesOf(disk))
        {
            var damaged = disk.Clone();
            damaged.FlipBit(path, damaged.ReadWhole(path).Length / 2, 3);
            var error = await Assert.ThrowsAsync<CorruptionException>(() => VectorDatabase.RestoreAsync(Backup, Restored, damaged, progress: null, default));
            Assert.Equal(path, error.File);
            Assert.False(damaged.DirectoryExists(Restored));
        }
    }

    [Fact]
    public async Task A_directory_with_files_is_not_restored_to()
    {
        var disk = await BackedUpAsync(34);
        disk.CreateDirectory(Restored);
        disk.WriteWholeDurably(Path.Combine(Restored, "notes.txt"), "mine"u8);
        await Assert.ThrowsAsync<IOException>(() => VectorDatabase.RestoreAsync(Backup, Restored, disk, progress: null, default));
        Assert.Equal(["notes.txt"], disk.ListFiles(Restored));
    }

    [Fact]
    public async Task A_backup_is_not_made_in_a_database_and_a_database_not_in_a_backup()
    {
        var disk = await BackedUpAsync(36);
        await using (var database = await VectorDatabase.OpenAsync(SimulatedDatabase.Directory, SimulatedDatabase.Small, disk))
        {
            var error = await Assert.ThrowsAsync<IOException>(() => database.BackupAsync(SimulatedDatabase.Directory));
            Assert.Contains("found that of a database", error.Message, StringComparison.Ordinal);
        }

        var files = disk.HashesBelow(Backup);
        await Assert.ThrowsAsync<IOException>(() => VectorDatabase.OpenAsync(Backup, SimulatedDatabase.Small, disk));
        Assert.Equal(files, disk.HashesBelow(Backup));
    }

    [Fact]
    public async Task A_restore_that_did_not_come_to_its_end_is_not_taken_for_a_database()
    {
        var disk = await BackedUpAsync(35);
        disk.CapacityBytes = disk.UsedBytes + (200 << 10);
        await Assert.ThrowsAnyAsync<Exception>(() => VectorDatabase.RestoreAsync(Backup, Restored, disk, progress: null, default));
        disk.CapacityBytes = long.MaxValue;
        var error = await Assert.ThrowsAsync<CorruptionException>(() => VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk));
        Assert.Contains("restore it again", error.Found, StringComparison.Ordinal);
    }

    private static async Task<SimulatedFileSystem> BackedUpAsync(ulong seed)
    {
        var disk = new SimulatedFileSystem(seed);
        var workload = new Workload(seed);
        await using var database = await SimulatedDatabase.CreateAsync(disk);
        for (var step = 0; step < 40; step++)
            await workload.StepAsync(database);
        await database.BackupAsync(Backup);
        return disk;
    }

    private static string[] FilesOf(SimulatedFileSystem disk) =>
    [
        Path.Combine(Backup, "backup"),
        .. disk.ListDirectories(Path.Combine(Backup, "shards"))
            .SelectMany(folder => disk.ListFiles(Path.Combine(Backup, "shards", folder)).Select(name => Path.Combine(Backup, "shards", folder, name))),
    ];

    private sealed class LastProgress : IProgress<Storage.BackupProgress>
    {
        public Storage.BackupProgress Last { get; private set; }

        public void Report(Storage.BackupProgress value) => Last = value;
    }
}
