using System.Buffers.Binary;

namespace ActorVectorStore.Storage;

/// <summary>
/// Writes postings one after the other, as <see cref="PayloadIndexSectionFormat"/> lays them out; their twin is <see cref="Postings"/>. Holds up to
/// 136 KiB. One thread.
/// </summary>
/// <param name="target">Where they go; null to measure them only.</param>
internal sealed class PostingsWriter(SectionAppender? target)
{
    private ushort[] _rows = new ushort[256];
    private byte[] _bytes = new byte[512];
    private int _chunk;
    private int _used;

    /// <summary>Bytes of all postings that were ended.</summary>
    public long Length { get; private set; }

    /// <summary>Adds the next row, greater than the last one of these postings.</summary>
    public void Add(int row)
    {
        var chunk = row >> PayloadIndexSectionFormat.ChunkRowBits;
        if (chunk != _chunk)
            CloseChunk();
        _chunk = chunk;
        if (_used == _rows.Length)
            Array.Resize(ref _rows, _used * 2);
        _rows[_used++] = (ushort)row;
    }

    /// <summary>Ends these postings; the next row begins others.</summary>
    public void End() => CloseChunk();

    /// <summary>Writes the postings of a set.</summary>
    public void Write(RowBitmap rows)
    {
        foreach (var row in rows)
            Add(row);
        End();
    }

    private void CloseChunk()
    {
        if (_used == 0)
            return;
        var bodyBytes = PayloadIndexSectionFormat.ChunkBodyBytes(_used);
        if (target is not null)
            Write(target, PayloadIndexSectionFormat.ChunkHeadBytes + bodyBytes);
        Length += PayloadIndexSectionFormat.ChunkHeadBytes + bodyBytes;
        _used = 0;
    }

    private void Write(SectionAppender section, int bytes)
    {
        if (bytes > _bytes.Length)
            _bytes = new byte[Math.Max(bytes, _bytes.Length * 2)];
        Fill(_bytes.AsSpan(0, bytes));
        section.Append(_bytes.AsSpan(0, bytes));
    }

    private void Fill(Span<byte> chunk)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(chunk, (ushort)_chunk);
        BinaryPrimitives.WriteUInt16LittleEndian(chunk[sizeof(ushort)..], (ushort)(_used - 1));
        var body = chunk[PayloadIndexSectionFormat.ChunkHeadBytes..];
        body.Clear();
        for (var i = 0; i < _used && !body.IsEmpty; i++)
        {
            if (_used <= PayloadIndexSectionFormat.ChunkListRowsMax)
                BinaryPrimitives.WriteUInt16LittleEndian(body[(i * sizeof(ushort))..], _rows[i]);
            else
                body[_rows[i] / 8] |= (byte)(1 << (_rows[i] % 8));
        }
    }
}
