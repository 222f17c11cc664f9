using System.Buffers.Binary;
using LightningDB;

namespace ActorVectorStore.Benchmarks.Logs.Peers;

/// <summary>
/// LMDB through LightningDB with its default, synced commits. One committer puts everything queued into one transaction; a lone caller commits
/// on its own thread. Keys are one ascending number, appended at the end of the tree.
/// </summary>
internal sealed class LightningLog : ILogUnderTest
{
    private const long MapBytes = 64L << 30;

    private readonly Lock _gate = new();
    private readonly LightningEnvironment _environment;
    private readonly LightningDatabase _database;
    private readonly GroupCommitter _committer;
    private readonly List<PendingAppend> _lone = [];
    private readonly PendingAppend _loneAppend = new();
    private long _next;

    private LightningLog(string directory, int callers, TimeSpan gatherMax)
    {
        LightningNativeLibrary.Register();
        _environment = new LightningEnvironment(directory, new EnvironmentConfiguration { MapSize = MapBytes, MaxDatabases = 1 });
        _environment.Open();
        using var transaction = _environment.BeginTransaction();
        _database = transaction.OpenDatabase(
            configuration: new DatabaseConfiguration { Flags = DatabaseOpenFlags.Create }, closeOnDispose: false);
        _next = transaction.GetEntriesCount(_database);
        Require(transaction.Commit());
        _committer = new GroupCommitter(callers, gatherMax, Commit);
    }

    public long? Syncs => null;

    public long? FileBytesWritten => null;

    public long? BytesReadByOpening => null;

    /// <summary>The committer takes what is queued.</summary>
    public static LightningLog Open(string directory, int callers) => new(directory, callers, TimeSpan.Zero);

    /// <summary>The committer also gathers those whom it has just acknowledged, as the reference loop does.</summary>
    public static LightningLog OpenGathered(string directory, int callers) => new(directory, callers, GroupCommitter.UsualGatherMax);

    public void Append(int caller, ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            _loneAppend.Begin(caller, payload, 0, blocking: true);
            _lone.Clear();
            _lone.Add(_loneAppend);
            Commit(_lone);
        }
    }

    public ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload) => _committer.AppendAsync(caller, payload);

    public void Checkpoint()
    {
    }

    public void ReadAll(RecordHandler handler)
    {
        using var transaction = _environment.BeginTransaction(TransactionBeginFlags.ReadOnly);
        using var cursor = transaction.CreateCursor(_database);
        var entry = cursor.First();
        while (entry.Item1 == MDBResultCode.Success)
        {
            handler(entry.Item3.AsSpan());
            entry = cursor.Next();
        }
    }

    public void Dispose()
    {
        _committer.Dispose();
        _loneAppend.Dispose();
        _database.Dispose();
        _environment.Dispose();
    }

    private static void Require(MDBResultCode code)
    {
        if (code != MDBResultCode.Success)
        {
            throw new IOException($"LMDB: expected success, found {code}.");
        }
    }

    // LMDB allows one thread to begin and end a write transaction; the committer is one thread, and a lone caller is alone.
    private void Commit(List<PendingAppend> appends)
    {
        using var transaction = _environment.BeginTransaction();
        Span<byte> key = stackalloc byte[sizeof(long)];
        foreach (var append in appends)
        {
            BinaryPrimitives.WriteInt64BigEndian(key, _next++);
            Require(transaction.Put(_database, key, append.Payload.Span, PutOptions.AppendData));
        }

        Require(transaction.Commit());
    }
}
