using ActorVectorStore.Model;
using Microsoft.Extensions.Logging;

namespace ActorVectorStore;

/// <summary>Limits of an embedded database. They may differ from one opening to the next.</summary>
public sealed record VectorDatabaseOptions
{
    /// <summary>
    /// Bytes of a log segment file. About six of them are there in any case, and opening reads one whole. A batch that does not fit gets a segment of its own, which is filled with zeros
    /// before and not used again: where most batches are larger, larger segments write less. Default: 8 MiB. Minimum: 64 KiB. Maximum: 1 GiB.
    /// </summary>
    public int LogSegmentBytes { get; init; } = 8 << 20;

    /// <summary>Most memory of writes that wait in front of a shard (about twice their bytes); more are refused with <see cref="OverloadedException"/>. Default: 128 MiB. Minimum: 1 MiB.</summary>
    public long ShardQueueBytesMax { get; init; } = 128L << 20;

    /// <summary>
    /// A shard makes a checkpoint, and lets go of the log that it covers, when the events since the last one have this many bytes: what the next opening
    /// reads again is bounded by it. Default: 64 MiB. Minimum: 1 KiB.
    /// </summary>
    public long CheckpointEventBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Memory of the rows of one shard from which on they are written to a file. A shard may hold about twice as much while it writes. Default: 64 MiB. Minimum: 1 MiB.
    /// </summary>
    public long SegmentMemoryBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Most memory of all shards' rows that are not on disk yet and of the writes on their way; upserts beyond it are refused with
    /// <see cref="OverloadedException"/>, until rows were written to disk. Default: a quarter of the memory that the process may use. Minimum: 1 MiB.
    /// </summary>
    public long MemoryBytesMax { get; init; } = Math.Max(1 << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>Memory for long payloads, of 4 to 32 KiB, that were read from disk lately, over all shards: those are compressed there, shorter ones are read where they lie. Default: 8 MiB. Minimum: 32 KiB.</summary>
    public int PayloadCacheBytes { get; init; } = 8 << 20;

    /// <summary>Writes of a shard, counted back from the newest, before which it stays readable without a pin. Default: 0. Minimum: 0.</summary>
    public long HistoryIndexes { get; init; }

    /// <summary>Bytes that compaction in the background writes in a second, at most. Default: 128 MiB. Minimum: 64 KiB.</summary>
    public long CompactionBytesPerSecond { get; init; } = 128L << 20;

    /// <summary>
    /// A shard that nobody reads or writes for this time is put away, within three times it: its memory, mappings and files are let go of, and its next use opens it again, as
    /// the first one did. One that has work under way, or of which something failed, stays. Default: 5 minutes. Minimum: a second. Maximum: a day. Null: never.
    /// </summary>
    public TimeSpan? PassivateAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Where the database logs what people should know: damage, rebuilding, writes that wait, upkeep that failed, and, as <see cref="LogLevel.Debug"/>, upkeep that ended.
    /// Default: nowhere. Loggers are called by shards and reads: they must be quick and not throw.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Throws if a value is outside its bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its bounds and the value found.</exception>
    public VectorDatabaseOptions Validated()
    {
        Require(nameof(LogSegmentBytes), LogSegmentBytes, 64 << 10, 1 << 30);
        Require(nameof(ShardQueueBytesMax), ShardQueueBytesMax, 1 << 20, long.MaxValue);
        Require(nameof(CheckpointEventBytes), CheckpointEventBytes, 1 << 10, long.MaxValue);
        Require(nameof(SegmentMemoryBytes), SegmentMemoryBytes, 1 << 20, long.MaxValue);
        Require(nameof(PayloadCacheBytes), PayloadCacheBytes, 32 << 10, int.MaxValue);
        Require(nameof(HistoryIndexes), HistoryIndexes, 0, long.MaxValue);
        Require(nameof(CompactionBytesPerSecond), CompactionBytesPerSecond, 64 << 10, long.MaxValue);
        Require(nameof(MemoryBytesMax), MemoryBytesMax, 1 << 20, long.MaxValue);
        if (PassivateAfter is { } idle && (idle < TimeSpan.FromSeconds(1) || idle > TimeSpan.FromDays(1)))
        {
            throw new ArgumentOutOfRangeException(nameof(PassivateAfter), idle, $"{nameof(PassivateAfter)} must be between a second and a day, or null.");
        }

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
