namespace ActorVectorStore.Wal.Tests;

/// <summary>A directory of the operating system for one test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("avs-wal-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
