using System.Buffers.Binary;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Files of segments that break a rule behind checksums that are right, as a program with a fault would write them.</summary>
internal static class Forgery
{
    /// <summary>Exchanges bytes of a section, and the checksums of the blocks that they are in.</summary>
    public static void Forge(this SimulatedFileSystem disk, string path, SectionKey key, long offset, params byte[] bytes)
    {
        using var segment = SealedSegment.Open(disk, path, new PayloadBlockCache(1));
        var section = segment.Sections.Single(entry => entry.Key == key);
        var checksums = segment.Sections.Single(entry => entry.Key.Kind == SealedSectionKind.BlockChecksums);
        disk.Overwrite(path, section.Offset + offset, bytes);
        var file = disk.ReadWhole(path);
        for (var block = 0; block < section.BlockCount; block++)
        {
            var checksum = new byte[SealedSegmentFormat.ChecksumBytes];
            var content = file.AsSpan((int)section.BlockOffset(block), section.BlockLength(block));
            BinaryPrimitives.WriteUInt64LittleEndian(checksum, new BlockChecksum(segment.Id).Of(content, section.BlockOffset(block)));
            disk.Overwrite(path, checksums.Offset + ((section.FirstChecksum + block) * SealedSegmentFormat.ChecksumBytes), checksum);
        }

        Assert.Empty(segment.Scrub(null, CancellationToken.None));
    }
}
