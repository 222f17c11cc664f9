namespace ActorVectorStore.FileSystem;

/// <summary>Writes a whole file so that a crash leaves either the old or the new content: temporary file, sync, rename, directory sync.</summary>
public static class AtomicReplacement
{
    /// <summary>Ending of the temporary file; a crash may leave one behind, which the next replacement overwrites.</summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>
    /// Replaces or creates <paramref name="path"/> with <paramref name="content"/>; durable on return. One writer per path at a time. When it
    /// throws anything but <see cref="SyncFailedException"/> the old content stays; the temporary file is removed as far as the disk allows.
    /// After <see cref="SyncFailedException"/> either content may be there, and either may be there after a crash.
    /// </summary>
    public static void ReplaceFile(this IFileSystem fileSystem, string path, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var temporary = path + TemporaryEnding;
        try
        {
            WriteDurably(fileSystem, temporary, content);
            fileSystem.Rename(temporary, path);
        }
        catch (IOException)
        {
            RemoveQuietly(fileSystem, temporary);
            throw;
        }

        fileSystem.SyncDirectory(Path.GetDirectoryName(path) is { Length: > 0 } directory ? directory : ".");
    }

    private static void WriteDurably(IFileSystem fileSystem, string path, ReadOnlySpan<byte> content)
    {
        using var file = fileSystem.Open(path, FileOpening.CreateOrTruncate);
        file.Write(content, 0);
        file.SyncData();
    }

    private static void RemoveQuietly(IFileSystem fileSystem, string temporary)
    {
        try
        {
            fileSystem.DeleteFile(temporary);
        }
        catch (IOException)
        {
            // The first failure is the one to report; a left-over temporary file is overwritten by the next replacement.
        }
    }
}
