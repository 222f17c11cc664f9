using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorVectorStore.FileSystem;

/// <summary>The operating system's files. Stateless; one instance serves the process.</summary>
public sealed class PhysicalFileSystem : IFileSystem
{
    /// <summary>Name of the file by which <see cref="LockDirectory"/> takes a directory.</summary>
    public const string LockFileName = "LOCK";

    private const int OwnerWidth = 16;
    private const int AccessDenied = 13;

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
        catch (DirectoryNotFoundException e) when (mode == FileMode.Open)
        {
            throw new FileNotFoundException($"There is no file {path}.", path, e);
        }
        catch (Exception e) when (OperatingSystemError.Translate(e, path) is { } translated)
        {
            throw translated;
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
        var parent = Path.GetDirectoryName(full);
        if (Directory.Exists(full))
        {
            SyncIfReadable(parent);
            return;
        }

        if (parent is not null)
        {
            CreateDirectory(parent);
        }

        Translated(full, () => Directory.CreateDirectory(full));
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
            Translated(path, () => File.Delete(path));
        }
        catch (DirectoryNotFoundException)
        {
            // No directory, so no such file.
        }
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path) => Translated(path, () => Directory.Delete(path));

    /// <inheritdoc/>
    public void Rename(string source, string target) =>
        Translated(target, () => Durability.Rename(Path.GetFullPath(source), Path.GetFullPath(target)));

    /// <inheritdoc/>
    public bool TryLink(string source, string target)
    {
        try
        {
            return HardLink.TryCreate(Path.GetFullPath(source), Path.GetFullPath(target));
        }
        catch (Exception e) when (OperatingSystemError.Translate(e, target) is { } translated)
        {
            throw translated;
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path) => Durability.SyncDirectory(Path.GetFullPath(path));

    /// <inheritdoc/>
    public IDisposable LockDirectory(string path)
    {
        var handle = OpenLockFile(path);
        try
        {
            if (!Durability.TryLockExclusively(handle))
            {
                throw new DirectoryLockedException(path, ReadOwner(Path.Combine(path, LockFileName)));
            }

            // One write of fixed width over what is there: a reader never sees a part of it, and a full disk has the space since the first time.
            var owner = Environment.ProcessId.ToString(CultureInfo.InvariantCulture).PadRight(OwnerWidth);
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes(owner), 0);
            return handle;
        }
        catch (Exception e)
        {
            handle.Dispose();
            if (OperatingSystemError.Translate(e, path) is { } translated)
            {
                throw translated;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public long AvailableBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;

    // On Unix the framework makes an exclusive flock of FileShare.None at the open itself. Any other share makes a shared flock first, which
    // two processes that start at once take from each other, so that both are refused.
    private static SafeFileHandle OpenLockFile(string directory)
    {
        var lockFile = Path.Combine(directory, LockFileName);
        try
        {
            var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            return File.OpenHandle(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
        }
        catch (IOException e) when (OperatingSystem.IsWindows() ? e is not DirectoryNotFoundException : OperatingSystemError.IsLocked(e.HResult))
        {
            throw new DirectoryLockedException(directory, ReadOwner(lockFile));
        }
        catch (Exception e) when (OperatingSystemError.Translate(e, lockFile) is { } translated)
        {
            throw translated;
        }
    }

    private static int? ReadOwner(string lockFile)
    {
        // The framework refuses to open a file that another holds exclusively, although the system does not.
        using var handle = OperatingSystem.IsWindows()
            ? File.OpenHandle(lockFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
            : new SafeFileHandle(Durability.OpenUnlocked(lockFile), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[OwnerWidth];
        var length = RandomAccess.Read(handle, text, 0);
        return int.TryParse(text[..length], CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    // An existing directory may be the work of a process that was killed before it synced the name. One whose parent may not be read cannot
    // be: making it would have failed at the same sync.
    private static void SyncIfReadable(string? directory)
    {
        try
        {
            if (directory is not null)
            {
                Durability.SyncDirectory(directory);
            }
        }
        catch (SyncFailedException e) when (e.ErrorNumber == AccessDenied)
        {
        }
    }

    private static void Translated(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (OperatingSystemError.Translate(e, path) is { } translated)
        {
            throw translated;
        }
    }

    private static string[] SortedNames(IEnumerable<string> paths)
    {
        var names = paths.Select(path => Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}
