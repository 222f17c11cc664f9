using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What is promised of the bytes of a manifest: version 1 is read for ever, damage is told, and foreign bytes do no harm.</summary>
public sealed class ShardManifestFormatTests
{
    private const string Golden = "manifest-v1.golden";
    private const string GoldenOfVersion2 = "manifest-v2.golden";
    private const int SegmentAt = 40;
    private const int PinAt = SegmentAt + (2 * 56);

    private static readonly ShardManifest Manifest = new(
        [VectorSchema.Dense("", 384, Distance.Dot)],
        Index: 5_000_000_000,
        HistoryStart: 4_999_999_000,
        [
            new SegmentEntry(new SealedSegmentId(new UInt128(7, 1)), 1_000_000, 1L << 32, 4_000_000_000),
            new SegmentEntry(new SealedSegmentId(new UInt128(7, 9)), 12, 8_192, 5_000_000_000, 4_999_999_999, 3),
        ],
        [new Pin("before the import", 17), new Pin("größer", 5_000_000_000)],
        [new PayloadIndex(PayloadPath.Parse("city"), PayloadIndexKind.Keyword), new PayloadIndex(PayloadPath.Parse("a[].b"), PayloadIndexKind.Text)]);

    private static readonly VectorSchema[] Named = [VectorSchema.Dense("", 384, Distance.Dot), VectorSchema.Sparse("words")];

    private static readonly byte[] Whole = ShardManifestFormat.Write(Manifest);

    // Set AVS_REWRITE_TESTDATA=1 to write the file of a new version; the file of a released version is never rewritten.
    [Fact]
    public void Version_1_is_written_and_read_as_recorded()
    {
        var golden = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", Golden));
        Assert.Equal(golden, Whole);
        var read = ShardManifestFormat.Read(golden, "golden");
        Assert.Equal((Manifest.Index, Manifest.HistoryStart), (read.Index, read.HistoryStart));
        Assert.Equal(Manifest.Vectors, read.Vectors);
        Assert.Equal(Manifest.PayloadIndexes, read.PayloadIndexes);
        Assert.Equal(Manifest.Segments, read.Segments);
        Assert.Equal(Manifest.Pins, read.Pins);
    }

    [Fact]
    public void Version_2_is_written_and_read_as_recorded()
    {
        var manifest = Manifest with { Vectors = Named };
        var bytes = ShardManifestFormat.Write(manifest);
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
        {
            File.WriteAllBytes(Path.Combine(SourceDirectory(), "..", "testdata", GoldenOfVersion2), bytes);
            return;
        }

        var golden = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", GoldenOfVersion2));
        Assert.Equal(golden, bytes);
        var read = ShardManifestFormat.Read(golden, "golden");
        Assert.Equal(Named, read.Vectors);
        Assert.Equal(Manifest.Segments, read.Segments);
    }

    [Fact]
    public void Every_flipped_bit_is_told()
    {
        for (var at = 0; at < Whole.Length; at++)
        {
            foreach (var bit in LongRuns.AreWanted ? Enumerable.Range(0, 8) : [at % 8])
            {
                var rotten = (byte[])Whole.Clone();
                rotten[at] ^= (byte)(1 << bit);
                Assert.Equal("m", Assert.Throws<CorruptionException>(() => ShardManifestFormat.Read(rotten, "m")).File);
            }
        }
    }

    [Fact]
    public void Every_cut_is_told()
    {
        for (var length = 0; length < Whole.Length; length++)
        {
            var cut = Whole[..length];
            Assert.Throws<CorruptionException>(() => ShardManifestFormat.Read(cut, "m"));
            if (length > 8)
                Assert.Throws<CorruptionException>(() => ShardManifestFormat.Read(Seal(cut), "m"));
        }
    }

    [Fact]
    public void A_newer_version_is_refused_with_its_number()
    {
        var error = Assert.Throws<UnsupportedFormatException>(() => ReadChanged(8, [9, 0]));
        Assert.Equal(("m", 9, 2), (error.File, error.FoundVersion, error.NewestSupportedVersion));
    }

