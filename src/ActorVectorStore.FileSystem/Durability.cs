using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorVectorStore.FileSystem;

/// <summary>
/// The calls on which durability rests. On Linux they go to libc directly: the framework's <c>RandomAccess.FlushToDisk</c> and
/// <c>FileStream.Flush(true)</c> return normally when fsync fails (seen on .NET 10.0.12 with an injected EIO), and it cannot open a directory.
/// On Windows and macOS the framework's call is the right one (FlushFileBuffers, F_FULLFSYNC).
/// </summary>
internal static partial class Durability
{
    private const int NoSuchEntry = 2;
    private const int Interrupted = 4;
    private const int NotDirectory = 20;
    private const int NotSupported = 95;

    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int CloseOnExecOnMac = 0x1000000;

    private const int ExclusiveWithoutWaiting = 2 | 4;

    public static void SyncData(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
#pragma warning disable RS0030 // On Windows and macOS it is the system's durable flush; on Linux the call below is made instead.
            RandomAccess.FlushToDisk(handle);
#pragma warning restore RS0030
            return;
        }

        while (Libc.FdataSync(handle) != 0)
        {
            ThrowUnlessInterrupted(path);
        }
    }

    /// <summary>Opens a directory, or a file whose advisory lock the framework would respect, for reading; negative if the system refuses.</summary>
    public static int OpenUnlocked(string path) => Libc.Open(path, ReadOnly | (OperatingSystem.IsMacOS() ? CloseOnExecOnMac : CloseOnExec));

    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Windows and macOS order and persist names with their file system's journal; neither lets the framework open a directory.
            return;
        }

        var descriptor = OpenUnlocked(path);
        if (descriptor < 0)
        {
            throw SyncFailure(path, Marshal.GetLastPInvokeError());
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (Libc.Fsync(handle) != 0)
        {
            ThrowUnlessInterrupted(path);
        }
    }

    public static void Reserve(SafeFileHandle handle, long length, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // posix_fallocate returns its error instead of setting errno, and falls back to writing where the file system cannot reserve.
        int error;
        do
        {
            error = Libc.PosixFallocate(handle, 0, length);
        }
        while (error == Interrupted);

        if (OperatingSystemError.IsDiskFull(error))
        {
            throw new DiskFullException(path);
        }

        if (error is not (0 or NotSupported))
        {
            throw new IOException($"Cannot reserve {length} bytes for {path}: error {error} ({Marshal.GetPInvokeErrorMessage(error)}).");
        }
    }

    public static bool TryLockExclusively(SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        while (Libc.Flock(handle, ExclusiveWithoutWaiting) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (OperatingSystemError.IsLocked(error))
            {
                return false;
            }

            if (error != Interrupted)
            {
                throw new IOException($"Cannot lock the directory: error {error} ({Marshal.GetPInvokeErrorMessage(error)}).");
            }
        }

        return true;
    }

    /// <summary>
    /// The system's rename. The framework's <c>File.Move</c> copies and deletes where the two names are on different file systems, which
    /// a crash or a full disk can interrupt in the middle; here that is an error.
    /// </summary>
    public static void Rename(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(source, target, overwrite: true);
            return;
        }

        if (Directory.Exists(source) || !File.Exists(source))
        {
            throw new FileNotFoundException($"There is no file {source}.", source);
        }

        if (Libc.Rename(source, target) == 0)
        {
            return;
        }

        var error = Marshal.GetLastPInvokeError();
        throw error switch
        {
            NoSuchEntry when !File.Exists(source) => new FileNotFoundException($"There is no file {source}.", source),
            NoSuchEntry or NotDirectory => new DirectoryNotFoundException($"There is no directory for {target}."),
            _ when OperatingSystemError.IsDiskFull(error) => new DiskFullException(target),
            _ => new IOException($"Cannot rename {source} to {target}: error {error} ({Marshal.GetPInvokeErrorMessage(error)})."),
        };
    }

    private static void ThrowUnlessInterrupted(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw SyncFailure(path, error);
        }
    }

    private static SyncFailedException SyncFailure(string path, int error) => new(path, error, Marshal.GetPInvokeErrorMessage(error));

    private static partial class Libc
    {
        [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
        public static partial int FdataSync(SafeFileHandle descriptor);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static partial int Fsync(SafeFileHandle descriptor);

        // Variadic in C, which only matters for calls that pass a mode; O_CREAT is never passed.
        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Rename(string source, string target);

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        public static partial int Flock(SafeFileHandle descriptor, int operation);

        // off_t is 64 bits wide on every 64-bit Linux; 32-bit ones are not supported.
        [LibraryImport("libc", EntryPoint = "posix_fallocate")]
        public static partial int PosixFallocate(SafeFileHandle descriptor, long offset, long length);
    }
}
