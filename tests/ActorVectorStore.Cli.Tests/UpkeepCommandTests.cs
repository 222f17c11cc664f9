using System.Text.Json;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Cli.Tests;

/// <summary>Backups, compaction, verification and figures of real stores, by real processes.</summary>
public sealed class UpkeepCommandTests : IDisposable
{
    private const int Points = 200;

    private static readonly CollectionName Things = CollectionName.Parse("things");

    private readonly string _directory = Directory.CreateTempSubdirectory("avs-cli-").FullName;

    private string Store => Path.Combine(_directory, "store");

    private string Backup => Path.Combine(_directory, "backup");

    private string Restored => Path.Combine(_directory, "restored");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_store_is_backed_up_verified_and_restored()
    {
        await MakeStoreAsync();
        Assert.Contains("a backup of 1 collections is durable", await SucceedAsync("backup", Store, Backup), StringComparison.Ordinal);
        var again = await SucceedAsync("backup", Store, Backup);
        Assert.Contains($"{Files(Backup, "*.seg").Length} kept", again, StringComparison.Ordinal);
        Assert.Contains("0 problems", await SucceedAsync("verify", Backup), StringComparison.Ordinal);
        Assert.Contains("a store of 1 collections is durable", await SucceedAsync("restore", Backup, Restored), StringComparison.Ordinal);
        Assert.Contains("0 problems", await SucceedAsync("verify", Restored), StringComparison.Ordinal);
        await using var database = await VectorDatabase.OpenAsync(Restored);
        Assert.Equal(Points - 3, await database.CountAsync(Things));
    }

