using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using static ActorVectorStore.Storage.Tests.ShardUpkeepTests;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Whatever is damaged in the files of shards is listed with its place, the rest is read all the same, and nothing is modified.</summary>
public sealed class ShardVerifierTests
{
    private const string Directory = "/data/shards";

    [Fact]
    public void Whole_files_have_no_damage_and_are_not_modified()
    {
        var disk = NewDisk();
        var before = disk.HashesBelow(Directory);
        var progress = new LastStep();
        var found = ShardVerifier.Verify(disk, Directory, progress);
        Assert.Empty(found.Damages);
        Assert.Equal((2, 2, 2, 0), (found.Shards, found.Segments, found.DeletionFiles, found.OtherFiles));
        Assert.Equal(FilesOf(disk, "").Sum(path => disk.ReadWhole(path).LongLength), found.Bytes);
        Assert.Equal(new ShardVerificationProgress(4, 4, found.Bytes), progress.Last);
        Assert.Equal(before, disk.HashesBelow(Directory));
    }

    [Fact]
    public void Every_flipped_bit_is_listed_with_its_file()
    {
        var disk = NewDisk();
        foreach (var path in FilesOf(disk, ""))
        {
            var step = LongRuns.AreWanted || path.EndsWith(".del", StringComparison.Ordinal) ? 1 : 97;
            for (var at = 0; at < disk.ReadWhole(path).Length; at += step)
            {
                var rotten = disk.Clone();
                rotten.FlipBit(path, at, at % 8);
                Assert.All(Damages(rotten), damage => Assert.Equal(path, damage.File));
                Assert.NotEmpty(Damages(rotten));
            }
        }
    }

    [Fact]
    public void Damage_says_its_section_and_whether_that_can_be_made_again()
    {
        var disk = NewDisk();
        var path = FilesOf(disk, ".seg")[0];
        var (vectors, norms) = (PlaceOf(disk, path, SealedSectionKind.Vectors), PlaceOf(disk, path, SealedSectionKind.InverseNorms));
        disk.FlipBit(path, vectors + 1, 1);
        disk.FlipBit(path, norms + 1, 1);
        var damages = Damages(disk);
        Assert.Equal([(vectors, "Vectors/0", false), (norms, "InverseNorms/0", true)], damages.Select(damage => (damage.Offset, damage.Section, damage.IsDerived)));
        Assert.All(damages, damage => Assert.Equal(path, damage.File));
    }

    [Fact]
    public void Damage_of_one_file_does_not_hide_that_of_another()
    {
        var disk = NewDisk();
        var paths = FilesOf(disk, "");
        foreach (var path in paths)
            disk.Truncate(path, disk.ReadWhole(path).Length - 1);
        Assert.Equal(paths.Order(), Damages(disk).Select(damage => damage.File).Order());
    }

    [Fact]
    public void A_file_under_the_name_of_another_is_told()
    {
        var disk = NewDisk();
        foreach (var paths in new[] { FilesOf(disk, ".seg"), FilesOf(disk, ".del") })
        {
            var other = Path.Combine(Path.GetDirectoryName(paths[0])!, $"{7:x32}{Path.GetFileName(paths[0])[32..]}");
            disk.WriteWholeDurably(other, disk.ReadWhole(paths[0]));
            Assert.Equal(other, Assert.Single(Damages(disk)).File);
            disk.DeleteFile(other);
        }
    }