    [Theory]
    [InlineData("version 0", 8, 0, 2)]
    [InlineData("a distance that there is not", 10, 99, 1)]
    [InlineData("an index that is not there", 11, 3, 1)]
    [InlineData("dimension 0", 12, 0, 4)]
    [InlineData("dimension 65,537", 12, 65_537, 4)]
    [InlineData("a negative index", 16, -1, 8)]
    [InlineData("an index before those of segments", 16, 4_999_999_999, 8)]
    [InlineData("history from behind the index", 24, 5_000_000_001, 8)]
    [InlineData("negative history", 24, -1, 8)]
    [InlineData("a segment too many", 32, 3, 4)]
    [InlineData("a segment too few", 32, 1, 4)]
    [InlineData("four billion segments", 32, -1, 4)]
    [InlineData("65,536 segments", 32, 65_536, 4)]
    [InlineData("a pin too many", 36, 3, 4)]
    [InlineData("a pin too few", 36, 1, 4)]
    [InlineData("four billion pins", 36, -1, 4)]
    [InlineData("a segment twice", SegmentAt + 56, 1, 8)]
    [InlineData("no rows", SegmentAt + 16, 0, 4)]
    [InlineData("negative rows", SegmentAt + 16, -1, 4)]
    [InlineData("deletions without a file of them", SegmentAt + 20, 1, 4)]
    [InlineData("more deletions than rows", SegmentAt + 56 + 20, 13, 4)]
    [InlineData("a file of no deletions", SegmentAt + 56 + 20, 0, 4)]
    [InlineData("an empty file", SegmentAt + 24, 0, 8)]
    [InlineData("a file of 2^63 bytes", SegmentAt + 24, long.MinValue, 8)]
    [InlineData("rows from behind the index", SegmentAt + 32, 5_000_000_001, 8)]
    [InlineData("rows from before the beginning", SegmentAt + 32, -1, 8)]
    [InlineData("deletions from behind the index", SegmentAt + 56 + 40, 5_000_000_001, 8)]
    [InlineData("deletions from before the beginning", SegmentAt + 56 + 40, -1, 8)]
    [InlineData("a reserved number", SegmentAt + 48, 1, 8)]
    [InlineData("a pin behind the index", PinAt, 5_000_000_001, 8)]
    [InlineData("a pin before the beginning", PinAt, -1, 8)]
    [InlineData("an empty name", PinAt + 8, 0, 2)]
    [InlineData("a name beyond the end", PinAt + 8, 765, 2)]
    [InlineData("a name that is too long", PinAt + 8, 766, 2)]
    [InlineData("names out of order", PinAt + 10, 'z', 1)]
    [InlineData("a name that is no text", PinAt + 10, 0xFF, 1)]
    public void A_manifest_with_a_right_checksum_and_a_wrong_value_is_refused(string what, int at, long value, int bytes)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Record.Exception(() => ReadChanged(at, number[..bytes]));
        Assert.True(error is CorruptionException, $"With {what}: {error}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_name_twice_and_bytes_behind_the_last_pin_are_refused()
    {
        var twice = ShardManifestFormat.Write(Manifest with { Pins = [new Pin("a", 1), new Pin("a", 2)] });
        Assert.Throws<CorruptionException>(() => ShardManifestFormat.Read(twice, "m"));
        Assert.Throws<CorruptionException>(() => ShardManifestFormat.Read(Seal([.. Whole, 0]), "m"));
        Assert.Throws<CorruptionException>(() => ShardManifestFormat.Read(Seal([.. Whole, .. new byte[56]]), "m"));
    }

    [Fact]
    public void Bytes_with_a_right_checksum_are_a_manifest_that_can_be_written_again_or_refused()
    {
        var (read, refused) = (0, 0);
        byte[][] manifests = [Whole, ShardManifestFormat.Write(Manifest with { Vectors = Named })];
        Gen.Select(Gen.OneOf(manifests), Gen.Select(Gen.Int[8, Whole.Length - 9], Gen.Byte).Array[1, 3]).Sample(
            (whole, changes) =>
            {
                var changed = (byte[])whole.Clone();
                foreach (var (at, value) in changes)
                    changed[at] = value;
                try
                {
                    Assert.Equal(Seal(changed), ShardManifestFormat.Write(ShardManifestFormat.Read(Seal(changed), "m")));
                    Interlocked.Increment(ref read);
                }
                catch (Exception e) when (e is CorruptionException or UnsupportedFormatException)
                {
                    Interlocked.Increment(ref refused);
                }
            },
            iter: 5_000);
        Assert.True(read > 50 && refused > 50, $"{read} read, {refused} refused: one of them was hardly looked at.");
    }

    private static ShardManifest ReadChanged(int at, byte[] value)
    {
        var changed = (byte[])Whole.Clone();
        value.CopyTo(changed, at);
        return ShardManifestFormat.Read(Seal(changed), "m");
    }

    private static byte[] Seal(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8), XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)));
        return bytes;
    }

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
