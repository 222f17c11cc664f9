namespace ActorVectorStore.FileSystem;

/// <summary>How <see cref="IFileSystem.Open"/> finds or makes the file.</summary>
public enum FileOpening
{
    /// <summary>The file must exist; it can only be read.</summary>
    ReadExisting,

    /// <summary>The file must exist; it can be read and written.</summary>
    WriteExisting,

    /// <summary>The file must not exist; it is created empty and can be read and written.</summary>
    CreateNew,

    /// <summary>The file is created, or emptied if it exists, and can be read and written.</summary>
    CreateOrTruncate,
}
