using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>Where a shard's files are.</summary>
/// <param name="FileSystem">The disk.</param>
/// <param name="Directory">A directory that the shard has for itself. It is made with the first file.</param>
/// <param name="Identity">A number that no other shard of the disk has: it becomes a part of the identities of the shard's segments.</param>
/// <param name="PayloadCacheBytes">Memory for payloads that were decompressed lately.</param>
public sealed record ShardPlace(IFileSystem FileSystem, string Directory, ulong Identity, int PayloadCacheBytes = 1 << 20)
{
    internal PayloadBlockCache PayloadCache { get; init; } = new(Math.Max(1, PayloadCacheBytes / SealedSegmentFormat.PayloadBlockBytesTarget));
}
