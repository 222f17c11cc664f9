using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The writing half of <see cref="ShardSnapshotFormat"/>. Its twin is <see cref="ShardSnapshotReader"/>. One use; holds about one block.</summary>
internal sealed class ShardSnapshotWriter(Stream target, CollectionSchema schema)
{
    private byte[] _block = new byte[ShardSnapshotFormat.BlockHeaderBytes + 4096];
    private int _length = ShardSnapshotFormat.BlockHeaderBytes;
    private ulong _checksum;
    private UInt128 _digest;

    public void Write(ShardState state, CancellationToken cancellationToken)
    {
        WriteHeader(state);
        for (var row = 0; row < state.RowCount; row++)
        {
            if (state.Segment.IsVisible(row, state.Index))
                WriteRow(state.Segment.ChunkOf(row), state.Segment.Layout.SlotOf(row), cancellationToken);
        }

        CloseBlockOfPoints(cancellationToken);
        WriteEnd(state.LiveCount);
    }

    /// <summary>Bytes of the snapshot of a state: what <see cref="Write"/> does, without its writing.</summary>
    public static long Measure(ShardState state)
    {
        long bytes = ShardSnapshotFormat.HeaderBytes + ShardSnapshotFormat.BlockHeaderBytes + ShardSnapshotFormat.EndBodyBytes;
        long body = 0;
        for (var row = 0; row < state.RowCount; row++)
        {
            if (!state.Segment.IsVisible(row, state.Index))
                continue;
            var size = SnapshotRow.Size(state.Segment.ChunkOf(row), state.Segment.Layout.SlotOf(row));
            if (body == 0 || body + size > ShardSnapshotFormat.BodyBytesTarget)
            {
                bytes += ShardSnapshotFormat.BlockHeaderBytes;
                body = 0;
            }

            body += size;
            bytes += size;
        }

        return bytes;
    }

    private void WriteHeader(ShardState state)
    {
        Span<byte> header = stackalloc byte[ShardSnapshotFormat.HeaderBytes];
        header.Clear();
        ShardSnapshotFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], ShardSnapshotFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)schema.Dimension);
        header[16] = (byte)schema.Distance;
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], state.Index);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], state.LiveCount);
        _checksum = XxHash3.HashToUInt64(header[..ShardSnapshotFormat.HeaderChecksumAt]);
        BinaryPrimitives.WriteUInt64LittleEndian(header[ShardSnapshotFormat.HeaderChecksumAt..], _checksum);
        target.Write(header);
    }

    private void WriteRow(RowChunk chunk, int slot, CancellationToken cancellationToken)
    {
        var size = SnapshotRow.Size(chunk, slot);
        if (_length + size > ShardSnapshotFormat.BlockHeaderBytes + ShardSnapshotFormat.BodyBytesTarget)
            CloseBlockOfPoints(cancellationToken);
        EnsureRoom(size);
        SnapshotRow.Write(chunk, slot, _block.AsSpan(_length));
        _digest = unchecked(_digest + SnapshotRow.Digest(_block.AsSpan(_length, size)));
        _length += size;
    }

    private void CloseBlockOfPoints(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
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
