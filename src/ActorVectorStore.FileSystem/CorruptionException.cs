namespace ActorVectorStore.FileSystem;

/// <summary>
/// Stored bytes are not what was written: a checksum, a magic number, a length or a whole file is wrong. Nothing was modified. The reaction is
/// always the same: do not serve these bytes; restore them from a replica or a backup.
/// </summary>
public sealed class CorruptionException : IOException
{
    /// <summary>Describes what is wrong, where.</summary>
    /// <param name="file">Path of the damaged or missing file.</param>
    /// <param name="offset">First byte of the damaged structure in the file.</param>
    /// <param name="expected">What an intact file has there.</param>
    /// <param name="found">What this file has there.</param>
    public CorruptionException(string file, long offset, string expected, string found)
        : base($"{file} is damaged at offset {offset}: expected {expected}, found {found}.")
    {
        File = file;
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    /// <summary>Path of the damaged or missing file.</summary>
    public string File { get; }

    /// <summary>First byte of the damaged structure in the file.</summary>
    public long Offset { get; }

    /// <summary>What an intact file has there.</summary>
    public string Expected { get; }

    /// <summary>What this file has there.</summary>
    public string Found { get; }
}
