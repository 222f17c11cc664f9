using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Testing;

/// <summary>Files read and written as a whole, for the arranging and asserting parts of tests.</summary>
public static class WholeFiles
{
    public static byte[] ReadWhole(this IFileSystem fileSystem, string path)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        using var file = fileSystem.Open(path, FileOpening.ReadExisting);
        var bytes = new byte[file.Length];
        return bytes[..file.Read(bytes, 0)];
    }

    /// <summary>Creates or empties the file and writes it; nothing is synced.</summary>
    public static void WriteWhole(this IFileSystem fileSystem, string path, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        using var file = fileSystem.Open(path, FileOpening.CreateOrTruncate);
        file.Write(content, 0);
    }

    /// <summary>Creates or empties the file, writes it and makes bytes and name durable.</summary>
    public static void WriteWholeDurably(this IFileSystem fileSystem, string path, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        using (var file = fileSystem.Open(path, FileOpening.CreateOrTruncate))
        {
            file.Write(content, 0);
            file.SyncData();
        }

        fileSystem.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
