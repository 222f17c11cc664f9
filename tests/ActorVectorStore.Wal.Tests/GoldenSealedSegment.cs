using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using static ActorVectorStore.Wal.Tests.GoldenSegment;

namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// Writes a sealed segment of format version 1, its index and its trailer, from their documents alone. It made <c>testdata/sealed-v1.wal</c>. The
/// segment is the log's second, into which the first was freed, so that its index has everything that an index can have.
/// </summary>
internal sealed class GoldenSealedSegment
{
    private const uint Number = 2;

    private readonly GoldenSegment _segment = new(Number, chain: 0);
    private readonly int _framesEnd;
    private readonly ulong _framesChain;

    private GoldenSealedSegment()
    {
        _segment.Frame(1, [.. I64(5), .. I64((long)Position(1, 640))], [.. U32(1), .. U32(640)], 0);
        var (first, firstBytes) = Add(2, Batch(8, 1, "café", ["red"]), "eight", 5);
        _segment.BeginCommit();
        var (second, secondBytes) = Add(2, Batch(3, 2, "b", []), "three and four", 6);
        var (third, thirdBytes) = Add(2, Batch(10, 2, "café", ["red", "green"]), "ten and eleven", 8);
        _segment.BeginCommit();
        Add(3, [.. I64(4), .. I64(3), .. Text("b")], "", 0);
        _segment.BeginCommit();
        var (moved, movedBytes) = AddFreed();
        (_framesEnd, _framesChain) = (_segment.End, _segment.Chain);
        WithoutIndex = [.. _segment.Bytes];

        Bytes = _segment.Bytes;
        _segment.BeginCommit();
        _segment.Frame(6, [], Index(
        [
            Block(
                [.. Name("café"), 0, 2, 8, 11, .. V(firstBytes + thirdBytes), 0],
                [8, 1, .. V(first / 8), .. V(firstBytes / 8)],
                [2, 2, .. V((third - first) / 8), .. V(thirdBytes / 8)]),
            Block([.. Name("b"), 1, 4, 3, 1, 3, 4, .. V(secondBytes), 0], [3, 2, .. V(second / 8), .. V(secondBytes / 8)]),
            Block([.. Name("gone"), 1, 7, 7, 0, 0]),
            Block([.. Name("idle"), 0, 0, 1], [1, 1, 2, .. V(moved / 8), .. V(movedBytes / 8)]),
        ],
        [
            Block([.. Name("red"), 2], [.. V(first / 8 * 2), 5, 1], [.. V((third - first) / 8 * 2), 8, 2]),
            Block([.. Name("green"), 2], [.. V(third / 8 * 2), 8, 2], [.. V(((moved - third) / 8 * 2) + 1), 2, 1]),
        ]), 0);
        WriteTrailer();
    }

    public static GoldenSealedSegment Golden { get; } = new();

    /// <summary>The sealed segment.</summary>
    public byte[] Bytes { get; }

    /// <summary>The same frames before the segment was sealed.</summary>
    public byte[] WithoutIndex { get; }

    /// <summary>The segment behind it, without which there is no index: it was begun and closed.</summary>
    public byte[] Successor()
    {
        var next = new GoldenSegment(Number + 1, _framesChain);
        next.Frame(1, [.. I64(10), .. I64((long)Position(Number, _framesEnd))], [.. U32(Number), .. U32((uint)_framesEnd)], 0);
        next.BeginCommit();
        next.Frame(5, [], [], 0);
        return next.Bytes;
    }

    private (int Offset, int Bytes) Add(byte kind, byte[] meta, string payload, long ordinal)
    {
        var offset = _segment.Frame(kind, meta, Encoding.UTF8.GetBytes(payload), ordinal);
        return (offset, _segment.End - offset);
    }

    /// <summary>The first segment is freed: a batch moves, and a stream of which nothing is left keeps its numbers.</summary>
    private (int Offset, int Bytes) AddFreed()
    {
        var inside = _segment.End + 48 + 8;
        var batch = _segment.FrameAt(inside, 2, Batch(1, 1, "idle", ["green"]), "moved"u8, 2, chain: 0, flags: 1);
        var floor = _segment.FrameAt(inside + batch.Length, 3, [.. I64(7), .. I64(7), .. Text("gone")], [], 0, chain: 0, flags: 0);
        _segment.Frame(4, I64(1), [.. batch, .. floor], 0);
        return (inside, batch.Length);
    }

    private static byte[] Index(byte[][] streams, byte[][] tags) =>
        [.. I64(10), .. U32((uint)streams.Length), .. U32((uint)tags.Length), .. streams.Concat(tags).SelectMany(block => block)];

    private static byte[] Block(params byte[][] parts)
    {
        byte[] body = [.. parts.SelectMany(part => part)];
        return [.. U32((uint)body.Length), .. BitConverter.GetBytes(XxHash3.HashToUInt64(body)), .. body];
    }

    private void WriteTrailer()
    {
        var trailer = Bytes.AsSpan(Capacity - 24);
        "AVSWEND\n"u8.CopyTo(trailer);
        BinaryPrimitives.WriteInt32LittleEndian(trailer[8..], _framesEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[12..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[16..], XxHash3.HashToUInt64(trailer[..16], unchecked((long)Salt)));
    }

    private static byte[] Name(string name) => [(byte)Encoding.UTF8.GetByteCount(name), .. Encoding.UTF8.GetBytes(name)];

    /// <summary>An unsigned LEB128 number of one or two bytes.</summary>
    private static byte[] V(int value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), checked((byte)(value >> 7))];

    private static byte[] U32(uint value) => BitConverter.GetBytes(value);
}
