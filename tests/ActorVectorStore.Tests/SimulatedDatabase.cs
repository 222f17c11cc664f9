using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>Databases on simulated disks, with segments and snapshots so small that every run meets both.</summary>
internal static class SimulatedDatabase
{
    public const string Directory = "/data/store";

    public static VectorDatabaseOptions Small { get; } = new() { LogSegmentBytes = 64 << 10, CheckpointEventBytes = 1 << 10, SegmentMemoryBytes = 1 << 20 };

    /// <summary>Opens a database and each of its shards, so that damage of any is told.</summary>
    public static async Task<VectorDatabase> OpenAsync(SimulatedFileSystem disk)
    {
        var database = await VectorDatabase.OpenAsync(Directory, Small, disk);
        try
        {
            foreach (var collection in await database.ListCollectionsAsync())
                await database.GetCollectionAsync(collection);
            return database;
        }
        catch
        {
            await AbandonAsync(database);
            throw;
        }
    }

    /// <summary>A new database with the workload's collection.</summary>
    public static async Task<VectorDatabase> CreateAsync(SimulatedFileSystem disk)
    {
        var database = await OpenAsync(disk);
        await database.CreateCollectionAsync(Workload.Schema);
        return database;
    }

    /// <summary>Disposes of a database whose disk may have failed: what that throws is the disk's, and no matter.</summary>
    public static async Task AbandonAsync(VectorDatabase database)
    {
        try
        {
            await database.DisposeAsync();
        }
        catch (IOException)
        {
        }
    }

    public static string[] Segments(SimulatedFileSystem disk) =>
        [.. disk.ListFiles(Directory).Where(name => name.EndsWith(".wal", StringComparison.Ordinal)).Order()];

    public static string[] Snapshots(SimulatedFileSystem disk) =>
        [.. disk.ListFiles(Path.Combine(Directory, "snapshots")).Order().Select(name => Path.Combine(Directory, "snapshots", name))];
}
