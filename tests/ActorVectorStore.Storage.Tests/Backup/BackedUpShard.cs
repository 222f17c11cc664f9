using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Backups of a shard's checkpoints. Each has the checkpoint twice, as a database of two shards, so that halves of two backups are told from a whole one.</summary>
internal static class BackedUpShard
{
    public const string Directory = "/backups/of-test";

    private const string ShardsFolder = Directory + "/shards";

    private static readonly CollectionSchema Schema = new(CollectionName.Parse("test"), 3, Distance.Cosine, 2);

    private static readonly string[] Names = ["7-0", "7-1"];

    /// <summary>A backup from beginning to end, of the checkpoint that was saved last, which must be of all that was applied.</summary>
    public static BackupContents BackUp(ShardLife life, BackupMethod method, IProgress<BackupProgress>? progress = null)
    {
        using var checkpoint = life.Store.LeaseCheckpoint();
        Assert.Equal(life.Store.AppliedIndex, checkpoint!.Index);
        var backup = new BackupDirectory(life.Disk, Directory, progress);
        using var held = backup.Lock();
        var contents = new BackupContents([new CollectionBackup(Schema, [.. Names.Select(name => backup.AddShard(checkpoint, name, method, default))])]);
        backup.Complete(contents, method);
        return contents;
    }

    /// <summary>The log index of the whole backup that the directory has, each shard of which was restored and answered as it was at that index; null if it has none.</summary>
    public static long? IndexOf(SimulatedFileSystem disk, ShardHistory history)
    {
        var files = disk.HashesBelow(Directory);
        var backup = new BackupDirectory(disk, Directory);
        if (!backup.HasBackup)
            return null;
        var shards = backup.Verify(default).Collections.Single().Shards;
        foreach (var shard in shards)
        {
            var place = new ShardPlace(disk.Clone(), "restored", Identity: 7);
            backup.RestoreShard(shard, place, default);
            using var store = ShardStore.Open(history.Schema, place, null, shard.Manifest.ToArray(), "manifest");
            using var view = store.OpenView();
            Assert.Equal(shard.Index, view.Index);
            history.AssertSame(view);
        }

        Assert.Equal(files, disk.HashesBelow(Directory));
        return Assert.Single(shards.Select(shard => shard.Index).Distinct());
    }

    /// <summary>The directory has what the list names, the file that it is locked by, and the mark if segments are linked.</summary>
    public static void AssertNothingElse(SimulatedFileSystem disk, BackupMethod method)
    {
        var contents = new BackupDirectory(disk, Directory).ReadList();
        Assert.Equal(method == BackupMethod.Link ? [BackupDirectory.LinkedMark, "backup"] : ["backup"], disk.ListFiles(Directory));
        Assert.Equal(
            contents.Files.Select(file => $"{ShardsFolder}/{file.Folder}/{file.File.Name}").Append($"{ShardsFolder}/LOCK").Order(StringComparer.Ordinal), disk.HashesBelow(ShardsFolder).Keys);
        Assert.Equal(contents.Files.Select(file => file.Folder).Distinct().Order(StringComparer.Ordinal), disk.ListDirectories(ShardsFolder));
    }

    /// <summary>The database goes on and makes another backup, which then is the durable one, has nothing else beside it, and needs no file of the database; a copied one no byte of them.</summary>
    public static void AssertGoesOn(ShardLife life, BackupMethod method)
    {
        using (life)
        {
            life.AssertNewest();
            ShardUpkeepTests.Flush(life, 80, 2);
            life.Upkeep(everything: false);
            BackUp(life, method);
            AssertNothingElse(life.Disk, method);
            var rebooted = life.Disk.Crash(CrashKeeps.None);
            foreach (var path in rebooted.ListFiles("shard").Select(name => Path.Combine("shard", name)))
            {
                if (method == BackupMethod.Copy)
                    rebooted.FlipBit(path, 50, 3);
                rebooted.DeleteFile(path);
            }

            Assert.Equal(life.History.LastIndex, IndexOf(rebooted, life.History));
        }
    }
}
