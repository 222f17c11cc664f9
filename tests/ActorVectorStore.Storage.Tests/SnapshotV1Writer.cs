using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Writes what step 1 of this project wrote as the snapshot of a shard, and later versions still read. One use.</summary>
internal sealed class SnapshotV1Writer(Stream target, CollectionSchema schema)
{
    private byte[] _block = new byte[ShardSnapshotFormat.BlockHeaderBytes + 4096];
    private int _length = ShardSnapshotFormat.BlockHeaderBytes;
    private ulong _checksum;
    private UInt128 _digest;

    public void Write(ReadView view)
    {
        WriteHeader(view);
        var points = view.Scroll(new ScrollRequest { Limit = ModelLimits.ScrollLimitMax, Fields = PointFields.All }).Points;
        foreach (var point in points)
        {
            var segment = new MutableSegment(new RowLayout(schema.Vectors));
            segment.BeginStaging();
            var row = segment.Stage(point.Id, point.Payload!.IsEmpty ? default : point.Payload.Utf8.Span, point.Version);
            segment.StageDense(row, column: 0, point.Vector!.Value.Span);
            segment.ReserveIndex();
            segment.Link();
            WriteRow(segment);
        }

        CloseBlockOfPoints();
        WriteEnd(points.Count);
    }

    private void WriteHeader(ReadView view)
    {
        Span<byte> header = stackalloc byte[ShardSnapshotFormat.HeaderBytes];
        header.Clear();
        ShardSnapshotFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], ShardSnapshotFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)schema.Dimension);
        header[16] = (byte)schema.Vectors[0].Distance;
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], view.Index);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], view.Count);
        _checksum = XxHash3.HashToUInt64(header[..ShardSnapshotFormat.HeaderChecksumAt]);
        BinaryPrimitives.WriteUInt64LittleEndian(header[ShardSnapshotFormat.HeaderChecksumAt..], _checksum);
        target.Write(header);
    }

    private void WriteRow(Segment segment)
    {
        var size = SnapshotRow.Size(segment, 0);
        if (_length + size > ShardSnapshotFormat.BlockHeaderBytes + ShardSnapshotFormat.BodyBytesTarget)
            CloseBlockOfPoints();
        EnsureRoom(size);
        SnapshotRow.Write(segment, 0, _block.AsSpan(_length));
        _digest = unchecked(_digest + SnapshotRow.Digest(_block.AsSpan(_length, size)));
        _length += size;
    }

    private void CloseBlockOfPoints()
    {
        if (_length > ShardSnapshotFormat.BlockHeaderBytes)
            CloseBlock(ShardSnapshotFormat.KindPoints);
    }

    private void WriteEnd(int count)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_block.AsSpan(_length), count);
        BinaryPrimitives.WriteUInt128LittleEndian(_block.AsSpan(_length + sizeof(long)), _digest);
        _length += ShardSnapshotFormat.EndBodyBytes;
        CloseBlock(ShardSnapshotFormat.KindEnd);
    }

    private void CloseBlock(uint kind)
    {
        var block = _block.AsSpan(0, _length);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], kind);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)(_length - ShardSnapshotFormat.BlockHeaderBytes));
        _checksum = XxHash3.HashToUInt64(block[sizeof(ulong)..], unchecked((long)_checksum));
        BinaryPrimitives.WriteUInt64LittleEndian(block, _checksum);
        target.Write(block);
        _length = ShardSnapshotFormat.BlockHeaderBytes;
    }

    private void EnsureRoom(int size)
    {
        if (_length + size > _block.Length)
            Array.Resize(ref _block, Math.Max(_length + size, _block.Length * 2));
    }
}
