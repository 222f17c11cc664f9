using System.Runtime.InteropServices;

namespace ActorVectorStore.FileSystem;

/// <summary>The system's hard link, which the framework does not make.</summary>
internal static partial class HardLink
{
    private const int NotPermitted = 1;
    private const int NoSuchEntry = 2;
    private const int OtherFileSystem = 18;
    private const int NotDirectory = 20;
    private const int TooManyLinks = 31;
    private const int NotImplementedOnLinux = 38;
    private const int NotSupportedOnLinux = 95;
    private const int NotSupportedOnMac = 45;
    private const int NotImplementedOnMac = 78;

    private const int WindowsInvalidFunction = 1;
    private const int WindowsPathNotFound = 3;
    private const int WindowsOtherDevice = 17;
    private const int WindowsNotSupported = 50;
    private const int WindowsTooManyLinks = 1142;

    /// <summary>See <see cref="IFileSystem.TryLink"/>. Full paths.</summary>
    public static bool TryCreate(string source, string target)
    {
        if (!File.Exists(source))
        {
            throw new FileNotFoundException($"There is no file {source}.", source);
        }

        return TryLink(source, target, out var error) || (IsImpossible(error) ? false : throw FailureOf(source, target, error));
    }

    private static bool TryLink(string source, string target, out int error)
    {
        var isDone = OperatingSystem.IsWindows() ? Kernel32.CreateHardLink(target, source, 0) : Linked(source, target) == 0;
        error = isDone ? 0 : Marshal.GetLastPInvokeError();
        return isDone;
    }

    // Not link(2): on Linux it would give the symbolic link a second name instead of the file.
    private static int Linked(string source, string target)
    {
        var (workingDirectory, followSymbolicLink) = OperatingSystem.IsMacOS() ? (-2, 0x40) : (-100, 0x400);
        return Libc.LinkAt(workingDirectory, source, workingDirectory, target, followSymbolicLink);
    }

    private static bool IsImpossible(int error) =>
        OperatingSystem.IsWindows() ? error is WindowsInvalidFunction or WindowsOtherDevice or WindowsNotSupported or WindowsTooManyLinks
        : OperatingSystem.IsMacOS() ? error is NotPermitted or OtherFileSystem or TooManyLinks or NotSupportedOnMac or NotImplementedOnMac
        : error is NotPermitted or OtherFileSystem or TooManyLinks or NotSupportedOnLinux or NotImplementedOnLinux;

    private static IOException FailureOf(string source, string target, int error) => error switch
    {
        NoSuchEntry when !File.Exists(source) => new FileNotFoundException($"There is no file {source}.", source),
        NoSuchEntry => new DirectoryNotFoundException($"There is no directory for {target}."),
        WindowsPathNotFound when OperatingSystem.IsWindows() => new DirectoryNotFoundException($"There is no directory for {target}."),
        NotDirectory when !OperatingSystem.IsWindows() => new DirectoryNotFoundException($"There is no directory for {target}."),
        _ when !OperatingSystem.IsWindows() && OperatingSystemError.IsDiskFull(error) => new DiskFullException(target),
        _ => new IOException($"Cannot link {source} to {target}: error {error} ({Marshal.GetPInvokeErrorMessage(error)})."),
    };

    private static partial class Libc
    {
        [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int LinkAt(int sourceDirectory, string source, int targetDirectory, string target, int flags);
    }

    private static partial class Kernel32
    {
        [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static partial bool CreateHardLink(string target, string source, nint security);
    }
}
