using System.Runtime.InteropServices;

namespace ActorVectorStore.Index;

/// <summary>
/// Asks for pages of 2 MiB for large memory: a walk touches a new page with nearly every row, and finds the translations of few large ones in the processor instead of in memory.
/// What the system makes of it is its own affair.
/// </summary>
internal static unsafe partial class HugePages
{
    private const int PageBytes = 2 << 20;
    private const long BytesMin = 2 * PageBytes;
    private const int Advice = 14;

    /// <summary>Alignment of so many bytes: that of a large page, if they are to have some.</summary>
    public static nuint AlignmentOf(long byteCount) => byteCount >= BytesMin && OperatingSystem.IsLinux() ? (nuint)PageBytes : AlignedMemory.Alignment;

    /// <summary>Asks for large pages, before the memory is touched.</summary>
    public static void Advise(byte* start, long byteCount)
    {
        if (byteCount >= BytesMin && OperatingSystem.IsLinux())
            _ = MAdvise(start, (nuint)byteCount, Advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MAdvise(void* start, nuint length, int advice);
}
