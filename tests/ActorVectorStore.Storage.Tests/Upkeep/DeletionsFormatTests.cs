using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What is promised of the bytes of a file of deletions: version 1 is read for ever, damage is told, and foreign bytes do no harm.</summary>
public sealed class DeletionsFormatTests
{
    private const string Golden = "deletions-v1.golden";
    private const string Path = "some.del";

    private static readonly SealedSegmentId Id = new(new UInt128(7, 5));
    private static readonly (int Row, long Index)[] Deletions = [(0, 1), (3, 900), (4, 2), (1_999, 1L << 40), (2_000_000, 77)];
    private static readonly SegmentEntry Entry = new(Id, 2_000_001, 1, 1, 1L << 40, Deletions.Length);

    // Set AVS_REWRITE_TESTDATA=1 to write the file of a new version; the file of a released version is never rewritten.
    [Fact]
    public void Version_1_is_written_and_read_as_recorded()
    {
        var bytes = Write();
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
        {
            File.WriteAllBytes(System.IO.Path.Combine(SourceDirectory(), "..", "testdata", Golden), bytes);
            return;
        }

        var golden = File.ReadAllBytes(System.IO.Path.Combine(AppContext.BaseDirectory, "testdata", Golden));
        Assert.Equal(golden, bytes);
        Assert.Equal(Deletions, Read(golden));
    }

    [Fact]
    public void Every_flipped_bit_is_told()
    {
        var bytes = Write();
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var bit in LongRuns.AreWanted ? Enumerable.Range(0, 8) : [at % 8])
            {
                var rotten = (byte[])bytes.Clone();
                rotten[at] ^= (byte)(1 << bit);
                Assert.Equal(Path, Assert.Throws<CorruptionException>(() => Read(rotten)).File);
            }
        }
    }

    [Fact]
    public void Every_cut_and_every_addition_is_told()
    {
        var bytes = Write();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<CorruptionException>(() => Read(bytes[..length]));
        Assert.Throws<CorruptionException>(() => Read([.. bytes, 0]));
        Assert.Throws<CorruptionException>(() => Read(Seal([.. bytes, .. new byte[12]])));
    }

    [Fact]
    public void A_missing_file_is_told_as_damage() => Assert.Throws<CorruptionException>(() => DeletionsFormat.Read(new SimulatedFileSystem(1), Path, Entry));

    [Fact]
    public void A_newer_version_is_refused_with_its_number_and_version_0_is_damage()
    {
        var bytes = Write();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), 9);
        var error = Assert.Throws<UnsupportedFormatException>(() => Read(Seal(bytes)));
        Assert.Equal((Path, 9, 1), (error.File, error.FoundVersion, error.NewestSupportedVersion));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), 0);
        Assert.Throws<CorruptionException>(() => Read(Seal(bytes)));
    }

    [Fact]
    public void A_file_that_the_manifest_does_not_mean_is_refused()
    {
        var bytes = Write();
        Assert.All(
            [
                Entry with { Id = new SealedSegmentId(6) },
                Entry with { DeletionsAt = Entry.DeletionsAt + 1 },
                Entry with { DeletionCount = Entry.DeletionCount - 1 },
                Entry with { DeletionCount = SealedSegmentFormat.RowsMax, RowCount = SealedSegmentFormat.RowsMax },
                Entry with { RowCount = 2_000_000 },
            ],
            entry => Assert.Throws<CorruptionException>(() => Read(bytes, entry)));
    }

    [Fact]
    public void A_count_that_no_file_can_have_is_damage()
    {
        var bytes = Write();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), SealedSegmentFormat.RowsMax);
        Assert.Throws<CorruptionException>(() => Read(Seal(bytes), Entry with { DeletionCount = SealedSegmentFormat.RowsMax, RowCount = SealedSegmentFormat.RowsMax }));
    }

    [Fact]
    public void Bytes_with_a_right_checksum_are_what_they_say_or_refused()
    {
        var bytes = Write();
        var (read, refused) = (0, 0);
        Gen.Select(Gen.Int[8, bytes.Length - 9], Gen.Byte).Array[1, 3].Sample(
            changes =>
            {
                var changed = (byte[])bytes.Clone();
                foreach (var (at, value) in changes)
                    changed[at] = value;
                try
                {
                    var deletions = Read(Seal(changed));
                    Assert.Equal(Deletions.Length, deletions.Count);
                    Assert.Equal(deletions.DistinctBy(deletion => deletion.Row).OrderBy(deletion => deletion.Row), deletions);
                    Assert.All(deletions, deletion => Assert.True(deletion.Row < Entry.RowCount && deletion.Index >= 1 && deletion.Index <= Entry.DeletionsAt));
                    Interlocked.Increment(ref read);
                }
                catch (Exception e) when (e is CorruptionException or UnsupportedFormatException)
                {
                    Interlocked.Increment(ref refused);
                }
            },
            iter: 2_000);
        Assert.True(read > 20 && refused > 20, $"{read} read, {refused} refused: one of them was hardly looked at.");
    }

    private static byte[] Write() => DeletionsFormat.Write(Id, Entry.DeletionsAt, Deletions);

    private static byte[] Seal(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8), XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)));
        return bytes;
    }

    private static IReadOnlyList<(int Row, long Index)> Read(byte[] bytes, SegmentEntry? entry = null)
    {
        var disk = new SimulatedFileSystem(1);
        disk.WriteWhole(Path, bytes);
        return DeletionsFormat.Read(disk, Path, entry ?? Entry);
    }

    private static string SourceDirectory([CallerFilePath] string path = "") => System.IO.Path.GetDirectoryName(path)!;
}
