using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Layout of a shard snapshot: all live points of a shard at one log index. Little-endian throughout, but for a UUID (<see cref="PointIdFormat"/>).
/// Lengths are in bytes. XXH3 is the 64-bit XXH3 hash.
/// </summary>
/// <remarks>
/// <para>A snapshot is a header, blocks with points, and one block that ends it; nothing follows. Each checksum is seeded with the one before it, so
/// a block that is damaged, lost, doubled, moved or taken from another snapshot is found. The header keeps its 64 bytes and its checksum in every
/// version, so that a newer snapshot is told from a damaged one.</para>
/// <code>
/// header
///   offset  size  type   meaning
///   0       8            magic: the bytes "AVSSHARD"
///   8       4     u32    format version; 0 is reserved
///   12      4     u32    dimension, 1 to 65,536
///   16      1     u8     distance, as in <see cref="Distance"/>
///   17      7            reserved, 0
///   24      8     i64    log index of the last event applied, at least 0
///   32      8     i64    count of points
///   40      16           reserved, 0
///   56      8     u64    XXH3 of bytes 0 to 55, seed 0
///
/// block
///   0       8     u64    XXH3 of all that follows in the block; its seed is the checksum before it
///   8       4     u32    kind: 1 points, 2 end; 0 is reserved
///   12      4     u32    length of the body
///   16      ...          body
///
/// body of a block of points: one or more of
///   0       9/17         id (<see cref="PointIdFormat"/>)
///   ...     8     i64    version: log index of the write that made the point
///   ...     4     u32    length of the payload; 0 stands for {}
///   ...     ...          payload, UTF-8 JSON object
///   ...     ...   f32    dimension components
///
/// body of the end
///   0       8     i64    count of points
///   8       16    u128   sum modulo 2^128 of the 128-bit XXH3 (seed 0) of each point's bytes above: independent of their order
/// </code>
/// <para>History: version 1, the first.</para>
/// </remarks>
public static class ShardSnapshotFormat
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    internal const int HeaderBytes = 64;
    internal const int HeaderChecksumAt = 56;
    internal const int BlockHeaderBytes = 16;
    internal const int EndBodyBytes = 24;
    internal const uint KindPoints = 1;
    internal const uint KindEnd = 2;

    /// <summary>A block is closed when the next point would carry its body beyond this.</summary>
    internal const int BodyBytesTarget = 1 << 20;

    /// <summary>Two blocks that follow one another hold more than the target together: no more than one header for each half of it.</summary>
    internal const int BlockBytesPerHeader = BodyBytesTarget / 2 / BlockHeaderBytes;

    /// <summary>The longest body: one point of the largest dimension and payload is longer than the target.</summary>
    internal const int BodyBytesMax =
        BodyBytesTarget + PointIdFormat.BytesMax + sizeof(long) + sizeof(uint) + ModelLimits.PayloadBytesMax + (ModelLimits.DimensionMax * sizeof(float));

    internal static ReadOnlySpan<byte> Magic => "AVSSHARD"u8;
}
