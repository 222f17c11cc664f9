using System.Buffers.Binary;

namespace ActorVectorStore.Storage;

/// <summary>One line of the section table in <see cref="SealedSegmentFormat"/>.</summary>
/// <param name="Key">Kind and item.</param>
/// <param name="Version">Version of the kind.</param>
/// <param name="Flags">What a reader may do without it.</param>
/// <param name="BlockBytes">Bytes of a checksummed block; 0 if the section has no checksums.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Length">Bytes without padding.</param>
/// <param name="FirstChecksum">Place of the first block's checksum among all.</param>
internal readonly record struct SectionEntry(
    SectionKey Key, ushort Version, SealedSectionFlags Flags, uint BlockBytes, long Offset, long Length, long FirstChecksum)
{
    /// <summary>Bytes up to the next section; the checksums cover the padding too.</summary>
    public long PaddedLength => SealedSegmentFormat.AlignUp(Length, SealedSegmentFormat.AlignmentBytes);

    /// <summary>Checksummed blocks.</summary>
    public int BlockCount => BlockBytes == 0 ? 0 : (int)((PaddedLength + SealedSegmentFormat.BlockBytes - 1) >> SealedSegmentFormat.BlockBits);

    public bool IsOptional => (Flags & SealedSectionFlags.Optional) != 0;

    public bool IsDerived => (Flags & SealedSectionFlags.Derived) != 0;

    /// <summary>Offset of a block in the file.</summary>
    public long BlockOffset(int block) => Offset + ((long)block << SealedSegmentFormat.BlockBits);

    /// <summary>Bytes of a block with its padding.</summary>
    public int BlockLength(int block) =>
        (int)Math.Min(SealedSegmentFormat.BlockBytes, PaddedLength - ((long)block << SealedSegmentFormat.BlockBits));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)Key.Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(target[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(target[6..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Key.Item);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], BlockBytes);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Offset);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], FirstChecksum);
        target[40..SealedSegmentFormat.SectionEntryBytes].Clear();
    }

    /// <summary>Reads the bytes; nothing is checked.</summary>
    public static SectionEntry Read(ReadOnlySpan<byte> source) => new(
        new SectionKey((SealedSectionKind)BinaryPrimitives.ReadUInt32LittleEndian(source), BinaryPrimitives.ReadUInt32LittleEndian(source[8..])),
        BinaryPrimitives.ReadUInt16LittleEndian(source[4..]),
        (SealedSectionFlags)BinaryPrimitives.ReadUInt16LittleEndian(source[6..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[32..]));
}
