namespace ActorVectorStore.Wal;

/// <summary>The fixed fields of a frame, as laid out by <see cref="FrameFormat"/>.</summary>
internal readonly record struct FrameHeader(
    ulong Checksum,
    FrameKind Kind,
    byte Flags,
    int MetaLength,
    int PayloadLength,
    uint CommitOffset,
    ulong PayloadChecksum,
    long FirstOrdinal,
    ulong Chain)
{
    /// <summary>Bytes of the whole frame, padding included.</summary>
    public long FrameBytes => FrameFormat.FrameBytes(MetaLength, PayloadLength);

    public bool IsRelocated => (Flags & FrameFormat.RelocatedFlag) != 0;
}
