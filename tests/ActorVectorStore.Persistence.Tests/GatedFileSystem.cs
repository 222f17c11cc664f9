using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>The operating system's files behind gates that a test closes: operations then wait, or fail.</summary>
internal sealed class GatedFileSystem : IFileSystem
{
    private readonly PhysicalFileSystem _inner = PhysicalFileSystem.Instance;
    private readonly Lock _guard = new();
    private TaskCompletionSource? _closed;
    private int _waiting;

    /// <summary>Which paths are concerned.</summary>
    public Func<string, bool> Concerns { get; set; } = static _ => true;

    /// <summary>Called before each sync of a file that is concerned; may throw.</summary>
    public Action<string>? BeforeSync { get; set; }

    /// <summary>Called before each directory sync that is concerned; may throw.</summary>
    public Action<string>? BeforeDirectorySync { get; set; }

    /// <summary>Called before each opening; may throw.</summary>
    public Action<string, FileOpening>? BeforeOpen { get; set; }

    /// <summary>Called before a directory is locked, which is how an engine begins to open; may block or throw.</summary>
    public Action<string>? BeforeLock { get; set; }

    /// <summary>Called before a directory is unlocked, which is how an engine ends; may throw.</summary>
    public Action<string>? BeforeUnlock { get; set; }

    public int Waiting => Volatile.Read(ref _waiting);

    public void Close()
    {
        lock (_guard)
        {
            _closed ??= new TaskCompletionSource();
        }
    }

    public void OpenGate()
    {
        lock (_guard)
        {
            _closed?.SetResult();
            _closed = null;
        }
    }

    /// <summary>Blocks until a sync waits at the closed gate.</summary>
    public void AwaitWaiting() => Assert.True(SpinWait.SpinUntil(() => Waiting > 0, TimeSpan.FromSeconds(60)), "No sync came to the gate.");

    public IFile Open(string path, FileOpening opening)
    {
        BeforeOpen?.Invoke(path, opening);
        return new GatedFile(this, _inner.Open(path, opening));
    }

    public bool FileExists(string path) => _inner.FileExists(path);

    public bool DirectoryExists(string path) => _inner.DirectoryExists(path);

    public IReadOnlyList<string> ListFiles(string directory) => _inner.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => _inner.ListDirectories(directory);

    public void CreateDirectory(string path) => _inner.CreateDirectory(path);

    public void DeleteFile(string path) => _inner.DeleteFile(path);

    public void DeleteDirectory(string path) => _inner.DeleteDirectory(path);

    public void Rename(string source, string target) => _inner.Rename(source, target);

    public bool TryLink(string source, string target) => _inner.TryLink(source, target);

    public void SyncDirectory(string path)
    {
        if (Concerns(path))
        {
            Pass();
            BeforeDirectorySync?.Invoke(path);
        }

        _inner.SyncDirectory(path);
    }

    public IDisposable LockDirectory(string path)
    {
        BeforeLock?.Invoke(path);
        return new GatedLock(this, path, _inner.LockDirectory(path));
    }

    public long AvailableBytes(string directory) => _inner.AvailableBytes(directory);

    private void Pass()
    {
        Task? closed;
        lock (_guard)
        {
            closed = _closed?.Task;
        }

        if (closed is not null)
        {
            Interlocked.Increment(ref _waiting);
            closed.Wait(TimeSpan.FromSeconds(120));
            Interlocked.Decrement(ref _waiting);
        }
    }

    private sealed class GatedLock(GatedFileSystem owner, string path, IDisposable inner) : IDisposable
    {
        public void Dispose()
        {
            owner.BeforeUnlock?.Invoke(path);
            inner.Dispose();
        }
    }

    private sealed class GatedFile(GatedFileSystem owner, IFile inner) : IFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public int Read(Span<byte> buffer, long offset) => inner.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset) => inner.Write(bytes, offset);

        public void SetLength(long length) => inner.SetLength(length);

        public void Preallocate(long length) => inner.Preallocate(length);

        public void SyncData()
        {
            if (owner.Concerns(Path))
            {
                owner.Pass();
                owner.BeforeSync?.Invoke(Path);
            }

            inner.SyncData();
        }

        public IMappedFile Map(long length) => inner.Map(length);

        public void Dispose() => inner.Dispose();
    }
}
