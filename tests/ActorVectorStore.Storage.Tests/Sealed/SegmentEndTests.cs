using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>When two files are taken for the same segment.</summary>
public sealed class SegmentEndTests
{
    // Their entries in the directory are longer than the 128 KiB that the checksums of a GiB take: the checksums lie further in front of the end than in any small segment.
    private const int Sections = 3_000;

    [Fact]
    public void Files_that_differ_in_one_byte_of_one_block_are_different_however_far_its_checksum_is_from_the_end()
    {
        Assert.True(IsSame(Written(1), Written(1)));
        Assert.False(IsSame(Written(1), Written(2)));
    }

    [Fact]
    public void What_rotted_in_front_of_the_checksums_makes_no_other_segment()
    {
        var rotten = Written(1);
        rotten.FlipBit(SealedSegments.Path, 100, 3);
        using (var segment = SealedSegments.Open(rotten))
            rotten.FlipBit(SealedSegments.Path, segment.Sections[0].Offset, 3);
        Assert.True(IsSame(Written(1), rotten));
        Assert.True(IsSame(rotten, Written(1)));
    }

    [Fact]
    public void A_file_of_another_length_is_no_such_segment()
    {
        var longer = Written(1);
        using (var file = longer.Open(SealedSegments.Path, FileOpening.WriteExisting))
            file.Write([0], file.Length);
        Assert.False(IsSame(Written(1), longer));
    }

    private static bool IsSame(SimulatedFileSystem one, SimulatedFileSystem other)
    {
        using var segment = one.Open(SealedSegments.Path, FileOpening.ReadExisting);
        using var file = other.Open(SealedSegments.Path, FileOpening.ReadExisting);
        return SegmentEnd.IsSame(segment, file);
    }

    private static SimulatedFileSystem Written(byte first)
    {
        var disk = SealedSegments.NewDisk();
        SealedSegments.Write(
            disk,
            [],
            writer =>
            {
                for (var n = 0; n < Sections; n++)
                {
                    var section = writer.BeginSection(new SectionKey(SealedSectionKind.FirstExtra, (uint)n), 1, SealedSectionFlags.Optional);
                    section.Append([n == 0 ? first : (byte)0]);
                    section.End();
                }
            },
            SealedSegments.Spec with { ExtraSectionsMax = Sections });
        return disk;
    }
}
