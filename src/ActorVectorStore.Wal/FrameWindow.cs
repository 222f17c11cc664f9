using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// Reads frames of segment files through one buffer, ahead where the reading is sequential, and checks them. What it returns is valid until the next
/// read. One thread at a time.
/// </summary>
internal sealed class FrameWindow(FrameSeal seal, bool verifiesPayloads = true)
{
    // The kernel reads ahead of the disk; this only saves calls. It shall stay in a core's cache, and is multiplied by the streams that are replayed side by side.
    private const int ReadAheadBytes = 128 << 10;
    private const int NearBytes = 64 << 10;
    private const int SmallReadBytes = 4 << 10;

    private byte[] _buffer = [];
    private IFile? _file;
    private long _start;
    private int _length;
    private FrameHeader _head;
    private long _headOffset = -1;

    /// <summary>What makes frames valid.</summary>
    public FrameSeal Seal => seal;

    /// <summary>Bytes read from files.</summary>
    public long BytesRead { get; private set; }

    /// <summary>
    /// Reads the frame that begins at an offset. <paramref name="limit"/> is the end of what may be read. The head alone decides whether there is a
    /// frame; <see cref="FrameState.PayloadDamaged"/> still gives the header and the meta.
    /// </summary>
    public FrameState Read(IFile file, uint segment, long offset, long limit, out FrameHeader header, out ReadOnlyMemory<byte> meta, out ReadOnlyMemory<byte> payload)
    {
        (meta, payload) = (default, default);
        if (!TryReadHead(file, segment, offset, limit, out header, out meta))
        {
            return FrameState.NotAFrame;
        }

        var all = Bytes(file, offset, checked((int)header.FrameBytes), limit);
        if (all.Length < header.FrameBytes)
        {
            return FrameState.PayloadDamaged;
        }

        meta = all.Slice(FrameFormat.HeadBytes, header.MetaLength);
        payload = all.Slice(FrameFormat.HeadBytes + header.MetaLength, header.PayloadLength);
        return verifiesPayloads && FrameFormat.PayloadChecksum(payload.Span) != header.PayloadChecksum
            ? FrameState.PayloadDamaged
            : FrameState.Valid;
    }

    /// <summary>Reads and checks a head with its meta, without the payload.</summary>
    public bool TryReadHead(IFile file, uint segment, long offset, long limit, out FrameHeader header, out ReadOnlyMemory<byte> meta)
    {
        if (file == _file && offset == _headOffset && _head.FrameBytes <= limit - offset)
        {
            // The same head twice in a row, by whoever looks for a frame and then by whoever reads it.
            header = _head;
            meta = Bytes(file, offset, FrameFormat.HeadBytes + header.MetaLength, limit)[FrameFormat.HeadBytes..];
            return true;
        }

        (header, meta) = (default, default);
        var head = Bytes(file, offset, FrameFormat.HeadBytes, limit);
        if (head.Length < FrameFormat.HeadBytes
            || !FrameFormat.TryParse(head.Span, (uint)offset, out header)
            || header.FrameBytes > limit - offset)
        {
            return false;
        }

        head = Bytes(file, offset, FrameFormat.HeadBytes + header.MetaLength, limit);
        if (head.Length < FrameFormat.HeadBytes + header.MetaLength
            || header.Checksum != FrameFormat.HeadChecksum(head.Span, seal, new WalPosition(segment, (uint)offset)))
        {
            return false;
        }

        meta = head[FrameFormat.HeadBytes..];
        (_head, _headOffset) = (header, offset);
        return true;
    }

    /// <summary>Reads a frame that the index says is there.</summary>
    /// <exception cref="CorruptionException">It is not, or it is damaged.</exception>
    public ReadOnlyMemory<byte> ReadIndexed(Segment segment, uint offset, out FrameHeader header, out ReadOnlyMemory<byte> meta)
    {
        var state = Read(segment.File, segment.Number, offset, uint.MaxValue, out header, out meta, out var payload);
        return state switch
        {
            FrameState.Valid => payload,
            FrameState.PayloadDamaged => throw new CorruptionException(
                segment.File.Path, offset, $"a frame whose payload has checksum {header.PayloadChecksum:x16}", "a payload with another checksum"),
            _ => throw new CorruptionException(segment.File.Path, offset, "a frame of this log", "bytes that are none"),
        };
    }

    /// <summary>Up to <paramref name="count"/> bytes at an offset; fewer where the file or <paramref name="limit"/> ends.</summary>
    public ReadOnlyMemory<byte> Bytes(IFile file, long offset, int count, long limit)
    {
        count = (int)Math.Min(count, Math.Max(0, limit - offset));
        if (_file != file || offset < _start || offset + count > _start + _length)
        {
            Fill(file, offset, count, limit);
        }

        var from = (int)(offset - _start);
        return _buffer.AsMemory(from, Math.Min(count, _length - from));
    }

    /// <summary>The next read goes to the file even where the buffer has the bytes.</summary>
    public void Forget() => (_file, _length, _headOffset) = (null, 0, -1);

    private void Fill(IFile file, long offset, int count, long limit)
    {
        var isSequential = _file == file && offset > _start && offset - (_start + _length) <= NearBytes;
        var wanted = (int)Math.Min(Math.Max(count, isSequential ? ReadAheadBytes : SmallReadBytes), limit - offset);
        if (_buffer.Length < wanted)
        {
            var larger = GC.AllocateUninitializedArray<byte>(Math.Max(wanted, Math.Min(2 * _buffer.Length, ReadAheadBytes)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            _buffer = larger;
        }

        // What the buffer already has is kept, so that nothing is read twice.
        var kept = _file == file && offset >= _start && offset < _start + _length ? (int)(_start + _length - offset) : 0;
        _buffer.AsSpan(_length - kept, kept).CopyTo(_buffer);
        var read = file.Read(_buffer.AsSpan(kept, wanted - kept), offset + kept);
        BytesRead += read;
        _headOffset = _file == file ? _headOffset : -1;
        (_file, _start, _length) = (file, offset, kept + read);
    }
}

/// <summary>What stands at an offset of a segment.</summary>
internal enum FrameState
{
    /// <summary>A frame, valid throughout.</summary>
    Valid,

    /// <summary>No frame: zeros, remains of a former life of the file, or a head that is damaged.</summary>
    NotAFrame,

    /// <summary>A frame whose head and meta are valid, and whose payload is not.</summary>
    PayloadDamaged,
}