    [Fact]
    public void A_deleted_row_that_the_segment_does_not_have_is_told()
    {
        var disk = NewDisk();
        var path = FilesOf(disk, ".del")[0];
        Resealed(disk, path, bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(44), 40));
        var damage = Assert.Single(Damages(disk));
        Assert.Equal((path, 44), (damage.File, damage.Offset));
    }

    [Fact]
    public void A_file_of_a_newer_version_or_on_a_failing_disk_is_listed_as_one_that_cannot_be_read()
    {
        var disk = NewDisk();
        var path = FilesOf(disk, ".del")[1];
        Resealed(disk, path, bytes => bytes[8] = 2);
        var newer = Assert.Single(Damages(disk));
        Assert.Equal((path, "a file that can be read"), (newer.File, newer.Expected));
        disk.Fail(DiskOperations.Read, 1);
        Assert.Equal([FilesOf(disk, ".seg")[0], path], Damages(disk).Select(damage => damage.File));
    }

    [Fact]
    public void What_a_crash_left_unfinished_is_counted_and_not_read()
    {
        var disk = NewDisk();
        foreach (var path in FilesOf(disk, ""))
            disk.WriteWholeDurably(path + ".tmp", "begun"u8);
        foreach (var name in new[] { "notes.txt", new string('a', 32) + ".del", new string('a', 32) + "-.idx", new string('a', 32) + "-0.idx" })
            disk.WriteWholeDurably(Path.Combine(Directory, "1-0", name), "mine"u8);
        var found = ShardVerifier.Verify(disk, Directory);
        Assert.Equal((2, 2, 8), (found.Segments, found.DeletionFiles, found.OtherFiles));
        Assert.Empty(found.Damages);
    }

    [Fact]
    public void Vector_indexes_are_read_and_damage_of_one_can_be_made_good()
    {
        var disk = new SimulatedFileSystem(2);
        using (var store = ShardStore.Create(IndexedShards.Schema(4, Distance.Euclid), new ShardPlace(disk, Path.Combine(Directory, "1-0"), 9)))
        {
            store.Apply(1, [new UpsertPoints(IndexedShards.Points(new SeededRandom(1), 1, 60, 4))]);
            store.Flush().Checkpoint();
            Assert.Equal(1, store.Index());
        }

        var path = Assert.Single(FilesOf(disk, ".idx"));
        var found = ShardVerifier.Verify(disk, Directory);
        Assert.Equal((1, 1, 0, FilesOf(disk, "").Sum(file => disk.ReadWhole(file).LongLength)), (found.Segments, found.VectorIndexes, found.OtherFiles, found.Bytes));
        Assert.Empty(found.Damages);
        var random = new SeededRandom(3);
        for (var i = 0; i < 20; i++)
        {
            var rotten = disk.Clone();
            rotten.FlipBit(path, random.Next(64), random.Next(8));
            var damage = Assert.Single(Damages(rotten));
            Assert.Equal((path, "VectorIndex/0", true, true), (damage.File, damage.Section, damage.IsDerived, damage.IsVectorIndex));
        }

        var other = path.Replace("-00.idx", "-01.idx", StringComparison.Ordinal);
        disk.WriteWholeDurably(other, disk.ReadWhole(path));
        Assert.Equal(other, Assert.Single(Damages(disk)).File);
    }

    [Fact]
    public void A_directory_that_is_missing_has_no_shards() =>
        Assert.Equal((0, 0, 0L), ShardVerifier.Verify(NewDisk(), "/data/none") is var found ? (found.Shards, found.Damages.Count, found.Bytes) : default);

    [Fact]
    public void It_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => ShardVerifier.Verify(NewDisk(), Directory, progress: null, cancelled.Token));
    }

    // Two shards, each of a segment of 40 rows, 3 of which are deleted.
    private static SimulatedFileSystem NewDisk()
    {
        var disk = new SimulatedFileSystem(1);
        foreach (var (name, identity) in new[] { ("1-0", 7UL), ("1-1", 8UL) })
        {
            using var store = ShardStore.Create(Shards.Schema(2), new ShardPlace(disk, Path.Combine(Directory, name), identity));
            store.Apply(1, [new UpsertPoints([.. Enumerable.Range(1, 40).Select(n => Shards.Point((ulong)n, n, 1))])]);
            store.Flush().Checkpoint();
            store.Apply(2, [Delete(4, 3)]);
            store.Flush().Checkpoint();
        }

        return disk;
    }

    private static IReadOnlyList<ShardDamage> Damages(SimulatedFileSystem disk) => ShardVerifier.Verify(disk, Directory).Damages;

    private static string[] FilesOf(SimulatedFileSystem disk, string ending) =>
    [
        .. disk.ListDirectories(Directory).Select(folder => Path.Combine(Directory, folder))
            .SelectMany(folder => disk.ListFiles(folder).Where(name => name.EndsWith(ending, StringComparison.Ordinal)).Select(name => Path.Combine(folder, name))),
    ];

    private static long PlaceOf(SimulatedFileSystem disk, string path, SealedSectionKind kind)
    {
        using var segment = SealedSegment.Open(disk, path, new PayloadBlockCache(1));
        return segment.Sections.Single(section => section.Key.Kind == kind).Offset;
    }

    private static void Resealed(SimulatedFileSystem disk, string path, Action<byte[]> change)
    {
        var bytes = disk.ReadWhole(path);
        change(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8), XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)));
        disk.WriteWholeDurably(path, bytes);
    }

    private sealed class LastStep : IProgress<ShardVerificationProgress>
    {
        public ShardVerificationProgress Last { get; private set; }

        public void Report(ShardVerificationProgress value)
        {
            Assert.True(value.Bytes >= Last.Bytes && value.Files >= Last.Files);
            Last = value;
        }
    }
}
