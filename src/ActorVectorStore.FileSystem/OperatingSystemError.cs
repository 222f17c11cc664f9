namespace ActorVectorStore.FileSystem;

/// <summary>Turns the framework's exceptions into the port's by the operating system's number, never by a text.</summary>
internal static class OperatingSystemError
{
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int NoSpaceLeft = 28;
    private const int QuotaExceededOnLinux = 122;
    private const int QuotaExceededOnMac = 69;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool IsDiskFull(IOException exception) =>
        OperatingSystem.IsWindows() ? exception.HResult is WindowsHandleDiskFull or WindowsDiskFull : IsDiskFull(exception.HResult);

    public static bool IsDiskFull(int errorNumber) =>
        errorNumber is NoSpaceLeft || errorNumber == (OperatingSystem.IsMacOS() ? QuotaExceededOnMac : QuotaExceededOnLinux);

    /// <summary>Whether an advisory lock is held by somebody else.</summary>
    public static bool IsLocked(int errorNumber) => errorNumber == (OperatingSystem.IsMacOS() ? WouldBlockOnMac : WouldBlock);

    /// <summary>The exception that the port promises instead of this one, or null if this one is as promised.</summary>
    public static IOException? Translate(Exception exception, string path) => exception switch
    {
        IOException e when IsDiskFull(e) => new DiskFullException(path, e),
        UnauthorizedAccessException e => new IOException($"{path} cannot be used so: {e.Message}", e),
        _ => null,
    };
}
