using System.Buffers.Binary;
using RocksDbSharp;

namespace ActorVectorStore.Benchmarks.Logs.Peers;

/// <summary>
/// RocksDB with synced writes: its write group leader joins the write-ahead-log records of all waiting threads and calls fdatasync once.
/// Keys are caller and number, so that they ascend within a caller.
/// </summary>
internal sealed class RocksDbLog : ILogUnderTest
{
    private const int KeyBytes = 16;

    private readonly RocksDb _database;
    private readonly WriteOptions _synced = new WriteOptions().SetSync(true);
    private readonly PerCaller<long> _next;

    private RocksDbLog(DbOptions options, string directory, int callers)
    {
        _database = RocksDb.Open(options.SetCreateIfMissing(true), directory);
        _next = new PerCaller<long>(callers);
    }

    public long? Syncs => null;

    public long? FileBytesWritten => null;

    public long? BytesReadByOpening => null;

    /// <summary>As it comes, but for synced writes.</summary>
    public static RocksDbLog OpenWithDefaults(string directory, int callers) => new(new DbOptions(), directory, callers);

    /// <summary>As one would set it up for a log: few and large memory tables, recycled log files, no compression, no compaction during the run.</summary>
    public static RocksDbLog OpenTuned(string directory, int callers) =>
        new(
            new DbOptions()
                .SetWriteBufferSize(512UL << 20)
                .SetMaxWriteBufferNumber(6)
                .SetRecycleLogFileNum(4)
                .SetCompression(Compression.No)
                .SetDisableAutoCompactions(1)
                .SetLevel0SlowdownWritesTrigger(1000)
                .SetLevel0StopWritesTrigger(1000),
            directory,
            callers);

    public void Append(int caller, ReadOnlyMemory<byte> payload)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        BinaryPrimitives.WriteInt64BigEndian(key, caller);
        BinaryPrimitives.WriteInt64BigEndian(key[sizeof(long)..], _next[caller]++);
        _database.Put(key, payload.Span, writeOptions: _synced);
    }

    public ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload)
    {
        Append(caller, payload);
        return ValueTask.CompletedTask;
    }

    public void Checkpoint() => _database.Flush(new FlushOptions().SetWaitForFlush(true));

    public void ReadAll(RecordHandler handler)
    {
        using var iterator = _database.NewIterator();
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            handler(iterator.GetValueSpan());
        }
    }

    public void Dispose() => _database.Dispose();
}
