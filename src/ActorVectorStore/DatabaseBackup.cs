using ActorVectorStore.Cluster;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore;

/// <summary>A whole database to a directory of files, and back. Directories are full paths.</summary>
internal static class DatabaseBackup
{
    /// <summary>See <see cref="VectorDatabase.BackupAsync"/>.</summary>
    public static async Task<BackupContents> MakeAsync(
        CatalogDirectory catalog,
        IFileSystem fileSystem,
        string database,
        string destination,
        IProgress<BackupProgress>? progress,
        BackupMethod method,
        CancellationToken cancellation)
    {
        RequireNoDatabase(fileSystem, destination);
        RequireApart(database, destination);
        var backup = new BackupDirectory(fileSystem, destination, progress);
        using var held = await Task.Run(backup.Lock, cancellation).ConfigureAwait(false);
        var collections = new List<CollectionBackup>();
        foreach (var collection in catalog.Collections.Values)
        {
            try
            {
                collections.Add(await AddAsync(backup, collection, method, cancellation).ConfigureAwait(false));
            }
            catch (Exception e) when (e is VectorDatabaseException or IOException && !catalog.Has(collection))
            {
                // Dropped meanwhile: what the database does not have any more is not in its backup.
            }
        }

        var contents = new BackupContents(collections);
        await Task.Run(() => backup.Complete(contents, method), cancellation).ConfigureAwait(false);
        return contents;
    }

    private static async Task<CollectionBackup> AddAsync(
        BackupDirectory backup, CollectionHandle collection, BackupMethod method, CancellationToken cancellation)
    {
        var shards = new List<BackupShard>();
        for (var shard = 0; shard < collection.Shards.Length; shard++)
        {
            using var checkpoint = await collection.Shards[shard].CheckpointAsync(cancellation).ConfigureAwait(false);
            var name = CollectionHandle.ShardNameOf(collection.Creation, shard);
            shards.Add(await Task.Run(() => backup.AddShard(checkpoint, name, method, cancellation), cancellation).ConfigureAwait(false));
        }

        return new CollectionBackup(collection.Schema, shards);
    }

    /// <summary>See <see cref="VectorDatabase.RestoreAsync(string, string, IProgress{BackupProgress}?, CancellationToken)"/>.</summary>
    public static async Task<BackupContents> RestoreAsync(
        string backup, string directory, IFileSystem fileSystem, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        RequireApart(directory, backup);
        var source = new BackupDirectory(fileSystem, backup, progress);
        var contents = await Task.Run(() => source.Verify(cancellation), cancellation).ConfigureAwait(false);
        if (fileSystem.ListFiles(directory).Count > 0 || fileSystem.ListDirectories(directory).Count > 0)
        {
            throw new IOException($"Expected a missing or an empty directory to restore to, found one with files at {directory}.");
        }

        fileSystem.CreateDirectory(directory);
        SetMark(fileSystem, MarkOf(directory));
        var database = await VectorDatabase.OpenMarkedAsync(directory, options: null, fileSystem, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            foreach (var collection in contents.Collections)
            {
                await database.Catalog.RestoreAsync(collection, source, cancellation).ConfigureAwait(false);
            }
        }

        fileSystem.DeleteFile(MarkOf(directory));
        fileSystem.SyncDirectory(directory);
        return contents;
    }

    /// <summary>Throws if a directory has a backup, or a database that was not restored to its end.</summary>
    /// <exception cref="IOException">A backup.</exception>
    /// <exception cref="CorruptionException">Not to its end.</exception>
    public static void RequireWholeDatabase(IFileSystem fileSystem, string directory)
    {
        if (new BackupDirectory(fileSystem, directory).HasBackup)
        {
            throw new IOException($"Expected the directory of a database, found that of a backup at {directory}: restore it to another one.");
        }

        if (fileSystem.FileExists(MarkOf(directory)))
        {
            throw new CorruptionException(
                MarkOf(directory), 0, "a database that is whole", "one that was not restored to the end: delete its directory and restore it again");
        }
    }

    // Each deletes files in its directory that it does not know, and goes with the other's. Links are not followed.
    private static void RequireApart(string database, string backup)
    {
        if (IsInside(database, backup) || IsInside(backup, database))
        {
            throw new ArgumentException(
                $"Expected the directories of a database and of a backup, neither of them in the other, found the database's at {database} and the backup's at {backup}.");
        }
    }

    private static bool IsInside(string directory, string other) => Ended(other).StartsWith(Ended(directory), StringComparison.Ordinal);

    private static string Ended(string directory) => Path.EndsInDirectorySeparator(directory) ? directory : directory + Path.DirectorySeparatorChar;

    // Files of shards that a database or a backup does not know are deleted: in one directory each would take the other's for left over.
    private static void RequireNoDatabase(IFileSystem fileSystem, string destination)
    {
        if (fileSystem.FileExists(Path.Combine(destination, PhysicalFileSystem.LockFileName)))
        {
            throw new IOException($"Expected a directory for a backup, found that of a database at {destination}.");
        }
    }

    private static string MarkOf(string directory) => Path.Combine(directory, VectorDatabase.RestoringMark);

    // Under its own name at once: that there is a mark counts, not what it says.
    private static void SetMark(IFileSystem fileSystem, string mark)
    {
        using (var file = fileSystem.Open(mark, FileOpening.CreateNew))
        {
            file.Write("This database is being restored from a backup, or was not to the end.\n"u8, 0);
            file.SyncData();
        }

        fileSystem.SyncDirectory(Path.GetDirectoryName(mark)!);
    }
}
