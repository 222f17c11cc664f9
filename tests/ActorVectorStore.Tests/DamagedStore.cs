using ActorVectorStore.Storage;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>A database with one segment, of which one bit of a section is flipped.</summary>
internal static class DamagedStore
{
    public const int Points = 100;

    public static async Task<SimulatedFileSystem> MakeAsync(string directory, string section)
    {
        var disk = new SimulatedFileSystem(1);
        await using (var database = await Measured.CreateAsync(disk, directory))
        {
            await Measured.UpsertAsync(database, 0, Points);
            await database.CompactAsync(Measured.Schema.Name);
        }

        var shards = Path.Combine(directory, VectorDatabase.ShardsFolder);
        var folder = Path.Combine(shards, Assert.Single(disk.ListDirectories(shards)));
        var path = Path.Combine(folder, Assert.Single(disk.ListFiles(folder)));
        for (var at = disk.ReadWhole(path).Length - 1; at >= 0; at -= 16)
        {
            var damaged = disk.Clone();
            damaged.FlipBit(path, at, 3);
            var damages = ShardVerifier.Verify(damaged, shards).Damages;
            if (damages.Count == 1 && damages[0].Section?.StartsWith(section + "/", StringComparison.Ordinal) == true)
                return damaged;
        }

        throw new InvalidOperationException($"Found no {section} in {path}.");
    }
}
