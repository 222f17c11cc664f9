namespace ActorVectorStore.FileSystem;

/// <summary>Passes everything on to another file system: the base of those that count, hold up or refuse a part of what passes.</summary>
/// <param name="inner">Where to; not disposed of.</param>
public abstract class DelegatingFileSystem(IFileSystem inner) : IFileSystem
{
    /// <inheritdoc/>
    public virtual IFile Open(string path, FileOpening opening) => inner.Open(path, opening);

    /// <inheritdoc/>
    public virtual bool FileExists(string path) => inner.FileExists(path);

    /// <inheritdoc/>
    public virtual bool DirectoryExists(string path) => inner.DirectoryExists(path);

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> ListFiles(string directory) => inner.ListFiles(directory);

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> ListDirectories(string directory) => inner.ListDirectories(directory);

    /// <inheritdoc/>
    public virtual void CreateDirectory(string path) => inner.CreateDirectory(path);

    /// <inheritdoc/>
    public virtual void DeleteFile(string path) => inner.DeleteFile(path);

    /// <inheritdoc/>
    public virtual void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    /// <inheritdoc/>
    public virtual void Rename(string source, string target) => inner.Rename(source, target);

    /// <inheritdoc/>
    public virtual bool TryLink(string source, string target) => inner.TryLink(source, target);

    /// <inheritdoc/>
    public virtual void SyncDirectory(string path) => inner.SyncDirectory(path);

    /// <inheritdoc/>
    public virtual IDisposable LockDirectory(string path) => inner.LockDirectory(path);

    /// <inheritdoc/>
    public virtual long AvailableBytes(string directory) => inner.AvailableBytes(directory);
}
