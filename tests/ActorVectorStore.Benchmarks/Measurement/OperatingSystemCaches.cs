using System.Runtime.InteropServices;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>Puts the kernel's caches into a known state between passes, so that no system pays for what another one left behind.</summary>
internal static partial class OperatingSystemCaches
{
    private const string DropFile = "/proc/sys/vm/drop_caches";
    private const string PageCacheAndInodes = "3";
    private const int DontNeed = 4;

    /// <summary>Writes back everything that is dirty, on every file system.</summary>
    public static void WriteBack()
    {
        if (OperatingSystem.IsLinux())
        {
            Libc.Sync();
        }
    }

    /// <summary>Makes the next reads of a directory's files come from the device, and says by which means; null if the system knows none.</summary>
    public static string? Drop(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Libc.Sync();
        try
        {
            File.WriteAllText(DropFile, PageCacheAndInodes);
            return DropFile;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            AdviseUnneeded(directory);
            return "posix_fadvise(DONTNEED)";
        }
    }

    private static void AdviseUnneeded(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(path);
            _ = Libc.Advise(handle, 0, 0, DontNeed);
        }
    }

    private static partial class Libc
    {
        [LibraryImport("libc", EntryPoint = "sync")]
        public static partial void Sync();

        [LibraryImport("libc", EntryPoint = "posix_fadvise")]
        public static partial int Advise(SafeHandle descriptor, long offset, long length, int advice);
    }
}
