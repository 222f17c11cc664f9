using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

public sealed class PhysicalFileSystemContractTests : FileSystemContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    protected override IFileSystem Disk => PhysicalFileSystem.Instance;

    protected override string Root => _directory.Path;

    public void Dispose() => _directory.Dispose();
}

public sealed class PhysicalFileContractTests : FileContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    protected override IFileSystem Disk => PhysicalFileSystem.Instance;

    protected override string Root => _directory.Path;

    public void Dispose() => _directory.Dispose();
}

public sealed class SimulatedFileSystemContractTests : FileSystemContract
{
    public SimulatedFileSystemContractTests() => Disk.CreateDirectory(Root);

    protected override IFileSystem Disk { get; } = new SimulatedFileSystem();

    protected override string Root => "/disk/root";
}

public sealed class SimulatedFileContractTests : FileContract
{
    public SimulatedFileContractTests() => Disk.CreateDirectory(Root);

    protected override IFileSystem Disk { get; } = new SimulatedFileSystem();

    protected override string Root => "/disk/root";
}
