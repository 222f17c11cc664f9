using ActorVectorStore.Benchmarks.Logs.Ours;
using ActorVectorStore.Benchmarks.Logs.Peers;
using ActorVectorStore.Benchmarks.Logs.Reference;

namespace ActorVectorStore.Benchmarks.Logs;

/// <summary>Every log that takes part, each in the ways of using it that are worth a row.</summary>
internal static class LogCatalogue
{
    public const string Ours = "ours";
    public const string OursFresh = "ours, fresh";
    public const string Gather = "reference, gather";
    public const string Inline = "reference, inline";
    public const string RocksDb = "RocksDB";

    public static IReadOnlyList<LogSystem> All { get; } =
    [
        new(Ours, LogRole.Ours, "power-safe: one fdatasync a commit, counted at the file system port", OwnLog.OpenSteady)
        {
            KeepsDirectory = true,
            OpenForReplay = OwnLog.OpenFresh,
        },
        new(OursFresh, LogRole.Ours, "as above; new directory, segments zero-filled while it runs", OwnLog.OpenFresh) { Replays = false },
        new(Gather, LogRole.Reference, "power-safe: one fdatasync a commit, counted at the file system port",
            (directory, callers) => new GatherLog(directory, callers, RingSize.Recycled))
        {
            KeepsDirectory = true,
            OpenForReplay = (directory, callers) => new GatherLog(directory, callers, RingSize.Kept),
        },
        new(Inline, LogRole.Reference, "as above",
            (directory, callers) => new InlineLog(directory, callers, RingSize.Recycled))
        {
            KeepsDirectory = true,
            BlockingOnly = true,
            Replays = false,
        },
        new(RocksDb, LogRole.Peer, "power-safe: sync = true, one fdatasync a group of writers; defaults otherwise", RocksDbLog.OpenWithDefaults) { BlockingOnly = true },
        new("RocksDB, tuned", LogRole.Peer, "as above; large memory tables, recycled log files", RocksDbLog.OpenTuned) { BlockingOnly = true, Replays = false },
        new("FasterLog", LogRole.Peer, "power-safe: O_SYNC writes, two a commit; one thread commits", FasterLogLog.OpenForGroupCommit),
        new("FasterLog, each", LogRole.Peer, "as above; every caller commits", FasterLogLog.OpenForEachCommitting) { Replays = false },
        new("SQLite", LogRole.Peer, "power-safe: WAL, synchronous = FULL, one fsync a commit; one committer", SqliteLog.Open),
        new("SQLite, gathered", LogRole.Peer, "as above; the committer gathers", SqliteLog.OpenGathered) { Replays = false },
        new("LMDB", LogRole.Peer, "power-safe: default flags, one fdatasync and one synchronous write a commit; one committer", LightningLog.Open)
        {
            Missing = LightningNativeLibrary.Missing,
        },
        new("LMDB, gathered", LogRole.Peer, "as above; the committer gathers", LightningLog.OpenGathered)
        {
            Missing = LightningNativeLibrary.Missing,
            Replays = false,
        },
    ];

    public static LogSystem Named(string name) =>
        All.FirstOrDefault(system => system.Name == name)
        ?? throw new ArgumentException($"No log is called '{name}'; expected one of {string.Join(", ", All.Select(system => system.Name))}.");
}
