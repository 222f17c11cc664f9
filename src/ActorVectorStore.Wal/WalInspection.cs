namespace ActorVectorStore.Wal;

/// <summary>What a log's directory holds, found without modifying it.</summary>
public sealed record WalInspection
{
    /// <summary>The segments of the log, oldest first.</summary>
    public required IReadOnlyList<SegmentInspection> Segments { get; init; }

    /// <summary>Where the log ends.</summary>
    public required WalPosition Tail { get; init; }

    /// <summary>Bytes behind the tail that belong to a commit which never completed; the next opening erases them.</summary>
    public required long TornBytes { get; init; }

    /// <summary>Streams that have or had events.</summary>
    public required int Streams { get; init; }

    /// <summary>Ordinal of the newest event; 0 if there never was one.</summary>
    public required long PublishedOrdinal { get; init; }

    /// <summary>Files that hold nothing of the log: prepared, spare or freed segments.</summary>
    public required int UnusedFiles { get; init; }
}

/// <summary>One segment of a log.</summary>
/// <param name="Number">Its number; numbers ascend with age and may have gaps.</param>
/// <param name="File">Path of its file.</param>
/// <param name="FileBytes">Length of the file.</param>
/// <param name="FrameBytes">Bytes of its frames.</param>
/// <param name="LiveBytes">Bytes of the frames whose batches are not deleted, as far as known without reading them.</param>
/// <param name="FirstOrdinal">Ordinal of its first event, or of the next one if it has none.</param>
/// <param name="IsSealed">No more is written to it.</param>
/// <param name="HasIndex">It ends with an index, so that opening need not scan it.</param>
public sealed record SegmentInspection(
    long Number, string File, long FileBytes, long FrameBytes, long LiveBytes, long FirstOrdinal, bool IsSealed, bool HasIndex);
