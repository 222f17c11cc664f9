namespace ActorVectorStore.Wal;

/// <summary>
/// A run of a stream's batches in one segment: all that were appended there, or one that was relocated there. A mutable element of its stream's
/// list, guarded by the log's gate.
/// </summary>
internal struct StreamExtent(Segment segment, long firstSequence, long lastSequence, long bytes, bool isRelocated)
{
    public readonly Segment Segment = segment;
    public readonly bool IsRelocated = isRelocated;

    /// <summary>Sequence number of the first event that may be live.</summary>
    public long FirstSequence = firstSequence;

    /// <summary>Sequence number of the last event.</summary>
    public long LastSequence = lastSequence;

    /// <summary>Bytes of the run's frames that count as live.</summary>
    public long Bytes = bytes;

    /// <summary>Index of the run's last frame in <see cref="Segment.Frames"/>, from which the others are linked; -1 if they are in the index frame.</summary>
    public int LastFrame = -1;

    /// <summary>Offset of the stream's block in the payload of the segment's index frame; -1 if there is none yet. Of a relocated batch: its frame's offset.</summary>
    public int Block = -1;
}
