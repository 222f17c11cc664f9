using System.Security.Cryptography;
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

    /// <summary>The paths of all files below a directory, each with a hash of its bytes: equal if and only if nothing has changed.</summary>
    public static SortedDictionary<string, string> HashesBelow(this IFileSystem fileSystem, string directory)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in fileSystem.ListFiles(directory).Select(name => Path.Combine(directory, name)))
        {
            hashes.Add(path, Convert.ToHexString(SHA256.HashData(fileSystem.ReadWhole(path))));
        }

        foreach (var (path, hash) in fileSystem.ListDirectories(directory).SelectMany(name => fileSystem.HashesBelow(Path.Combine(directory, name))))
        {
            hashes.Add(path, hash);
        }

        return hashes;
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
