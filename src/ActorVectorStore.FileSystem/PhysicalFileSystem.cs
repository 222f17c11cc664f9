using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ActorVectorStore.FileSystem;

/// <summary>The operating system's files. Stateless; one instance serves the process.</summary>
public sealed class PhysicalFileSystem : IFileSystem
{
    /// <summary>Name of the file by which <see cref="LockDirectory"/> takes a directory.</summary>
    public const string LockFileName = "LOCK";

    private PhysicalFileSystem()
    {
    }

    /// <summary>The one instance.</summary>
    public static PhysicalFileSystem Instance { get; } = new();

    /// <inheritdoc/>
    public IFile Open(string path, FileOpening opening)
    {
        var (mode, access) = opening switch
        {
            FileOpening.ReadExisting => (FileMode.Open, FileAccess.Read),
            FileOpening.WriteExisting => (FileMode.Open, FileAccess.ReadWrite),
            FileOpening.CreateNew => (FileMode.CreateNew, FileAccess.ReadWrite),
            FileOpening.CreateOrTruncate => (FileMode.Create, FileAccess.ReadWrite),
            _ => throw new ArgumentOutOfRangeException(nameof(opening), opening, null),
        };
        try
        {
            return new PhysicalFile(path, File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (IOException e) when (OperatingSystemError.IsDiskFull(e))
        {
            throw new DiskFullException(path, e);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) =>
        Directory.Exists(directory) ? SortedNames(Directory.EnumerateFiles(directory)) : [];

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) =>
        Directory.Exists(directory) ? SortedNames(Directory.EnumerateDirectories(directory)) : [];

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full))
        {
            return;
        }

        var parent = Path.GetDirectoryName(full);
        if (parent is not null)
        {
            CreateDirectory(parent);
        }

        Directory.CreateDirectory(full);
        if (parent is not null)
        {
            SyncDirectory(parent);
        }
    }

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // No directory, so no such file.
        }
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path) => Directory.Delete(path);

    /// <inheritdoc/>
    public void Rename(string source, string target) => File.Move(source, target, overwrite: true);

    /// <inheritdoc/>
    public void SyncDirectory(string path) => Durability.SyncDirectory(path);

    /// <inheritdoc/>
    public IDisposable LockDirectory(string path)
    {
        var lockFile = Path.Combine(path, LockFileName);
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, ShareOfLockFile);
        }
        catch (IOException e) when (OperatingSystem.IsWindows() && e is not DirectoryNotFoundException)
        {
            throw new DirectoryLockedException(path, ReadOwner(lockFile));
        }

        if (!Durability.TryLockExclusively(handle))
        {
            handle.Dispose();
            throw new DirectoryLockedException(path, ReadOwner(lockFile));
        }

        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(handle, System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), 0);
        return handle;
    }

    /// <inheritdoc/>
    public long AvailableBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;

    // Elsewhere than on Windows the lock is flock's, which does not keep others from opening the file to read the owner.
    private static FileShare ShareOfLockFile => OperatingSystem.IsWindows() ? FileShare.Read : FileShare.ReadWrite;

    private static int? ReadOwner(string lockFile)
    {
        using var handle = File.OpenHandle(lockFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> text = stackalloc byte[16];
        var length = RandomAccess.Read(handle, text, 0);
        return int.TryParse(text[..length], CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private static string[] SortedNames(IEnumerable<string> paths)
    {
        var names = paths.Select(path => Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}
