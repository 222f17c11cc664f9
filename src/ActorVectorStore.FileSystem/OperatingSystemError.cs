namespace ActorVectorStore.FileSystem;

/// <summary>Recognises a full disk or an exhausted quota by the operating system's number, never by a text.</summary>
internal static class OperatingSystemError
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceededOnLinux = 122;
    private const int QuotaExceededOnMac = 69;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool IsDiskFull(IOException exception) =>
        OperatingSystem.IsWindows() ? exception.HResult is WindowsHandleDiskFull or WindowsDiskFull : IsDiskFull(exception.HResult);

    public static bool IsDiskFull(int errorNumber) =>
        errorNumber is NoSpaceLeft || errorNumber == (OperatingSystem.IsMacOS() ? QuotaExceededOnMac : QuotaExceededOnLinux);
}
