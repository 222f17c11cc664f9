using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace ActorVectorStore.Benchmarks.Logs.Peers;

/// <summary>
/// SQLite with its write-ahead log and synchronous = FULL: a commit syncs the log. One committer puts everything queued into one transaction;
/// a lone caller commits on its own thread.
/// </summary>
internal sealed class SqliteLog : ILogUnderTest
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _end;
    private readonly GroupCommitter _committer;
    private readonly List<PendingAppend> _lone = [];
    private readonly PendingAppend _loneAppend = new();

    private SqliteLog(string directory, int callers, TimeSpan gatherMax)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(directory, "log.db"),
            Pooling = false,
        }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        Execute("CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, caller INTEGER NOT NULL, body BLOB NOT NULL)");
        _begin = Command("BEGIN");
        _end = Command("COMMIT");
        _insert = Command("INSERT INTO log (caller, body) VALUES ($caller, $body)");
        _insert.Parameters.Add("$caller", SqliteType.Integer);
        _insert.Parameters.Add("$body", SqliteType.Blob);
        _insert.Prepare();
        _committer = new GroupCommitter(callers, gatherMax, Commit);
    }

    public long? Syncs => null;

    public long? FileBytesWritten => null;

    public long? BytesReadByOpening => null;

    /// <summary>The committer takes what is queued.</summary>
    public static SqliteLog Open(string directory, int callers) => new(directory, callers, TimeSpan.Zero);

    /// <summary>The committer also gathers those whom it has just acknowledged, as the reference loop does.</summary>
    public static SqliteLog OpenGathered(string directory, int callers) => new(directory, callers, GroupCommitter.UsualGatherMax);

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

    public void Checkpoint() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public void ReadAll(RecordHandler handler)
    {
        using var command = Command("SELECT body FROM log ORDER BY id");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            handler(reader.GetFieldValue<byte[]>(0));
        }
    }

    public void Dispose()
    {
        _committer.Dispose();
        _loneAppend.Dispose();
        _begin.Dispose();
        _insert.Dispose();
        _end.Dispose();
        _connection.Dispose();
    }

    private void Commit(List<PendingAppend> appends)
    {
        _begin.ExecuteNonQuery();
        foreach (var append in appends)
        {
            _insert.Parameters[0].Value = append.Caller;
            _insert.Parameters[1].Value = ArrayOf(append.Payload);
            _insert.ExecuteNonQuery();
        }

        _end.ExecuteNonQuery();
    }

    // The driver binds arrays; the callers' payloads are whole arrays, so nothing is copied.
    private static byte[] ArrayOf(ReadOnlyMemory<byte> payload) =>
        MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : payload.ToArray();

    private SqliteCommand Command(string text)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        return command;
    }

    private void Execute(string text)
    {
        using var command = Command(text);
        command.ExecuteNonQuery();
    }
}
