using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Logs.Ours;
using ActorVectorStore.Persistence;
using Akka.Actor;
using Microsoft.Data.Sqlite;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>Every journal that takes part.</summary>
internal static class JournalCatalogue
{
    public const string Ours = "ours";
    public const string InMemory = "in memory";

    public static IReadOnlyList<JournalSystem> All { get; } =
    [
        new(Ours, LogRole.Ours, "power-safe: one fdatasync a commit; the first segments are recycled ones", OwnConfiguration)
        {
            Prepare = OwnLog.LeaveSpares,
            Terminate = TerminateAndCloseLog,
        },
        new("ours, fresh", LogRole.Ours, "power-safe; new directory, segments zero-filled while it runs", OwnConfiguration)
        {
            Terminate = TerminateAndCloseLog,
        },
        new(InMemory, LogRole.Reference, "the event's object is in a list; nothing is written or serialized", _ => InMemoryConfiguration) { IsInMemory = true },
        new("Akka.Persistence.Sql", LogRole.Peer, "power-safe: SQLite with its defaults, rollback journal and synchronous = FULL", SqlConfiguration)
        {
            Terminate = TerminateAndCloseConnections,
        },
        new("Akka.Persistence.Sql, WAL", LogRole.Peer, "power-safe: SQLite in WAL mode, synchronous = FULL", SqlConfiguration)
        {
            Prepare = UseWriteAheadLog,
            Terminate = TerminateAndCloseConnections,
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

    // Terminating does not wait for the log to be closed; opening the directory again does need it.
    private static async Task TerminateAndCloseLog(ActorSystem system)
    {
        var persistence = WalPersistence.Get(system);
        await system.Terminate().ConfigureAwait(false);
        await persistence.Closed.ConfigureAwait(false);
    }

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

    // The driver keeps connections of closed databases open, also of deleted ones.
    private static async Task TerminateAndCloseConnections(ActorSystem system)
    {
        await system.Terminate().ConfigureAwait(false);
        SqliteConnection.ClearAllPools();
    }

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
