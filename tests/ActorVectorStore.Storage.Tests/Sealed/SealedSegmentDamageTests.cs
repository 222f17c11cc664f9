using System.Buffers.Binary;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Damage to a sealed segment is told, by reads that touch it and by the scrub, and is never served.</summary>
public sealed class SealedSegmentDamageTests
{
    [Fact]
    public void Every_flipped_byte_is_found_by_the_scrub_and_changes_no_answer()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        var length = disk.ReadWhole(SealedSegments.Path).Length;
        for (var at = 0; at < length; at++)
        {
            foreach (var bit in LongRuns.AreWanted ? Enumerable.Range(0, 8) : [at % 8])
            {
                var rotten = disk.Clone();
                rotten.FlipBit(SealedSegments.Path, at, bit);
                AssertFound(rotten, at);
            }
        }
    }

    [Fact]
    public void Every_cut_is_found_at_opening()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        for (var length = disk.ReadWhole(SealedSegments.Path).Length - 1; length >= 0; length--)
        {
            var cut = disk.Clone();
            cut.Truncate(SealedSegments.Path, length);
            Assert.Equal(SealedSegments.Path, Assert.Throws<CorruptionException>(() => SealedSegments.Open(cut)).File);
        }
    }

    [Fact]
    public void A_damaged_vector_block_fails_the_reads_that_touch_it_and_no_others()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        var place = PlaceOf(disk, new SectionKey(SealedSectionKind.Vectors));
        disk.FlipBit(SealedSegments.Path, place + 5, 3);
        using var segment = SealedSegments.Open(disk);
        using var reader = segment.Lease();
        var error = Assert.Throws<CorruptionException>(() => reader.Dense("")!.Vectors.Stored(0).Length);
        Assert.Equal((SealedSegments.Path, place), (error.File, error.Offset));
        Assert.Equal(SealedSamples.Rows[0].Payload, reader.Payloads.Read(0));
        Assert.Equal(SealedSamples.Rows[0].Vectors[5]!.Components, reader.Multi("passages")!.Read(0));
        var damage = Assert.Single(segment.Scrub(null, CancellationToken.None));
        Assert.Equal((place, new SectionKey(SealedSectionKind.Vectors), false), (damage.Offset, damage.Section, damage.IsDerived));
    }

    [Fact]
    public void Damage_to_a_derived_section_is_a_result_and_not_an_exception()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        disk.FlipBit(SealedSegments.Path, PlaceOf(disk, SealedSamples.Extra) + 299, 0);
        using var segment = SealedSegments.Open(disk);
        using var reader = segment.Lease();
        Assert.False(reader.Section(SealedSamples.Extra)!.TrySpan(0, 1, out _, out var damage));
        Assert.Equal((SealedSamples.Extra, true), (damage.Section, damage.IsDerived));
        SealedSegments.AssertSame(SealedSamples.Rows, segment);
    }

    [Fact]
    public void A_block_that_rots_after_it_was_read_is_found_by_the_scrub()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        using var segment = SealedSegments.Open(disk);
        SealedSegments.AssertSame(SealedSamples.Rows, segment);
        disk.FlipBit(SealedSegments.Path, PlaceOf(disk, new SectionKey(SealedSectionKind.InsertedAt)), 0);
        Assert.Single(segment.Scrub(null, CancellationToken.None));
    }

    [Fact]
    public void What_was_forgotten_is_compared_again_and_what_was_compared_is_not()
    {
        using var mapping = new ChangingMapping(2 * SealedSegmentFormat.BlockBytes);
        var entry = new SectionEntry(new SectionKey(SealedSectionKind.Vectors), 1, SealedSectionFlags.None, SealedSegmentFormat.BlockBytes, 0, 100, 0);
        var checksums = new SectionEntry(
            new SectionKey(SealedSectionKind.BlockChecksums), 1, SealedSectionFlags.None, 0, SealedSegmentFormat.BlockBytes, SealedSegmentFormat.ChecksumBytes, 0);
        var checksum = new BlockChecksum(SealedSegments.Spec.Id);
        BinaryPrimitives.WriteUInt64LittleEndian(mapping.Bytes.AsSpan((int)checksums.Offset), checksum.Of(mapping.Bytes.AsSpan(0, entry.BlockLength(0)), 0));
        var section = new SealedSection("file", entry, checksums, new SharedMapping(mapping), checksum);
        Assert.Equal(0, section.Span(7, 1)[0]);
        mapping.Bytes[7] = 1;
        Assert.Equal(1, section.Span(7, 1)[0]);
        section.Forget(0);
        Assert.Throws<CorruptionException>(() => section.Span(7, 1).Length);
    }

    private static void AssertFound(SimulatedFileSystem rotten, int at)
    {
        using var segment = SealedSegments.Open(rotten);
        try
        {
            SealedSegments.AssertSame(SealedSamples.Rows, segment);
        }
        catch (CorruptionException e)
        {
            Assert.Equal(SealedSegments.Path, e.File);
            Assert.InRange(e.Offset, 0, at);
        }

        var damages = segment.Scrub(null, CancellationToken.None);
        Assert.True(damages.Count > 0, $"The scrub finds nothing at {at}.");
        Assert.All(damages, damage => Assert.Equal(SealedSegments.Path, damage.File));
    }

    private static long PlaceOf(SimulatedFileSystem disk, SectionKey key)
    {
        using var segment = SealedSegments.Open(disk);
        return segment.Sections.Single(section => section.Key == key).Offset;
    }

    private sealed class ChangingMapping(int length) : IMappedFile
    {
        public byte[] Bytes { get; } = new byte[length];

        public long Length => Bytes.Length;

        public ReadOnlySpan<byte> Span(long offset, int length) => Bytes.AsSpan((int)offset, length);

        public void WillNeed(long offset, int length)
        {
        }

        public void Dispose()
        {
        }
    }
}
