namespace ActorVectorStore.Wal;

/// <summary>Counters since the log was opened, read at one moment.</summary>
public sealed record WalStatistics
{
    /// <summary>Batches made durable.</summary>
    public required long Batches { get; init; }

    /// <summary>Payload bytes made durable.</summary>
    public required long PayloadBytes { get; init; }

    /// <summary>Commits: each is one write and one data sync.</summary>
    public required long Commits { get; init; }

    /// <summary>Data and directory syncs made beside the commits, to prepare and free segments.</summary>
    public required long BackgroundSyncs { get; init; }

    /// <summary>Bytes written by commits: frames with their headers.</summary>
    public required long CommitBytes { get; init; }

    /// <summary>Bytes written beside the commits: zero-filling and segment footers.</summary>
    public required long BackgroundBytes { get; init; }

    /// <summary>Bytes read while the log was opened.</summary>
    public required long OpenBytesRead { get; init; }

    /// <summary>Duration of the last commit's sync, in microseconds; 0 before the first.</summary>
    public required long LastSyncMicroseconds { get; init; }

    /// <summary>Batches that wait for a commit now.</summary>
    public required int QueuedBatches { get; init; }

    /// <summary>Bytes that wait for a commit now, counted as <see cref="WalOptions.QueueBytesMax"/> says.</summary>
    public required long QueuedBytes { get; init; }

    /// <summary>Segments that hold the log now.</summary>
    public required int Segments { get; init; }

    /// <summary>Bytes of the files of those segments.</summary>
    public required long SegmentFileBytes { get; init; }

    /// <summary>Bytes in those segments that belong to batches which are not deleted.</summary>
    public required long LiveBytes { get; init; }

    /// <summary>Prepared and spare segment files.</summary>
    public required int SpareSegments { get; init; }

    /// <summary>Streams known to the log, also those without events.</summary>
    public required int Streams { get; init; }

    /// <summary>Why the log refuses writes for good, or null.</summary>
    public Exception? Poisoned { get; init; }

    /// <summary>What last kept a segment from being sealed or reclaimed, or null: it takes more space, or more time at opening, than it should.</summary>
    public Exception? BackgroundProblem { get; init; }

    /// <summary>Why the last preparation of a segment failed (a full disk), or null; writes resume when it succeeds.</summary>
    public Exception? SpaceProblem { get; init; }
}
