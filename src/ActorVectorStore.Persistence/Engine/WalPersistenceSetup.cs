using ActorVectorStore.FileSystem;
using Akka.Actor.Setup;

namespace ActorVectorStore.Persistence;

/// <summary>Gives the engines of an actor system another file system than the operating system's; add it to the system's setup.</summary>
public sealed class WalPersistenceSetup : Setup
{
    /// <summary>Engines will reach the disk through <paramref name="fileSystem"/> only.</summary>
    public WalPersistenceSetup(IFileSystem fileSystem)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        FileSystem = fileSystem;
    }

    /// <summary>The door to disk.</summary>
    public IFileSystem FileSystem { get; }

    /// <summary>Rules to break.</summary>
    internal PersistenceMutations Mutations { get; init; }
}
