using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Tests;

/// <summary>A disk on which no sealed segment is begun before <see cref="Release"/>.</summary>
internal sealed class HeldSegments(IFileSystem inner) : DelegatingFileSystem(inner)
{
    private readonly TaskCompletionSource _released = new();

    public void Release() => _released.TrySetResult();

    public override IFile Open(string path, FileOpening opening)
    {
        if (path.EndsWith(".seg.tmp", StringComparison.Ordinal))
            _released.Task.Wait();
        return base.Open(path, opening);
    }
}
