using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The reading half of <see cref="ShardSnapshotFormat"/>. Nothing is believed before its checksum was
/// right, and no more than one block (<see cref="ShardSnapshotFormat.BodyBytesMax"/>) is allocated on the word of a length. One use.
/// </summary>
internal sealed class ShardSnapshotReader(Stream snapshot, string source, CollectionSchema schema)
{
    private readonly byte[] _header = new byte[ShardSnapshotFormat.HeaderBytes];
    private readonly float[] _vector = new float[schema.Dimension];
    private readonly MutableSegment _segment = new(new RowLayout(schema.Vectors));
    private byte[] _block = new byte[ShardSnapshotFormat.BlockHeaderBytes];
    private long _position;
    private ulong _checksum;
    private UInt128 _digest;

    /// <summary>The rows, and the log index that they are of.</summary>
    public (MutableSegment Segment, long Index) Read()
    {
        ReadHeader();
        var index = BinaryPrimitives.ReadInt64LittleEndian(_header.AsSpan(24));
        var count = BinaryPrimitives.ReadInt64LittleEndian(_header.AsSpan(32));
        if (index < 0)
            throw Corrupt(24, "a log index of at least 0", Text(index));
        while (true)
        {
            var blockAt = _position;
            var (kind, length) = ReadBlock();
            var body = _block.AsSpan(ShardSnapshotFormat.BlockHeaderBytes, length);
            if (kind == ShardSnapshotFormat.KindEnd)
            {
                ReadEnd(body, blockAt, count);
                return (_segment, index);
            }

            ReadPoints(body, blockAt, index);
        }
    }

    private void ReadHeader()
    {
        Fill(_header, 0, "the header");
        var header = _header.AsSpan();
        if (!header.StartsWith(ShardSnapshotFormat.Magic))
            throw Corrupt(0, "the magic bytes of a shard snapshot", Convert.ToHexString(header[..8]));
        _checksum = BinaryPrimitives.ReadUInt64LittleEndian(header[ShardSnapshotFormat.HeaderChecksumAt..]);
        RequireChecksum(0, _checksum, XxHash3.HashToUInt64(header[..ShardSnapshotFormat.HeaderChecksumAt]));
        var version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (version is 0)
            throw Corrupt(8, $"format version 1 to {ShardSnapshotFormat.Version}", "0");
        if (version != ShardSnapshotFormat.Version)
            throw new UnsupportedFormatException(source, version, ShardSnapshotFormat.Version);
        if (header[17..24].ContainsAnyExcept((byte)0) || header[40..56].ContainsAnyExcept((byte)0))
            throw Corrupt(17, "0 in the reserve", "another value");
        var dimension = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (dimension != schema.Dimension || !VectorSchemaFormat.IsPlain(schema.Vectors))
            throw Corrupt(12, $"dimension {schema.Dimension} of collection '{schema.Name}'", Text(dimension));
        if (header[16] != (byte)schema.Find("")!.Distance)
            throw Corrupt(16, $"distance {schema.Find("")!.Distance} of collection '{schema.Name}'", Text(header[16]));
    }

    /// <summary>Reads a block to the buffer and returns its kind and the length of its body.</summary>
    private (uint Kind, int Length) ReadBlock()
    {
        var at = _position;
        Fill(_block.AsSpan(0, ShardSnapshotFormat.BlockHeaderBytes), at, "the header of a block");
        var expected = BinaryPrimitives.ReadUInt64LittleEndian(_block);
        var kind = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(8));
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(12));
        if (kind is not (ShardSnapshotFormat.KindPoints or ShardSnapshotFormat.KindEnd))
            throw Corrupt(at + 8, "a block of kind 1 or 2", Text(kind));
        if (length == 0 || length > ShardSnapshotFormat.BodyBytesMax)
            throw Corrupt(at + 12, $"a body of 1 to {ShardSnapshotFormat.BodyBytesMax} bytes", Text(length));
        if (_block.Length < ShardSnapshotFormat.BlockHeaderBytes + length)
            Array.Resize(ref _block, ShardSnapshotFormat.BlockHeaderBytes + (int)length);
        Fill(_block.AsSpan(ShardSnapshotFormat.BlockHeaderBytes, (int)length), at, "the body of a block");
        var block = _block.AsSpan(0, ShardSnapshotFormat.BlockHeaderBytes + (int)length);
        RequireChecksum(at, expected, XxHash3.HashToUInt64(block[sizeof(ulong)..], unchecked((long)_checksum)));
        _checksum = expected;
        return (kind, (int)length);
    }

    private void ReadPoints(ReadOnlySpan<byte> body, long blockAt, long index)
    {
        for (var at = 0; at < body.Length;)
        {
            var length = SnapshotRow.Read(body[at..], _vector, out var id, out var version, out var payload);
            if (length == 0)
                throw Corrupt(blockAt, "whole points to the end of the block", $"a part of one at byte {at} of the body");
            if (version < 1 || version > index)
                throw Corrupt(blockAt, $"versions from 1 to {index}", $"{version} for point {id}");
            _digest = unchecked(_digest + SnapshotRow.Digest(body.Slice(at, length)));
            _segment.BeginStaging();
            _segment.StageDense(_segment.Stage(id, payload, version), column: 0, _vector);
            _segment.ReserveIndex();
            if (_segment.Link())
                throw Corrupt(blockAt, "each point once", $"point {id} twice");
            at += length;
        }
    }

    private void ReadEnd(ReadOnlySpan<byte> body, long blockAt, long countInHeader)
    {
        if (body.Length != ShardSnapshotFormat.EndBodyBytes)
            throw Corrupt(blockAt, $"an end of {ShardSnapshotFormat.EndBodyBytes} bytes", Text(body.Length));
        var count = BinaryPrimitives.ReadInt64LittleEndian(body);
        if (count != _segment.RowCount || count != countInHeader)
            throw Corrupt(blockAt, $"{countInHeader} points by the header and {count} by the end", $"{_segment.RowCount} points");
        var digest = BinaryPrimitives.ReadUInt128LittleEndian(body[sizeof(long)..]);
        if (digest != _digest)
            throw Corrupt(blockAt, $"digest {digest:x32}", $"{_digest:x32}");
        if (snapshot.ReadByte() >= 0)
            throw Corrupt(_position, "the end of the snapshot", "more bytes");
    }

    private void Fill(Span<byte> buffer, long structureAt, string structure)
    {
        var read = snapshot.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read < buffer.Length)
            throw Corrupt(structureAt, $"{structure} up to offset {_position + buffer.Length}", $"the end at {_position + read}");
        _position += read;
    }

    private void RequireChecksum(long at, ulong expected, ulong found)
    {
        if (expected != found)
            throw Corrupt(at, $"checksum {expected:x16}", $"{found:x16}");
    }

    private CorruptionException Corrupt(long offset, string expected, string found) => new(source, offset, expected, found);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
