namespace ActorVectorStore.Wal;

/// <summary>Sizes and limits of a log. They may differ from one opening to the next.</summary>
public sealed record WalOptions
{
    /// <summary>Bytes of a segment file. Default: 32 MiB. Minimum: 4 KiB. Maximum: 1 GiB. A batch that does not fit gets a segment of its own size.</summary>
    public int SegmentBytes { get; init; } = 32 << 20;

    /// <summary>Most bytes that one commit writes, unless a single batch has more. Default: 24 MiB. Minimum: 4 KiB.</summary>
    public int CommitBytesMax { get; init; } = 24 << 20;

    /// <summary>
    /// Most bytes that may wait for a commit: those of frames (names, tags and payloads), and 256 for each. Beyond it
    /// <see cref="WriteAheadLog.Append"/> waits for room and <see cref="WriteAheadLog.AppendAsync"/> refuses with
    /// <see cref="LogOverloadedException"/>. A larger batch is accepted when no other payload waits; deletions and reading a state are never refused.
    /// Default: 320 MiB. Minimum: 64 KiB.
    /// </summary>
    public int QueueBytesMax { get; init; } = 320 << 20;

    /// <summary>
    /// Longest time for which a commit waits for callers that were just acknowledged, in microseconds from when the last of them was told; 0 never
    /// waits. It never waits longer than four times that from the acknowledgement. Default: 150. Maximum: 10,000.
    /// </summary>
    public int GatherMicrosecondsMax { get; init; } = 150;

    /// <summary>
    /// Segment files kept ready ahead of the writer, so that no commit waits for one; made anew when half of them are used. One more is kept for
    /// deletions, which must get space on a full disk. Default: 4. Minimum: 1. Maximum: 64.
    /// </summary>
    public int PreparedSegments { get; init; } = 4;

    /// <summary>Emptied segment files kept for reuse beyond the prepared ones; more are deleted. Default: 8. Minimum: 0.</summary>
    public int SpareSegmentsMax { get; init; } = 8;

    /// <summary>
    /// A segment is rewritten (its live batches are appended again, then its file is freed) when at most this percentage of its bytes is live.
    /// 0 frees only segments without any live batch. In the background this waits until dead bytes outweigh the live ones and eight segments.
    /// Default: 25. Maximum: 90.
    /// </summary>
    public int RewriteLivePercentMax { get; init; } = 25;

    /// <summary>Throws if a value is outside its bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its bounds and the value found.</exception>
    public WalOptions Validated()
    {
        Require(nameof(SegmentBytes), SegmentBytes, 4 << 10, 1 << 30);
        Require(nameof(CommitBytesMax), CommitBytesMax, 4 << 10, 1 << 30);
        Require(nameof(QueueBytesMax), QueueBytesMax, 64 << 10, int.MaxValue);
        Require(nameof(GatherMicrosecondsMax), GatherMicrosecondsMax, 0, 10_000);
        Require(nameof(PreparedSegments), PreparedSegments, 1, 64);
        Require(nameof(SpareSegmentsMax), SpareSegmentsMax, 0, 1 << 20);
        Require(nameof(RewriteLivePercentMax), RewriteLivePercentMax, 0, 90);
        return this;
    }

    private static void Require(string option, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be between {minimum} and {maximum}.");
        }
    }
}
