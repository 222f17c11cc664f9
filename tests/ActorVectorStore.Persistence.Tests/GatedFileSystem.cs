using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>The operating system's files behind gates that a test closes: operations then wait, or fail.</summary>
internal sealed class GatedFileSystem() : DelegatingFileSystem(PhysicalFileSystem.Instance)
{
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

    public override IFile Open(string path, FileOpening opening)
    {
        BeforeOpen?.Invoke(path, opening);
        return new GatedFile(this, base.Open(path, opening));
    }

    public override void SyncDirectory(string path)
    {
        if (Concerns(path))
        {
            Pass();
            BeforeDirectorySync?.Invoke(path);
        }

        base.SyncDirectory(path);
    }

    public override IDisposable LockDirectory(string path)
    {
        BeforeLock?.Invoke(path);
        return new GatedLock(this, path, base.LockDirectory(path));
    }

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

    private sealed class GatedFile(GatedFileSystem owner, IFile inner) : DelegatingFile(inner)
    {
        public override void SyncData()
        {
            if (owner.Concerns(Path))
            {
                owner.Pass();
                owner.BeforeSync?.Invoke(Path);
            }

            base.SyncData();
        }
    }
}
