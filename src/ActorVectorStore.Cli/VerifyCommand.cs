using System.CommandLine;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Storage;

namespace ActorVectorStore.Cli;

/// <summary><c>avs verify</c>: reads every byte of a backup, or of a store that no process has open, and lists what is damaged; modifies nothing.</summary>
internal static class VerifyCommand
{
    private static readonly PhysicalFileSystem Disk = PhysicalFileSystem.Instance;

    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "The directory of a store that no process has open, or of a backup." };
        var command = new Command("verify", "Reads every byte of a store or of a backup and lists what is damaged.") { path };
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(() => RunAsync(parsed.GetRequiredValue(path), cancellation)));
        return command;
    }

    private static Task<int> RunAsync(string path, CancellationToken cancellation) =>
        StoreDirectory.IsBackup(path) ? VerifyBackupAsync(path, cancellation) : VerifyStoreAsync(StoreDirectory.Existing(path), cancellation);

    private static async Task<int> VerifyBackupAsync(string path, CancellationToken cancellation)
    {
        var (contents, last) = await LiveLine.RunAsync<BackupProgress, BackupContents>(
            "reading", BackupCommands.Describe, progress => Task.Run(() => new BackupDirectory(Disk, path, progress).Verify(cancellation), cancellation)).ConfigureAwait(false);
        if (new BackupDirectory(Disk, path).IsLinked)
        {
            Console.WriteLine("linked: segments may share their bytes, and their fate, with those of a store on the same disk");
        }

        Console.WriteLine($"backup: {Figures.Count(contents.Collections.Count)} collections, {BackupCommands.Describe(last)} read, 0 problems");
        return 0;
    }

    private static async Task<int> VerifyStoreAsync(string directory, CancellationToken cancellation)
    {
        var (log, shards) = (VerifyLog(directory), await VerifyShardsAsync(directory, cancellation).ConfigureAwait(false));
        if (Disk.FileExists(Path.Combine(directory, VectorDatabase.RestoringMark)))
        {
            Console.Error.WriteLine($"{directory}: a restore did not come to its end: delete the directory and restore again");
            return Failures.DamageFound;
        }

        return Math.Max(log, shards);
    }

    // The files of the shards are read as well where the log cannot be.
    private static int VerifyLog(string directory)
    {
        try
        {
            return WalCommands.Verify(directory);
        }
        catch (CorruptionException e)
        {
            return Failures.Tell(e);
        }
    }

    private static async Task<int> VerifyShardsAsync(string directory, CancellationToken cancellation)
    {
        using var owner = Disk.LockDirectory(directory);
        var (found, _) = await LiveLine.RunAsync<ShardVerificationProgress, ShardVerification>(
            "reading the files of shards",
            step => $"{Figures.Count(step.Files)} of {Figures.Count(step.FilesTotal)}, {Figures.Bytes(step.Bytes)}",
            progress => Task.Run(() => ShardVerifier.Verify(Disk, Path.Combine(directory, VectorDatabase.ShardsFolder), progress, cancellation), cancellation)).ConfigureAwait(false);
        foreach (var damage in found.Damages)
        {
            Console.Error.WriteLine(Describe(damage));
        }

        Console.WriteLine(
            $"{Figures.Count(found.Shards)} shards with {Figures.Count(found.Segments)} segments, {Figures.Count(found.DeletionFiles)} files of deletions and {Figures.Count(found.VectorIndexes)} vector indexes, {Figures.Bytes(found.Bytes)} read, {found.Damages.Count} problems");
        if (found.OtherFiles > 0)
        {
            Console.WriteLine($"{Figures.Count(found.OtherFiles)} other files among them were not read: unfinished ones go when their shard is opened");
        }

        Console.WriteLine("a file that is missing is told when its shard is opened: avs stats");
        return found.Damages.Count == 0 ? 0 : Failures.DamageFound;
    }

    private static string Describe(ShardDamage damage) =>
        $"{damage.File} at {damage.Offset}{(damage.Section is null ? "" : $", section {damage.Section}")}: expected {damage.Expected}, found {damage.Found}"
            + (damage.IsDerived ? $"; it can be made again of what is whole: avs {(damage.IsVectorIndex ? "index" : "compact")}" : "");
}
