using ActorVectorStore.Model;

namespace ActorVectorStore;

/// <summary>Limits of an embedded database. They may differ from one opening to the next.</summary>
public sealed record VectorDatabaseOptions
{
    /// <summary>Bytes of a log segment file. Default: 32 MiB. Minimum: 64 KiB. Maximum: 1 GiB.</summary>
    public int LogSegmentBytes { get; init; } = 32 << 20;

    /// <summary>Most bytes of writes that wait in front of a shard; more are refused with <see cref="OverloadedException"/>. Default: 128 MiB. Minimum: 1 MiB.</summary>
    public long ShardQueueBytesMax { get; init; } = 128L << 20;

    /// <summary>
    /// A shard writes a snapshot of itself, and lets go of the events that it covers, when the events since the last one have this many bytes.
    /// Default: 64 MiB. Minimum: 1 KiB.
    /// </summary>
    public long SnapshotEventBytes { get; init; } = 64L << 20;

    /// <summary>Throws if a value is outside its bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its bounds and the value found.</exception>
    public VectorDatabaseOptions Validated()
    {
        Require(nameof(LogSegmentBytes), LogSegmentBytes, 64 << 10, 1 << 30);
        Require(nameof(ShardQueueBytesMax), ShardQueueBytesMax, 1 << 20, long.MaxValue);
        Require(nameof(SnapshotEventBytes), SnapshotEventBytes, 1 << 10, long.MaxValue);
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
