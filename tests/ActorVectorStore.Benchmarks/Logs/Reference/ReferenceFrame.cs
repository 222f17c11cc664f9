using System.Buffers.Binary;
using System.IO.Hashing;

namespace ActorVectorStore.Benchmarks.Logs.Reference;

/// <summary>
/// The frame of the reference logs: a header of 16 bytes, then the body. Little-endian.
/// <code>
/// offset  size  meaning
///      0     4  length of the body in bytes, at least 1
///      4     4  zero
///      8     8  XXH3 over position, length and XXH3 of the body, seeded with the log's salt
/// </code>
/// The position in the checksum makes the frames of a recycled file's earlier life invalid.
/// </summary>
internal static class ReferenceFrame
{
    public const int HeaderBytes = 16;

    public static ulong BodyHash(ReadOnlySpan<byte> body) => XxHash3.HashToUInt64(body);

    public static void WriteHeader(Span<byte> header, int length, ulong bodyHash, FramePlace place)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], Checksum(length, bodyHash, place));
    }

    /// <summary>Length of the body that a header announces; not proven before <see cref="IsValid"/>.</summary>
    public static int LengthOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header);

    public static bool IsValid(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, FramePlace place) =>
        BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) == Checksum(body.Length, BodyHash(body), place);

    private static ulong Checksum(int length, ulong bodyHash, FramePlace place)
    {
        Span<byte> input = stackalloc byte[28];
        BinaryPrimitives.WriteInt64LittleEndian(input, place.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(input[8..], place.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(input[16..], length);
        BinaryPrimitives.WriteUInt64LittleEndian(input[20..], bodyHash);
        return XxHash3.HashToUInt64(input, place.Salt);
    }
}

/// <summary>Where a frame begins: number of the segment since the log was created, byte offset in its file, and the log's salt.</summary>
internal readonly record struct FramePlace(long Segment, long Offset, long Salt);
