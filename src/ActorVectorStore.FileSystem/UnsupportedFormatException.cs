namespace ActorVectorStore.FileSystem;

/// <summary>A file of ours that this program does not know how to read, whole as it may be: a newer program wrote it. Nothing was modified.</summary>
public sealed class UnsupportedFormatException : IOException
{
    /// <summary>Names the file, the version found and the newest version that this program reads.</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="found">Version in the file's header.</param>
    /// <param name="newestSupported">Newest version that this program reads.</param>
    /// <param name="unknownPart">What in the file is unknown, where the version alone does not say it.</param>
    public UnsupportedFormatException(string file, int found, int newestSupported, string? unknownPart = null)
        : base($"{file} has format version {found}{(unknownPart is null ? "" : $" and {unknownPart}, which it cannot be read without")}; "
            + $"this program reads versions up to {newestSupported}{(unknownPart is null ? "" : " without that")}. "
            + "Open it with the program version that wrote it, or a later one.")
    {
        File = file;
        FoundVersion = found;
        NewestSupportedVersion = newestSupported;
    }

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>Version in the file's header.</summary>
    public int FoundVersion { get; }

    /// <summary>Newest version that this program reads.</summary>
    public int NewestSupportedVersion { get; }
}
