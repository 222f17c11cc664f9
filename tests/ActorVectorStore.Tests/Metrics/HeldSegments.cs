using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Tests;

/// <summary>A disk on which no sealed segment is begun before <see cref="Release"/>.</summary>
internal sealed class HeldSegments(IFileSystem inner) : IFileSystem
{
    private readonly TaskCompletionSource _released = new();

    public void Release() => _released.TrySetResult();

    public IFile Open(string path, FileOpening opening)
    {
        if (path.EndsWith(".seg.tmp", StringComparison.Ordinal))
            _released.Task.Wait();
        return inner.Open(path, opening);
    }

    public bool FileExists(string path) => inner.FileExists(path);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public IReadOnlyList<string> ListFiles(string directory) => inner.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => inner.ListDirectories(directory);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public void Rename(string source, string target) => inner.Rename(source, target);

    public bool TryLink(string source, string target) => inner.TryLink(source, target);

    public void SyncDirectory(string path) => inner.SyncDirectory(path);

    public IDisposable LockDirectory(string path) => inner.LockDirectory(path);

    public long AvailableBytes(string directory) => inner.AvailableBytes(directory);
}
