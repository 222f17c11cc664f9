using System.CommandLine;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Storage;

namespace ActorVectorStore.Cli;

/// <summary>The directory that a command works on.</summary>
internal static class StoreDirectory
{
    public static Argument<string> Argument() => new("directory") { Description = "The store's directory." };

    /// <summary>A directory in which a store was made: reading one that does not exist must not create it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Existing(string directory) =>
        File.Exists(Path.Combine(directory, PhysicalFileSystem.LockFileName))
            ? directory
            : throw new DirectoryNotFoundException(
                $"Expected the directory of a store, found {(Directory.Exists(directory) ? "one without a store" : "none")} at {Path.GetFullPath(directory)}.");

    /// <summary>Whether a directory has a backup.</summary>
    public static bool IsBackup(string directory) => new BackupDirectory(PhysicalFileSystem.Instance, directory).HasBackup;

    /// <summary>A directory that has a backup.</summary>
    /// <exception cref="DirectoryNotFoundException">It has none.</exception>
    public static string Backup(string directory) =>
        IsBackup(directory)
            ? directory
            : throw new DirectoryNotFoundException(
                $"Expected the directory of a backup, found {(Directory.Exists(directory) ? "one without a backup" : "none")} at {Path.GetFullPath(directory)}.");

    /// <summary>A directory for a new store: one that is missing or empty.</summary>
    /// <exception cref="IOException">Something is in it.</exception>
    public static string New(string directory) =>
        !Directory.Exists(directory) || !Directory.EnumerateFileSystemEntries(directory).Any()
            ? directory
            : throw new IOException($"Expected a missing or an empty directory, found one with files at {Path.GetFullPath(directory)}.");
}
