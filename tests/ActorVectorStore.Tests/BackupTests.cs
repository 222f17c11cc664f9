using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
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

    [Theory]
    [InlineData(SimulatedDatabase.Directory + "/backup")]
    [InlineData("/data")]
    [InlineData("/")]
    public async Task A_backup_is_not_made_inside_the_databases_directory_or_around_it(string destination)
    {
        var disk = new SimulatedFileSystem(36);
        await using var database = await SimulatedDatabase.CreateAsync(disk);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => database.BackupAsync(destination));
        Assert.Contains(destination, error.Message, StringComparison.Ordinal);
        Assert.False(disk.DirectoryExists(Path.Combine(destination, "shards")));
        await database.BackupAsync(SimulatedDatabase.Directory + "-backup");
    }

    [Theory]
    [InlineData(Backup)]
    [InlineData(Backup + "/shards/9-0")]
    [InlineData("/data")]
    public async Task A_database_is_not_restored_into_its_backup_or_around_it(string directory)
    {
        var disk = await BackedUpAsync(40);
        var files = FilesOf(disk);
        await Assert.ThrowsAsync<ArgumentException>(() => VectorDatabase.RestoreAsync(Backup, directory, disk, progress: null, default));
        Assert.Equal(files, FilesOf(disk));
    }

    [Fact]
    public async Task Of_two_backups_into_one_directory_at_once_one_is_made_and_the_other_is_told()
    {
        var disk = new SimulatedFileSystem(37);
        var workload = new Workload(37);
        await using var database = await SimulatedDatabase.CreateAsync(disk);
        for (var step = 0; step < 40; step++)
            await workload.StepAsync(database);
        var first = new Holding();
        var making = database.BackupAsync(Backup, first);
        await first.Came;
        await Assert.ThrowsAsync<DirectoryLockedException>(() => database.BackupAsync(Backup));
        first.Go();
        await making;
        await VectorDatabase.RestoreAsync(Backup, Restored, disk, progress: null, default);
        await using var restored = await VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk);
        await workload.AssertHeldByAsync(restored);
        await database.BackupAsync(Backup);
    }

    [Fact]
    public async Task A_collection_that_is_dropped_meanwhile_is_left_out_of_a_backup()
    {
        var disk = new SimulatedFileSystem(38);
        await using var database = await SimulatedDatabase.CreateAsync(disk);
        var workload = new Workload(38);
        for (var step = 0; step < 40; step++)
            await workload.StepAsync(database);
        var later = new CollectionSchema(CollectionName.Parse("zzz"), 2, Distance.Dot);
        await database.CreateCollectionAsync(later);
        var progress = new Holding();
        var making = database.BackupAsync(Backup, progress);
        await progress.Came;
        await database.DropCollectionAsync(later.Name);
        progress.Go();
        Assert.Equal([Workload.Schema], (await making).Collections.Select(collection => collection.Schema));
        await VectorDatabase.RestoreAsync(Backup, Restored, disk, progress: null, default);
        await using var restored = await VectorDatabase.OpenAsync(Restored, SimulatedDatabase.Small, disk);
        await workload.AssertHeldByAsync(restored);
    }

    [Fact]
    public async Task A_newer_programs_backup_is_not_replaced_by_that_of_a_database_without_files()
    {
        var disk = await BackedUpAsync(39);
        var list = Path.Combine(Backup, "backup");
        var newer = disk.ReadWhole(list);
        newer[8] = 99;
        BinaryPrimitives.WriteUInt64LittleEndian(newer.AsSpan(newer.Length - 8), XxHash3.HashToUInt64(newer.AsSpan(0, newer.Length - 8)));
        disk.WriteWholeDurably(list, newer);
        var files = FilesOf(disk).ToDictionary(path => path, disk.ReadWhole);
        foreach (var collections in new[] { 0, 1 })
        {
            await using var database = await VectorDatabase.OpenAsync("/data/empty", SimulatedDatabase.Small, disk);
            if (collections > 0)
                await database.CreateCollectionAsync(Workload.Schema);
            await Assert.ThrowsAsync<UnsupportedFormatException>(() => database.BackupAsync(Backup));
        }

        Assert.Equal(files, FilesOf(disk).ToDictionary(path => path, disk.ReadWhole));
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

    /// <summary>Holds a backup up at its first file.</summary>
    private sealed class Holding : IProgress<Storage.BackupProgress>
    {
        private readonly TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _go = new();

        public Task Came => _came.Task;

        public void Go() => _go.SetResult();

        public void Report(Storage.BackupProgress value)
        {
            _came.TrySetResult();
            _go.Task.GetAwaiter().GetResult();
        }
    }
}
