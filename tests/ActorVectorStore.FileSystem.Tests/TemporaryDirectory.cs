namespace ActorVectorStore.FileSystem.Tests;

/// <summary>A directory of the operating system for one test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("avs-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
