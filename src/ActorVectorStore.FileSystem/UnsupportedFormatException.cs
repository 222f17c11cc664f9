namespace ActorVectorStore.FileSystem;

/// <summary>A file of ours whose format version this program does not know: a newer program wrote it. Nothing was modified.</summary>
public sealed class UnsupportedFormatException : IOException
{
    /// <summary>Names the file, the version found and the newest version that this program reads.</summary>
    public UnsupportedFormatException(string file, int found, int newestSupported)
        : base($"{file} has format version {found}; this program reads versions up to {newestSupported}. "
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
