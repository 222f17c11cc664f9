namespace ActorVectorStore.Wal;

/// <summary>
/// Lays frames end to end in one segment and writes them: small frames are gathered in a buffer, large payloads go to the file from where they are.
/// Used by one commit at a time.
/// </summary>
internal sealed class CommitWriter(FrameSeal seal)
{
    private const int BufferBytes = 1 << 20;
    private const int DirectPayloadBytes = 128 << 10;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private Segment _segment = null!;
    private int _filled;
    private uint _bufferOffset;
    private uint _commitOffset;
    private ulong _chain;

    /// <summary>Offset at which the next frame will begin.</summary>
    public uint Offset => _bufferOffset + (uint)_filled;

    /// <summary>Checksum of the last frame.</summary>
    public ulong Chain => _chain;

    /// <summary>Begins a commit at an offset of a segment, behind a frame of the given checksum.</summary>
    public void Begin(Segment segment, uint offset, ulong chain)
    {
        (_segment, _bufferOffset, _commitOffset, _chain, _filled) = (segment, offset, offset, chain, 0);
    }

    /// <summary>Adds a frame; its meta is written by <paramref name="meta"/> into a span of the given length.</summary>
    public uint Add<TState>(
        FrameKind kind, int metaLength, ReadOnlySpan<byte> payload, ulong payloadChecksum, long firstOrdinal, TState state, MetaWriter<TState> meta)
        where TState : allows ref struct
    {
        var offset = Offset;
        var head = Reserve(FrameFormat.HeadBytes + metaLength);
        meta(head[FrameFormat.HeadBytes..], state);
        var header = new FrameHeader(0, kind, 0, metaLength, payload.Length, _commitOffset, payloadChecksum, firstOrdinal, _chain);
        _chain = FrameFormat.WriteHead(head, header, seal, new WalPosition(_segment.Number, offset));
        AddBytes(payload);
        Pad();
        return offset;
    }

    /// <summary>Adds the frame that frees a segment, with everything that moves, and says where each batch goes.</summary>
    public uint AddFreed(Relocation relocation)
    {
        if (relocation.IsSplit)
        {
            AddFreed(relocation.Source, []);
        }

        var payload = new byte[relocation.PayloadBytes];
        var offset = Offset;
        var at = checked(offset + (uint)FrameFormat.HeadBytes + SegmentFreedFrame.MetaBytes);
        var written = 0;
        foreach (var batch in relocation.Batches)
        {
            var place = at + (uint)written;
            var frame = payload.AsSpan(written, (int)FrameFormat.FrameBytes(batch.Meta.Length, batch.Payload.Length));
            batch.Meta.CopyTo(frame[FrameFormat.HeadBytes..]);
            batch.Payload.CopyTo(frame[(FrameFormat.HeadBytes + batch.Meta.Length)..]);
            WriteInnerHead(
                frame, FrameKind.EventBatch, FrameFormat.RelocatedFlag, batch.Meta.Length, batch.Payload.Length, batch.PayloadChecksum,
                batch.Frame.FirstOrdinal, place);
            relocation.Places.Add(batch.Frame with { Offset = place, Bytes = frame.Length });
            written += frame.Length;
        }

        foreach (var stream in relocation.Floors)
        {
            var metaLength = StreamStateFrame.MetaBytes(stream.Name);
            var frame = payload.AsSpan(written, (int)FrameFormat.FrameBytes(metaLength, 0));
            StreamStateFrame.WriteMeta(frame[FrameFormat.HeadBytes..], stream.Name, stream.State);
            WriteInnerHead(frame, FrameKind.StreamState, 0, metaLength, 0, FrameFormat.PayloadChecksum([]), 0, at + (uint)written);
            written += frame.Length;
        }

        return AddFreed(relocation.Source, payload);
    }

    private uint AddFreed(Segment source, ReadOnlySpan<byte> payload) => Add(
        FrameKind.SegmentFreed, SegmentFreedFrame.MetaBytes, payload, FrameFormat.PayloadChecksum(payload), 0, source.Number,
        static (meta, segment) => SegmentFreedFrame.WriteMeta(meta, segment));

    /// <summary>Writes what is still in the buffer. Nothing is durable before the segment's file is synced.</summary>
    public void Flush()
    {
        if (_filled > 0)
        {
            _segment.File.Write(_buffer.AsSpan(0, _filled), _bufferOffset);
            _bufferOffset += (uint)_filled;
            _filled = 0;
        }
    }

    private void WriteInnerHead(
        Span<byte> frame, FrameKind kind, byte flags, int metaLength, int payloadLength, ulong payloadChecksum, long firstOrdinal, uint offset)
    {
        var header = new FrameHeader(0, kind, flags, metaLength, payloadLength, _commitOffset, payloadChecksum, firstOrdinal, Chain: 0);
        FrameFormat.WriteHead(frame, header, seal, new WalPosition(_segment.Number, offset));
    }

    private Span<byte> Reserve(int bytes)
    {
        if (bytes > BufferBytes - _filled)
        {
            Flush();
        }

        var span = _buffer.AsSpan(_filled, bytes);
        _filled += bytes;
        return span;
    }

    private void AddBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= DirectPayloadBytes)
        {
            Flush();
            _segment.File.Write(bytes, _bufferOffset);
            _bufferOffset += (uint)bytes.Length;
            return;
        }

        bytes.CopyTo(Reserve(bytes.Length));
    }

    private void Pad()
    {
        var padding = (int)(-Offset & (FrameFormat.Alignment - 1));
        Reserve(padding).Clear();
    }
}

/// <summary>Writes a frame's meta into its place.</summary>
internal delegate void MetaWriter<in TState>(Span<byte> meta, TState state)
    where TState : allows ref struct;
