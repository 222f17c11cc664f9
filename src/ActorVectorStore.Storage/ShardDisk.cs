using System.IO.Hashing;
using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>Where the shards of one database keep their files: a directory with one directory for each. They share the memory for decompressed payloads.</summary>
/// <param name="fileSystem">The disk.</param>
/// <param name="directory">The directory of directories; made with the first file of a shard.</param>
/// <param name="payloadCacheBytes">Memory for payloads that were decompressed lately, over all shards.</param>
public sealed class ShardDisk(IFileSystem fileSystem, string directory, int payloadCacheBytes = 8 << 20)
{
    private readonly PayloadBlockCache _cache = new(Math.Max(1, payloadCacheBytes / SealedSegmentFormat.PayloadBlockBytesTarget));

    /// <summary>Bytes of payloads that are kept decompressed now. Any thread.</summary>
    public long PayloadCacheHeldBytes => _cache.HeldBytes;

    /// <summary>The place of a shard.</summary>
    /// <param name="name">Name of its directory, which no other shard has or had.</param>
    public ShardPlace PlaceOf(string name) =>
        new(fileSystem, Path.Combine(directory, name), XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()))) { PayloadCache = _cache };
}
