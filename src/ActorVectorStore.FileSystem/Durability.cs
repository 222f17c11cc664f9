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
    private const int Interrupted = 4;
    private const int NotSupported = 95;
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;

    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    private const int ExclusiveWithoutWaiting = 2 | 4;

    public static void SyncData(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }

        while (Libc.FdataSync(handle) != 0)
        {
            ThrowUnlessInterrupted(path);
        }
    }

    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Windows and macOS order and persist names with their file system's journal; neither lets the framework open a directory.
            return;
        }

        var descriptor = Libc.Open(path, ReadOnly | CloseOnExec);
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
            if (error is WouldBlock or WouldBlockOnMac)
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

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        public static partial int Flock(SafeFileHandle descriptor, int operation);

        [LibraryImport("libc", EntryPoint = "posix_fallocate")]
        public static partial int PosixFallocate(SafeFileHandle descriptor, long offset, long length);
    }
}
