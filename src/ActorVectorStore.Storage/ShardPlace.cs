using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>Where a shard's files are.</summary>
/// <param name="FileSystem">The disk.</param>
/// <param name="Directory">A directory that the shard has for itself. It is made with the first file.</param>
/// <param name="Identity">A number that no other shard of the disk has: it becomes a part of the identities of the shard's segments.</param>
public sealed record ShardPlace(IFileSystem FileSystem, string Directory, ulong Identity)
{
    /// <summary>
    /// Told, on the thread that reads, of damage that a read finds in a segment: of a derived section once, of any other block whenever it is touched. Must be quick and not throw.
    /// </summary>
    public Action<ShardDamage>? OnDamage { get; init; }

    internal PayloadBlockCache PayloadCache { get; init; } = new(blocksMax: 32);
}
