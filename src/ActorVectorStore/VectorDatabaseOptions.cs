using ActorVectorStore.Model;

namespace ActorVectorStore;

/// <summary>Limits of an embedded database. They may differ from one opening to the next.</summary>
public sealed record VectorDatabaseOptions
{
    /// <summary>Bytes of a log segment file. Default: 32 MiB. Minimum: 64 KiB. Maximum: 1 GiB.</summary>
    public int LogSegmentBytes { get; init; } = 32 << 20;

    /// <summary>Most memory of writes that wait in front of a shard (about twice their bytes); more are refused with <see cref="OverloadedException"/>. Default: 128 MiB. Minimum: 1 MiB.</summary>
    public long ShardQueueBytesMax { get; init; } = 128L << 20;

    /// <summary>
    /// A shard writes a snapshot of itself, and lets go of the events that it covers, when the events since the last one have this many bytes, and
    /// at least as many as the snapshot will have. Default: 64 MiB. Minimum: 1 KiB.
    /// </summary>
    public long SnapshotEventBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Most memory of all shards' rows and of the writes on their way; upserts beyond it are refused with <see cref="CapacityExceededException"/>. One
    /// shard at a time may be there once more on its way to disk or while it gives back the room of dead rows. Default: half of the memory that the
    /// process may use. Minimum: 1 MiB.
    /// </summary>
    public long MemoryBytesMax { get; init; } = Math.Max(1 << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    /// <summary>Throws if a value is outside its bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its bounds and the value found.</exception>
    public VectorDatabaseOptions Validated()
    {
        Require(nameof(LogSegmentBytes), LogSegmentBytes, 64 << 10, 1 << 30);
        Require(nameof(ShardQueueBytesMax), ShardQueueBytesMax, 1 << 20, long.MaxValue);
        Require(nameof(SnapshotEventBytes), SnapshotEventBytes, 1 << 10, long.MaxValue);
        Require(nameof(MemoryBytesMax), MemoryBytesMax, 1 << 20, long.MaxValue);
        return this;
    }

    private static void Require(string option, long value, long minimum, long maximum)
    {
        if (value < minimum || value > maximum)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be between {minimum} and {maximum}.");
        }
    }
}
