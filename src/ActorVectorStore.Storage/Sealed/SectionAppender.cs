using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// Writes sections one behind the other, in pieces of 1 MiB, and remembers the checksum of each block: 8 bytes for 64 KiB. One section is open at a
/// time. One thread.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="checksum">Checksums of this segment.</param>
/// <param name="start">Where the first section begins.</param>
/// <param name="pace">Told after each piece how many bytes it had.</param>
/// <param name="cancellationToken">Looked at before each piece is written.</param>
internal sealed class SectionAppender(IFile file, BlockChecksum checksum, long start, Action<int>? pace, CancellationToken cancellationToken)
{
    private const int BlocksPerWrite = 16;

    private readonly byte[] _buffer = new byte[BlocksPerWrite * SealedSegmentFormat.BlockBytes];
    private readonly List<ulong> _checksums = [];
    private readonly List<SectionEntry> _sections = [];
    private SectionEntry? _open;
    private int _used;

    /// <summary>Where the next piece goes: the end of the last section, if none is open.</summary>
    public long Position { get; private set; } = start;

    /// <summary>Sections that were ended.</summary>
    public IReadOnlyList<SectionEntry> Sections => _sections;

    /// <summary>Bytes of the open section so far.</summary>
    public long Length => Position + _used - Open.Offset;

    private SectionEntry Open => _open ?? throw new InvalidOperationException("No section is open.");

    /// <summary>Opens a section behind the last one.</summary>
    public void Begin(SectionKey key, ushort version = SealedSegmentFormat.SectionVersion, SealedSectionFlags flags = SealedSectionFlags.None) =>
        Begin(new SectionEntry(key, version, flags, SealedSegmentFormat.BlockBytes, Position, 0, _checksums.Count));

    /// <summary>Adds bytes to the open section.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room();
            var part = bytes[..Math.Min(bytes.Length, room.Length)];
            part.CopyTo(room);
            _used += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Adds zeros to the open section.</summary>
    public void AppendZeros(int count)
    {
        while (count > 0)
        {
            var room = Room();
            var part = Math.Min(count, room.Length);
            room[..part].Clear();
            _used += part;
            count -= part;
        }
    }

    /// <summary>Adds a u32 to the open section.</summary>
    public void Append(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Append(bytes);
    }

    /// <summary>Adds a u64 to the open section.</summary>
    public void Append(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Append(bytes);
    }

    /// <summary>Adds an f32 to the open section.</summary>
    public void Append(float value) => Append(BitConverter.SingleToUInt32Bits(value));

    /// <summary>Pads and ends the open section.</summary>
    public void End()
    {
        var section = Open with { Length = Length };
        AppendZeros((int)(section.PaddedLength - section.Length));
        Flush();
        _sections.Add(section);
        _open = null;
    }

    /// <summary>Writes the section of the checksums; it must be the last one.</summary>
    public void AppendChecksums()
    {
        Begin(new SectionEntry(
            new SectionKey(SealedSectionKind.BlockChecksums), SealedSegmentFormat.SectionVersion, SealedSectionFlags.None, 0, Position, 0, 0));
        foreach (var value in _checksums)
            Append(value);
        End();
    }

    private void Begin(SectionEntry section)
    {
        if (_open is { } open)
            throw new InvalidOperationException($"Section {open.Key} is open; {section.Key} cannot begin.");
        _open = section;
    }

    private Span<byte> Room()
    {
        _ = Open;
        if (_used == _buffer.Length)
            Flush();
        return _buffer.AsSpan(_used);
    }

    private void Flush()
    {
        cancellationToken.ThrowIfCancellationRequested();
        var piece = _buffer.AsSpan(0, _used);
        if (piece.IsEmpty)
            return;
        for (var at = 0; at < piece.Length && Open.BlockBytes > 0; at += SealedSegmentFormat.BlockBytes)
            _checksums.Add(checksum.Of(piece[at..Math.Min(piece.Length, at + SealedSegmentFormat.BlockBytes)], Position + at));
        file.Write(piece, Position);
        pace?.Invoke(piece.Length);
        Position += piece.Length;
        _used = 0;
    }
}
