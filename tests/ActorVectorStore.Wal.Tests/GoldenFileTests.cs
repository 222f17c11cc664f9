using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>A file that version 1 wrote is readable for ever. To write it again after a deliberate change, set AVS_REWRITE=1.</summary>
public sealed class GoldenFileTests
{
    [Fact]
    public void The_document_of_the_format_still_gives_the_file_of_version_1()
    {
        var path = PathOf("segment-v1.wal");
        if (Environment.GetEnvironmentVariable("AVS_REWRITE") == "1")
        {
            File.WriteAllBytes(path, GoldenSegment.Write());
        }

        Assert.Equal(File.ReadAllBytes(path), GoldenSegment.Write());
    }

    [Fact]
    public void A_segment_of_version_1_is_read_and_written_on()
    {
        var log = Workload.Open(Disk(), Small, WalMutations.None);
        Assert.Equal(0, log.Recovery.TornBytes);
        Assert.Equal(["", "three"], log.ReadAll().Payloads());
        Assert.Equal([3L, 4L], log.ReadAll().Ordinals());
        Assert.Equal(["three"], log.ReadTag("green").Payloads());
        Assert.Equal(new StreamState(7, 2), log.ReadState("café"));
        Assert.Equal(5, log.Append(Batch("b", 2, "next")).FirstOrdinal);
    }

    [Fact]
    public void A_segment_of_a_newer_version_is_refused_and_not_modified()
    {
        var disk = Disk();
        var header = disk.ReadWhole(Segment)[..SegmentFormat.HeaderBytes];
        header[8] = 2;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(56), System.IO.Hashing.XxHash3.HashToUInt64(header.AsSpan(0, 56)));
        disk.Overwrite(Segment, 0, header);
        var before = disk.ReadWhole(Segment);
        Assert.Equal(2, Assert.Throws<UnsupportedFormatException>(() => Workload.Open(disk, Small, WalMutations.None)).FoundVersion);
        Assert.Equal(before, disk.ReadWhole(Segment));
    }

    private const string Segment = "/log/0000000100000000.wal";

    private static SimulatedFileSystem Disk()
    {
        var disk = new SimulatedFileSystem(1);
        disk.CreateDirectory("/log");
        disk.WriteWholeDurably(Segment, File.ReadAllBytes(PathOf("segment-v1.wal")));
        return disk;
    }

    private static string PathOf(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "testdata", name);
}
