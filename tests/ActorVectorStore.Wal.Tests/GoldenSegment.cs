using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// Writes segments of format version 1 from their documents alone, with none of the log's code: the log must read them for ever. It made
/// <c>testdata/segment-v1.wal</c>, and with <see cref="GoldenSealedSegment"/> <c>testdata/sealed-v1.wal</c>.
/// </summary>
internal sealed class GoldenSegment
{
    public const ulong Salt = 0x0123456789ABCDEF;
    public const int Capacity = 4096;

    private readonly uint _number;
    private readonly byte[] _bytes = new byte[Capacity];
    private int _commit = 64;

    public GoldenSegment(uint number, ulong chain)
    {
        (_number, Chain) = (number, chain);
        WriteHeader();
    }

    public byte[] Bytes => _bytes;

    /// <summary>Where the next frame goes.</summary>
    public int End { get; private set; } = 64;

    /// <summary>Checksum of the last frame.</summary>
    public ulong Chain { get; private set; }

    /// <summary>The segment that ends in a clean close.</summary>
    public static byte[] Write()
    {
        var segment = new GoldenSegment(1, chain: 0);
        segment.Frame(1, [.. I64(1), .. I64(0)], [], 0);
        segment.Frame(2, Batch(1, 2, "café", ["red"]), "one and two"u8, 1);
        segment.BeginCommit();
        segment.Frame(2, Batch(1, 1, "b", []), ""u8, 3);
        segment.Frame(3, [.. I64(2), .. I64(2), .. Text("café")], [], 0);
        segment.BeginCommit();
        segment.Frame(2, Batch(7, 1, "café", ["red", "green"]), "three"u8, 4);
        segment.BeginCommit();
        segment.Frame(5, [], [], 0);
        return segment._bytes;
    }

    public static ulong Position(uint segment, int offset) => ((ulong)segment << 32) | (uint)offset;

    public void BeginCommit() => _commit = End;

    /// <summary>Adds a frame; returns where it begins.</summary>
    public int Frame(byte kind, byte[] meta, ReadOnlySpan<byte> payload, long ordinal)
    {
        var offset = End;
        var frame = FrameAt(offset, kind, meta, payload, ordinal, Chain, flags: 0);
        frame.CopyTo(_bytes, offset);
        Chain = BinaryPrimitives.ReadUInt64LittleEndian(frame);
        End += frame.Length;
        return offset;
    }

    /// <summary>A frame as it must stand at an offset of this segment, padded.</summary>
    public byte[] FrameAt(int offset, byte kind, byte[] meta, ReadOnlySpan<byte> payload, long ordinal, ulong chain, byte flags)
    {
        var frame = new byte[(48 + meta.Length + payload.Length + 7) & ~7];
        (frame[8], frame[9]) = (kind, flags);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), meta.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(16), payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(20), _commit);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(24), XxHash3.HashToUInt64(payload));
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(32), ordinal);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(40), chain);
        meta.CopyTo(frame.AsSpan(48));
        payload.CopyTo(frame.AsSpan(48 + meta.Length));
        var seed = unchecked((long)(Salt ^ (Position(_number, offset) * 0x9E3779B97F4A7C15)));
        BinaryPrimitives.WriteUInt64LittleEndian(frame, XxHash3.HashToUInt64(frame.AsSpan(8, 40 + meta.Length), seed));
        return frame;
    }

    private void WriteHeader()
    {
        "AVSWAL\r\n"u8.CopyTo(_bytes);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(12), _number);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(16), Salt);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(24), Capacity);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(56), XxHash3.HashToUInt64(_bytes.AsSpan(0, 56)));
    }

    public static byte[] Batch(long first, int count, string stream, string[] tags)
    {
        var name = Encoding.UTF8.GetBytes(stream);
        byte[] head = [.. I64(first), .. BitConverter.GetBytes(count), .. BitConverter.GetBytes((ushort)name.Length), (byte)tags.Length, 0, .. name];
        return [.. head, .. tags.SelectMany(Text)];
    }

    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. BitConverter.GetBytes((ushort)bytes.Length), .. bytes];
    }

    public static byte[] I64(long value) => BitConverter.GetBytes(value);
}
