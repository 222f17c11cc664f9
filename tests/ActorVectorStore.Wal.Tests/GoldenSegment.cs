using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// Writes a segment of format version 1 from its documents alone, with none of the log's code: the log must read it for ever. It made
/// <c>testdata/segment-v1.wal</c>.
/// </summary>
internal sealed class GoldenSegment
{
    private const ulong Salt = 0x0123456789ABCDEF;
    private const int Capacity = 4096;

    private readonly byte[] _bytes = new byte[Capacity];
    private int _offset = 64;
    private int _commit = 64;
    private ulong _chain;

    public static byte[] Write()
    {
        var segment = new GoldenSegment();
        segment.WriteHeader();
        segment.Frame(1, [.. I64(1), .. I64(0)], [], 0);
        segment.Frame(2, Batch(1, 2, "café", ["red"]), "one and two"u8, 1);
        segment._commit = segment._offset;
        segment.Frame(2, Batch(1, 1, "b", []), ""u8, 3);
        segment.Frame(3, [.. I64(2), .. I64(2), .. Text("café")], [], 0);
        segment._commit = segment._offset;
        segment.Frame(2, Batch(7, 1, "café", ["red", "green"]), "three"u8, 4);
        segment._commit = segment._offset;
        segment.Frame(5, [], [], 0);
        return segment._bytes;
    }

    private void WriteHeader()
    {
        "AVSWAL\r\n"u8.CopyTo(_bytes);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(8), 1);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(12), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(16), Salt);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(24), Capacity);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(56), XxHash3.HashToUInt64(_bytes.AsSpan(0, 56)));
    }

    private void Frame(byte kind, byte[] meta, ReadOnlySpan<byte> payload, long ordinal)
    {
        var frame = _bytes.AsSpan(_offset);
        frame[8] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame[12..], meta.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[16..], payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[20..], _commit);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[24..], XxHash3.HashToUInt64(payload));
        BinaryPrimitives.WriteInt64LittleEndian(frame[32..], ordinal);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[40..], _chain);
        meta.CopyTo(frame[48..]);
        payload.CopyTo(frame[(48 + meta.Length)..]);
        var position = (1UL << 32) | (uint)_offset;
        _chain = XxHash3.HashToUInt64(frame[8..(48 + meta.Length)], unchecked((long)(Salt ^ (position * 0x9E3779B97F4A7C15))));
        BinaryPrimitives.WriteUInt64LittleEndian(frame, _chain);
        _offset += (48 + meta.Length + payload.Length + 7) & ~7;
    }

    private static byte[] Batch(long first, int count, string stream, string[] tags)
    {
        var name = Encoding.UTF8.GetBytes(stream);
        byte[] head = [.. I64(first), .. BitConverter.GetBytes(count), .. BitConverter.GetBytes((ushort)name.Length), (byte)tags.Length, 0, .. name];
        return [.. head, .. tags.SelectMany(Text)];
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. BitConverter.GetBytes((ushort)bytes.Length), .. bytes];
    }

    private static byte[] I64(long value) => BitConverter.GetBytes(value);
}
