namespace ActorVectorStore.Wal;

/// <summary>What a frame carries. Zero is reserved, so that zeroed bytes are never a frame.</summary>
internal enum FrameKind : byte
{
    /// <summary>Never written.</summary>
    Reserved = 0,

    /// <summary>First frame of each segment: see <see cref="SegmentStartFrame"/>.</summary>
    SegmentStart = 1,

    /// <summary>One atomic batch of events: see <see cref="EventBatchFrame"/>.</summary>
    EventBatch = 2,

    /// <summary>Highest sequence number and deleted-to mark of one stream: see <see cref="StreamStateFrame"/>.</summary>
    StreamState = 3,

    /// <summary>A segment leaves the log, and what was live in it is here: see <see cref="SegmentFreedFrame"/>.</summary>
    SegmentFreed = 4,

    /// <summary>Carries nothing; its presence proves that everything before it was synced.</summary>
    Mark = 5,

    /// <summary>Last frame of a sealed segment: see <see cref="SegmentIndexFormat"/>.</summary>
    SegmentIndex = 6,
}
