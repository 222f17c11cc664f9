using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Writes the payloads. Its twin is <see cref="PayloadColumn"/>. Holds 4 bytes for each row, 16 for each block, and one block while it works. One use.
/// </summary>
/// <remarks>
/// Short payloads are laid into blocks as they are, so that an answer of ten points copies ten payloads: decompressing the blocks around them took several times as long as finding the points. Long ones
/// are compressed, each in a block of its own.
/// </remarks>
internal sealed class PayloadSections(SectionAppender target, ISealedRows rows)
{
    private readonly int[] _lengths = new int[rows.Count];
    private readonly List<(ulong Start, ulong Frame)> _blocks = [];
    private readonly byte[] _block = new byte[SealedSegmentFormat.PayloadBlockBytesTarget];
    private byte[] _frame = [];
    private int _used;
    private ulong _start;

    /// <summary>Writes the sections 7 to 9.</summary>
    public void Write()
    {
        target.Begin(new SectionKey(SealedSectionKind.PayloadBlocks));
        for (var row = 0; row < rows.Count; row++)
            Add(row, rows.PayloadUtf8(row));
        CloseBlock();
        _blocks.Add((_start, (ulong)target.Length));
        target.End();
        WriteIndex();
        WriteOffsets();
    }

    private void Add(int row, ReadOnlySpan<byte> utf8)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utf8.Length, ModelLimits.PayloadBytesMax);
        if (utf8.Length <= Payload.Empty.Utf8.Length)
            return;
        _lengths[row] = utf8.Length;
        var isLong = utf8.Length >= SealedSegmentFormat.CompressedPayloadBytesMin;
        if (isLong || _used + utf8.Length > _block.Length)
            CloseBlock();
        if (isLong)
        {
            Write(utf8, Compressed(utf8));
            return;
        }

        utf8.CopyTo(_block.AsSpan(_used));
        _used += utf8.Length;
    }

    private void CloseBlock()
    {
        if (_used == 0)
            return;
        var block = _block.AsSpan(0, _used);
        Write(block, block);
        _used = 0;
    }

    private void Write(ReadOnlySpan<byte> block, ReadOnlySpan<byte> stored)
    {
        _blocks.Add((_start, (ulong)target.Length));
        target.Append(stored);
        _start += (ulong)block.Length;
    }

    // The block itself if a frame would not be shorter.
    private ReadOnlySpan<byte> Compressed(ReadOnlySpan<byte> block)
    {
        if (_frame.Length < ZstdBlock.BytesMax(block.Length))
            _frame = new byte[ZstdBlock.BytesMax(block.Length)];
        var frameBytes = ZstdBlock.Compress(block, _frame);
        return frameBytes < block.Length ? _frame.AsSpan(0, frameBytes) : block;
    }

    private void WriteIndex()
    {
        target.Begin(new SectionKey(SealedSectionKind.PayloadBlockIndex));
        foreach (var (start, frame) in _blocks)
        {
            target.Append(start);
            target.Append(frame);
        }

        target.End();
    }

    private void WriteOffsets()
    {
        target.Begin(new SectionKey(SealedSectionKind.PayloadOffsets));
        var offset = 0UL;
        target.Append(offset);
        foreach (var length in _lengths)
        {
            offset += (ulong)length;
            target.Append(offset);
        }

        target.End();
    }
}
