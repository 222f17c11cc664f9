using ActorVectorStore.Benchmarks.Logs;
using Microsoft.Data.Sqlite;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>Every journal that takes part.</summary>
internal static class JournalCatalogue
{
    public const string Ours = "ours";
    public const string InMemory = "in memory";

    public static IReadOnlyList<JournalSystem> All { get; } =
    [
        new(Ours, LogRole.Ours, "power-safe: one fdatasync a commit", OwnConfiguration),
        new(InMemory, LogRole.Reference, "the event's object is in a list; nothing is written or serialized", _ => InMemoryConfiguration) { IsInMemory = true },
        new("Akka.Persistence.Sql", LogRole.Peer, "power-safe: SQLite with its defaults, rollback journal and synchronous = FULL", SqlConfiguration)
        {
            CleanUp = SqliteConnection.ClearAllPools,
        },
        new("Akka.Persistence.Sql, WAL", LogRole.Peer, "power-safe: SQLite in WAL mode, synchronous = FULL", SqlConfiguration)
        {
            Prepare = UseWriteAheadLog,
            CleanUp = SqliteConnection.ClearAllPools,
        },
    ];

    private const string InMemoryConfiguration = """akka.persistence.journal.plugin = "akka.persistence.journal.inmem" """;

    private static string OwnConfiguration(string directory) => $$"""
        akka.persistence {
          wal.directory = "{{directory}}"
          journal {
            plugin = "akka.persistence.journal.wal"
            wal.class = "ActorVectorStore.Persistence.WalJournal, ActorVectorStore.Persistence"
          }
        }
        """;

    private static string SqlConfiguration(string directory) => $$"""
        akka.persistence.journal {
          plugin = "akka.persistence.journal.sql"
          sql {
            class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
            connection-string = "{{ConnectionString(directory)}}"
            provider-name = "SQLite.MS"
          }
        }
        """;

    private static string ConnectionString(string directory) => $"Data Source={Path.Combine(directory, "journal.db")}";

    // The mode is a property of the file and stays with it.
    private static void UseWriteAheadLog(string directory)
    {
        using var connection = new SqliteConnection(ConnectionString(directory));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
    }
}
