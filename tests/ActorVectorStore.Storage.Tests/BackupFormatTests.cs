using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What is promised of the list of a backup: version 1 is read for ever, damage is told, and foreign bytes do no harm.</summary>
public sealed class BackupFormatTests
{
    private const string Golden = "backup-v1.golden";
    private const string GoldenOfVersion2 = "backup-v2.golden";
    private const int CollectionsAt = 12;

    private static readonly BackupContents Contents = new(
    [
        new CollectionBackup(
            new CollectionSchema(CollectionName.Parse("größer"), 768, Distance.Cosine, 2),
            [
                new BackupShard("7-0", 5_000_000_000, new byte[] { 1, 2, 3 }, [new BackupFile("00ff.seg", 1L << 40, UInt128.MaxValue), new BackupFile("00ff-01.del", 12, 7)]),
                new BackupShard("7-1", 0, ReadOnlyMemory<byte>.Empty, []),
            ]),
        new CollectionBackup(new CollectionSchema(CollectionName.Parse("b"), 1, Distance.Dot), [new BackupShard("9-0", 0, ReadOnlyMemory<byte>.Empty, [])]),
    ]);

    private static readonly byte[] Whole = BackupFormat.Write(Contents);

    // Set AVS_REWRITE_TESTDATA=1 to write the file of a new version; the file of a released version is never rewritten.
    [Fact]
    public void Version_2_is_written_and_read_as_recorded()
    {
        var schema = new CollectionSchema(CollectionName.Parse("c"), [VectorSchema.Sparse("words"), VectorSchema.Dense("image", 3, Distance.Dot, ElementType.UInt8)]);
        var bytes = BackupFormat.Write(new BackupContents([.. Contents.Collections, new CollectionBackup(schema, [new BackupShard("9-0", 0, ReadOnlyMemory<byte>.Empty, [])])]));
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
        {
            File.WriteAllBytes(Path.Combine(SourceDirectory(), "testdata", GoldenOfVersion2), bytes);
            return;
        }

        var golden = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", GoldenOfVersion2));
        Assert.Equal(golden, bytes);
        var read = BackupFormat.Read(golden, "golden");
        Assert.Equal(schema, read.Collections[^1].Schema);
        Assert.Equal(golden, BackupFormat.Write(read));
        Assert.Throws<CorruptionException>(() => BackupFormat.Read(Sealed([.. golden[..8], 1, 0, 0, 0, .. golden[12..^8]]), "b"));
        Assert.Throws<CorruptionException>(() => BackupFormat.Read(Sealed([.. Whole[..8], 2, 0, 0, 0, .. Whole[12..^8]]), "b"));
    }

    [Fact]
    public void Version_1_is_written_and_read_as_recorded()
    {
        var golden = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", Golden));
        Assert.Equal(golden, Whole);
        Assert.Equal(golden, BackupFormat.Write(BackupFormat.Read(golden, "golden")));
    }

    [Fact]
    public void Every_flipped_bit_and_every_cut_is_told()
    {
        for (var at = 0; at < Whole.Length; at++)
        {
            foreach (var bit in LongRuns.AreWanted ? Enumerable.Range(0, 8) : [at % 8])
            {
                var rotten = (byte[])Whole.Clone();
                rotten[at] ^= (byte)(1 << bit);
                Assert.Equal("b", Assert.Throws<CorruptionException>(() => BackupFormat.Read(rotten, "b")).File);
            }

            Assert.Throws<CorruptionException>(() => BackupFormat.Read(Whole[..at], "b"));
        }
    }

    [Fact]
    public void A_newer_version_is_refused_with_its_number()
    {
        var error = Assert.Throws<UnsupportedFormatException>(() => BackupFormat.Read(Sealed([.. Whole[..8], 9, 0, 0, 0, .. Whole[12..^8]]), "b"));
        Assert.Equal(("b", 9, 2), (error.File, error.FoundVersion, error.NewestSupportedVersion));
    }

    [Theory]
    [InlineData("../00ff.seg")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("")]
    public void A_name_that_could_lead_out_of_its_directory_is_refused(string name)
    {
        var schema = new CollectionSchema(CollectionName.Parse("c"), 1, Distance.Dot);
        BackupContents[] hostile =
        [
            new([new CollectionBackup(schema, [new BackupShard(name, 0, ReadOnlyMemory<byte>.Empty, [])])]),
            new([new CollectionBackup(schema, [new BackupShard("1-0", 0, ReadOnlyMemory<byte>.Empty, [new BackupFile(name, 1, 1)])])]),
        ];
        Assert.All(hostile, contents => Assert.Throws<CorruptionException>(() => BackupFormat.Read(BackupFormat.Write(contents), "b")));
    }

    [Fact]
    public void Counts_without_anything_behind_them_allocate_little()
    {
        byte[] billions = [.. Whole[..CollectionsAt], 0xFF, 0xFF, 0xFF, 0x7F, .. Whole[(CollectionsAt + 4)..^8]];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CorruptionException>(() => BackupFormat.Read(Sealed(billions), "b"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Foreign_bytes_with_a_right_checksum_are_told_or_read_and_written_as_they_are()
    {
        var random = new SeededRandom(11);
        for (var n = 0; n < 20_000; n++)
        {
            var bytes = Whole[..^8];
            for (var change = 0; change <= random.Next(3); change++)
                bytes[CollectionsAt + random.Next(bytes.Length - CollectionsAt)] = (byte)random.Next(256);
            if (random.Chance(0.2))
                bytes = bytes[..(16 + random.Next(bytes.Length - 16))];
            try
            {
                Assert.Equal(Sealed(bytes), BackupFormat.Write(BackupFormat.Read(Sealed(bytes), "b")));
            }
            catch (CorruptionException e)
            {
                Assert.Equal("b", e.File);
            }
        }
    }

    private static byte[] Sealed(byte[] bytes) => [.. bytes, .. BitConverter.GetBytes(XxHash3.HashToUInt64(bytes))];

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