    [Fact]
    public async Task A_linked_backup_takes_no_room_is_told_as_such_and_outlives_the_store()
    {
        await MakeStoreAsync();
        Assert.Contains($" {Files(Store, "*.seg").Length} linked and 0 kept", await SucceedAsync("backup", Store, Backup, "--link"), StringComparison.Ordinal);
        Assert.StartsWith("linked: ", await SucceedAsync("verify", Backup), StringComparison.Ordinal);
        Directory.Delete(Store, recursive: true);
        await SucceedAsync("restore", Backup, Restored);
        await using (var database = await VectorDatabase.OpenAsync(Restored))
        {
            Assert.Equal(Points - 3, await database.CountAsync(Things));
        }

        Assert.Contains(" 0 linked and 0 kept", await SucceedAsync("backup", Restored, Backup), StringComparison.Ordinal);
        Assert.StartsWith("backup: ", await SucceedAsync("verify", Backup), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_takes_a_backup_only_and_no_directory_with_files()
    {
        await MakeStoreAsync();
        await SucceedAsync("backup", Store, Backup);
        Directory.CreateDirectory(Restored);
        var notes = Path.Combine(Restored, "notes.txt");
        File.WriteAllText(notes, "mine");
        Assert.Contains("Expected a missing or an empty directory", await FailAsync(1, "restore", Backup, Restored), StringComparison.Ordinal);
        Assert.Equal([notes], Directory.GetFileSystemEntries(Restored));
        Assert.Contains("Expected the directory of a backup, found one without a backup", await FailAsync(1, "restore", Store, Path.Combine(_directory, "new")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_directory, "new")));
    }

    [Fact]
    public async Task A_backup_is_not_made_in_a_store_and_a_store_not_in_a_backup()
    {
        await MakeStoreAsync();
        Assert.Contains("found that of a database", await FailAsync(1, "backup", Store, Store), StringComparison.Ordinal);
        await SucceedAsync("backup", Store, Backup);
        var import = await FailAsync(1, "import", FileOf("p.fvecs", PointBytes.Fvecs([1, 2])), "--dir", Backup);
        Assert.Contains("found that of a backup", import, StringComparison.Ordinal);
        await SucceedAsync("verify", Store);
        await SucceedAsync("verify", Backup);
    }

    [Fact]
    public async Task A_backup_into_a_directory_that_another_one_is_made_into_is_refused()
    {
        await MakeStoreAsync();
        await SucceedAsync("backup", Store, Backup);
        using (new BackupDirectory(PhysicalFileSystem.Instance, Backup).Lock())
        {
            Assert.Contains($"{Backup} is in use by process {Environment.ProcessId}", await FailAsync(1, "backup", Store, Backup), StringComparison.Ordinal);
            await SucceedAsync("verify", Backup);
        }

        await SucceedAsync("backup", Store, Backup);
    }

    [Fact]
    public async Task A_compaction_says_what_it_gave_back()
    {
        await MakeStoreAsync();
        Assert.Contains("things: ", await SucceedAsync("compact", Store, "things"), StringComparison.Ordinal);
        var output = await SucceedAsync("compact", Store);
        Assert.Contains("after: ", output, StringComparison.Ordinal);
        Assert.EndsWith("3 dead rows\n", output, StringComparison.Ordinal);
        await using (var database = await VectorDatabase.OpenAsync(Store))
        {
            await database.ReleasePinAsync(Things, PinName.Parse("before"));
        }

        Assert.EndsWith(" 0 dead rows\n", await SucceedAsync("compact", Store), StringComparison.Ordinal);
        Assert.Contains("'nothing'", await FailAsync(1, "compact", Store, "nothing"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_of_each_shard_and_of_the_log_are_shown_and_printed_as_lines()
    {
        await MakeStoreAsync();
        var shown = await SucceedAsync("stats", Store);
        Assert.Contains("things: payload indexes: n Integer; pins: before", shown, StringComparison.Ordinal);
        Assert.Contains("log: ", shown, StringComparison.Ordinal);
        Assert.Contains("deletions ", shown, StringComparison.Ordinal);
        var lines = (await SucceedAsync("stats", Store, "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(4, lines.Length);
        Assert.Equal([0, 1], lines[..2].Select(line => line.GetProperty("shard").GetInt32()));
        Assert.Equal(Points - 3, lines[..2].Sum(line => line.GetProperty("points").GetInt32()));
        Assert.Equal(3, lines[..2].Sum(line => line.GetProperty("deadRows").GetInt32()));
        Assert.Equal(Files(Store, "*.seg").Sum(path => new FileInfo(path).Length), lines[..2].Sum(line => line.GetProperty("segmentBytes").GetInt64()));
        Assert.All(lines[..2], line => Assert.Equal("n", line.GetProperty("payloadIndexes")[0].GetProperty("path").GetString()));
        Assert.All(lines[..2], line => Assert.Equal("before", line.GetProperty("pins")[0].GetString()));
        Assert.All(lines[..2], line => Assert.True(line.GetProperty("logIndex").GetInt64() >= 3));
        Assert.All(lines[..2], line => Assert.Equal(
            (double)line.GetProperty("segmentBytes").GetInt64() / line.GetProperty("liveSegmentBytes").GetInt64(), line.GetProperty("spaceAmplification").GetDouble(), 3));
        Assert.True(lines[..2].Max(line => line.GetProperty("spaceAmplification").GetDouble()) > 1, "Deleted rows take space.");
        Assert.All(lines[..2], line => Assert.Equal(0, line.GetProperty("damagedSections").GetInt32()));
        foreach (var (kind, pattern) in new[] { ("segment", "*.seg"), ("deletions", "*.del"), ("snapshot", "*.snapshot") })
        {
            var files = lines[3].GetProperty("files").GetProperty(kind);
            Assert.Equal(
                (Files(Store, pattern).Length, Files(Store, pattern).Sum(path => new FileInfo(path).Length)),
                (files.GetProperty("files").GetInt32(), files.GetProperty("bytes").GetInt64()));
        }

        Assert.True(lines[2].GetProperty("log").GetProperty("segments").GetInt32() >= 1);
    }

    [Theory]
    [InlineData("*.seg")]
    [InlineData("*.del")]
    [InlineData("*.snapshot")]
    public async Task A_flipped_byte_of_a_store_is_found_with_its_file_and_nothing_is_modified(string pattern)
    {
        await MakeStoreAsync();
        Assert.Contains("2 shards with 2 segments", await SucceedAsync("verify", Store), StringComparison.Ordinal);
        var path = Files(Store, pattern)[0];
        Flip(path);
        var before = File.ReadAllBytes(path);
        Assert.Contains($"{path} at ", await FailAsync(2, "verify", Store), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task A_flipped_byte_of_a_backup_is_found_with_its_file_and_nothing_is_restored_of_it()
    {
        await MakeStoreAsync();
        await SucceedAsync("backup", Store, Backup);
        foreach (var path in new[] { Files(Backup, "*.seg")[0], Files(Backup, "*.del")[0], Path.Combine(Backup, "backup") })
        {
            Flip(path);
            Assert.Contains(path, await FailAsync(2, "verify", Backup), StringComparison.Ordinal);
            Assert.Contains(path, await FailAsync(2, "restore", Backup, Restored), StringComparison.Ordinal);
            Assert.False(Directory.Exists(Restored));
            Flip(path);
        }
    }

    [Fact]
    public async Task A_store_that_was_not_restored_to_the_end_is_no_whole_one()
    {
        await MakeStoreAsync();
        File.WriteAllText(Path.Combine(Store, "RESTORING"), "");
        Assert.Contains("a restore did not come to its end", await FailAsync(2, "verify", Store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_or_in_use_is_an_error_and_no_damage()
    {
        foreach (var command in new string[][] { ["backup", Store, Backup], ["compact", Store], ["stats", Store], ["verify", Store] })
        {
            Assert.Contains("Expected the directory of a store, found none", await FailAsync(1, command), StringComparison.Ordinal);
        }

        Assert.Contains("Expected the directory of a backup, found none", await FailAsync(1, "restore", Backup, Store), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
        await using var database = await VectorDatabase.OpenAsync(Store);
        await FailAsync(1, "verify", Store);
    }

    // A store of two shards, both with a segment, deletions of three points and a checkpoint; a pin keeps what was deleted.
    private async Task MakeStoreAsync()
    {
        await using var database = await VectorDatabase.OpenAsync(Store);
        await database.CreateCollectionAsync(new CollectionSchema(Things, 2, Distance.Euclid, 2));
        await database.CreatePayloadIndexAsync(Things, new PayloadIndex(PayloadPath.Parse("n"), PayloadIndexKind.Integer));
        await database.UpsertAsync(Things, [.. Enumerable.Range(0, Points).Select(n => new Point(PointId.FromNumber((ulong)n), new float[] { n, 1 }, Payload.Parse($$"""{"n":{{n}}}""")))]);
        await database.CompactAsync(Things);
        await database.PinAsync(Things, PinName.Parse("before"));
        await database.DeleteAsync(Things, [.. Enumerable.Range(7, 3).Select(n => PointId.FromNumber((ulong)n))]);
        await database.BackupAsync(Path.Combine(_directory, "first"));
        Directory.Delete(Path.Combine(_directory, "first"), recursive: true);
    }

    private string FileOf(string name, byte[] bytes)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string[] Files(string directory, string pattern) => [.. Directory.GetFiles(directory, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(path, bytes);
    }

    private static async Task<string> SucceedAsync(params string[] arguments)
    {
        var run = await Avs.RunAsync([], arguments);
        Assert.True(run.ExitCode == 0, $"{run.ExitCode}: {run.Output}{run.Errors}");
        return run.Output;
    }

    private static async Task<string> FailAsync(int code, params string[] arguments)
    {
        var run = await Avs.RunAsync([], arguments);
        Assert.True(run.ExitCode == code, $"{run.ExitCode}: {run.Output}{run.Errors}");
        return run.Errors;
    }
}
