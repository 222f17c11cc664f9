using System.CommandLine;
using ActorVectorStore.Storage;

namespace ActorVectorStore.Cli;

/// <summary><c>avs backup</c> and <c>avs restore</c>: a store to a directory of its files, and back.</summary>
internal static class BackupCommands
{
    public static Command CreateBackup()
    {
        var directory = StoreDirectory.Argument();
        var destination = new Argument<string>("destination")
        {
            Description = "The backup's directory; created if missing. One that has a backup gets what is new, and keeps the old one until then. One backup at a time is made into it; another one is refused.",
        };
        var link = new Option<bool>("--link")
        {
            Description = "Link the segments (hard links) where the file system can, instead of copying them: no room and no time, but whatever damages a block of the store damages the backup too.",
        };
        var command = new Command("backup", "Copies a store, as it is now, to a directory.") { directory, destination, link };
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(() => BackupAsync(
            StoreDirectory.Existing(parsed.GetRequiredValue(directory)),
            parsed.GetRequiredValue(destination),
            parsed.GetValue(link) ? BackupMethod.Link : BackupMethod.Copy,
            cancellation)));
        return command;
    }

    public static Command CreateRestore()
    {
        var backup = new Argument<string>("backup") { Description = "The backup's directory." };
        var directory = new Argument<string>("directory") { Description = "The new store's directory; it must be missing or empty." };
        var command = new Command("restore", "Makes a store of a backup, every byte of which is checked before anything is written.") { backup, directory };
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(() =>
            RestoreAsync(StoreDirectory.Backup(parsed.GetRequiredValue(backup)), StoreDirectory.New(parsed.GetRequiredValue(directory)), cancellation)));
        return command;
    }

    /// <summary>How far it is, in words.</summary>
    public static string Describe(BackupProgress step) => $"{Figures.Count(step.Files)} files, {Figures.Bytes(step.CopiedBytes)}";

    private static async Task<int> BackupAsync(string directory, string destination, BackupMethod method, CancellationToken cancellation)
    {
        var database = await VectorDatabase.OpenAsync(directory, cancellationToken: cancellation).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        var (contents, last) = await LiveLine.RunAsync<BackupProgress, BackupContents>(
            "copying", Describe, progress => database.BackupAsync(destination, progress, method, cancellation)).ConfigureAwait(false);
        var notCopied = contents.Files.Sum(file => file.File.Bytes) - last.CopiedBytes;
        Console.WriteLine(
            $"{Figures.Count(last.Files - last.KeptFiles - last.LinkedFiles)} files copied ({Figures.Bytes(last.CopiedBytes)}), "
            + $"{Figures.Count(last.LinkedFiles)} linked and {Figures.Count(last.KeptFiles)} kept ({Figures.Bytes(notCopied)})");
        Console.WriteLine($"a backup of {Figures.Count(contents.Collections.Count)} collections is durable at {Path.GetFullPath(destination)}");
        return 0;
    }

    private static async Task<int> RestoreAsync(string backup, string directory, CancellationToken cancellation)
    {
        var (contents, _) = await LiveLine.RunAsync<BackupProgress, BackupContents>(
            "checking and copying", Describe, progress => VectorDatabase.RestoreAsync(backup, directory, progress, cancellation)).ConfigureAwait(false);
        Console.WriteLine($"{Figures.Count(contents.Files.Count())} files copied ({Figures.Bytes(contents.Files.Sum(file => file.File.Bytes))})");
        Console.WriteLine($"a store of {Figures.Count(contents.Collections.Count)} collections is durable at {Path.GetFullPath(directory)}");
        return 0;
    }
}
