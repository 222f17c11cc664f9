using System.Runtime.InteropServices;
using System.Text;
using ActorVectorStore.Model;
using Microsoft.Data.Sqlite;

namespace ActorVectorStore.Benchmarks.Points;

/// <summary>
/// SQLite with its write-ahead log and synchronous = FULL: a row for each point, one transaction for each batch, prepared statements. One caller at a time.
/// </summary>
internal sealed class SqlitePointStore : IPointStore
{
    private const string FileName = "points.db";

    private readonly string _directory;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _upsert;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _end;
    private byte[] _vector = [];

    private SqlitePointStore(string directory)
    {
        _directory = directory;
        var log = new FileInfo(Path.Combine(directory, FileName + "-wal"));
        Opening = new OpeningAccount(ReadBytes: null, log.Exists ? log.Length : 0, TornBytes: null);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, FileName), Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        Execute("CREATE TABLE IF NOT EXISTS points (id INTEGER PRIMARY KEY, vector BLOB NOT NULL, payload TEXT NOT NULL)");
        _begin = Command("BEGIN");
        _end = Command("COMMIT");
        _upsert = Command(
            "INSERT INTO points (id, vector, payload) VALUES ($id, $vector, $payload) "
            + "ON CONFLICT (id) DO UPDATE SET vector = excluded.vector, payload = excluded.payload");
        _upsert.Parameters.Add("$id", SqliteType.Integer);
        _upsert.Parameters.Add("$vector", SqliteType.Blob);
        _upsert.Parameters.Add("$payload", SqliteType.Text);
        _upsert.Prepare();
        _delete = Command("DELETE FROM points WHERE id = $id");
        _delete.Parameters.Add("$id", SqliteType.Integer);
        _delete.Prepare();
    }

    public long Refusals => 0;

    /// <summary>The whole length of its write-ahead log, which may hold pages that are in the database file already.</summary>
    public OpeningAccount Opening { get; }

    public static SqlitePointStore Open(string directory) => new(directory);

    public Task UpsertAsync(IReadOnlyList<Point> points)
    {
        _begin.ExecuteNonQuery();
        foreach (var point in points)
        {
            _upsert.Parameters[0].Value = (long)point.Id.Number;
            _upsert.Parameters[1].Value = BytesOf(point.Vector.Span);
            _upsert.Parameters[2].Value = Encoding.UTF8.GetString(point.Payload.Utf8.Span);
            _upsert.ExecuteNonQuery();
        }

        _end.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    public Task DeleteAsync(IReadOnlyList<PointId> ids)
    {
        _begin.ExecuteNonQuery();
        foreach (var id in ids)
        {
            _delete.Parameters[0].Value = (long)id.Number;
            _delete.ExecuteNonQuery();
        }

        _end.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    public Task<Point?> GetAsync(PointId id)
    {
        using var command = Command("SELECT vector, payload FROM points WHERE id = $id");
        command.Parameters.AddWithValue("$id", (long)id.Number);
        using var reader = command.ExecuteReader();
        return Task.FromResult(reader.Read()
            ? new Point(id, MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(0)).ToArray(), Payload.Parse(reader.GetString(1)))
            : null);
    }

    public Task<long> CountAsync(string? category)
    {
        using var command = Command("SELECT count(*) FROM points");
        if (category is not null)
        {
            command.CommandText += " WHERE json_extract(payload, '$.category') = $category";
            command.Parameters.AddWithValue("$category", category);
        }

        return Task.FromResult((long)command.ExecuteScalar()!);
    }

    public Task CompactAsync()
    {
        Execute("VACUUM");
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        return Task.CompletedTask;
    }

    public StoreFootprint Footprint()
    {
        var points = new FileInfo(Path.Combine(_directory, FileName)).Length;
        return new StoreFootprint(points, StoreFiles.BytesIn(_directory) - points, DeadRows: null, MemoryBytes: null);
    }

    public ValueTask DisposeAsync()
    {
        _begin.Dispose();
        _upsert.Dispose();
        _delete.Dispose();
        _end.Dispose();
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    // The driver copies what is bound before it returns, so that one array does for all rows.
    private byte[] BytesOf(ReadOnlySpan<float> vector)
    {
        var bytes = MemoryMarshal.AsBytes(vector);
        if (_vector.Length != bytes.Length)
        {
            _vector = new byte[bytes.Length];
        }

        bytes.CopyTo(_vector);
        return _vector;
    }

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
