using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>A file that version 1 wrote is readable for ever. To write it again after a deliberate change, set AVS_REWRITE=1.</summary>
public sealed class GoldenFileTests
{
    public static TheoryData<string> Files() => ["segment-v1.wal", "sealed-v1.wal"];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_document_of_the_format_still_gives_the_file_of_version_1(string name)
    {
        var bytes = name == "segment-v1.wal" ? GoldenSegment.Write() : GoldenSealedSegment.Golden.Bytes;
        if (Environment.GetEnvironmentVariable("AVS_REWRITE") == "1")
        {
            File.WriteAllBytes(PathOf(name), bytes);
        }

        Assert.Equal(File.ReadAllBytes(PathOf(name)), bytes);
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
    public async Task A_sealed_segment_of_version_1_is_read_from_its_index()
    {
        var golden = File.ReadAllBytes(PathOf("sealed-v1.wal"));
        var disk = SealedDisk(golden);
        var log = Workload.Open(disk, Small, WalMutations.None);
        Assert.Equal((2, 1), (log.Recovery.Segments, log.Recovery.SegmentsScanned));
        Assert.Equal(["moved", "eight", "three and four", "ten and eleven"], log.ReadAll().Payloads());
        Assert.Equal([2L, 5L, 6L, 8L], log.ReadAll().Ordinals());
        Assert.Equal(["eight", "ten and eleven"], log.ReadStream("café").Payloads());
        Assert.Equal(["eight", "ten and eleven"], log.ReadTag("red").Payloads());
        Assert.Equal(["moved", "ten and eleven"], log.ReadTag("green").Payloads());
        Assert.Equal(
            [new(11, 0), new(4, 3), new(7, 7), new(1, 0)], ((string[])["café", "b", "gone", "idle"]).Select(log.ReadState));
        Assert.Equal(10, log.Append(Batch("b", 5, "next")).FirstOrdinal);
        await log.DisposeAsync();
        Assert.Equal(golden, disk.ReadWhole(Sealed));
    }

    [Fact]
    public void The_segment_that_version_1_sealed_is_sealed_to_the_same_bytes()
    {
        var disk = SealedDisk(GoldenSealedSegment.Golden.WithoutIndex);
        var log = Workload.Open(disk, Small, WalMutations.None);
        Assert.Equal((2, 2), (log.Recovery.Segments, log.Recovery.SegmentsScanned));
        Assert.Equal(File.ReadAllBytes(PathOf("sealed-v1.wal")), disk.ReadWhole(Sealed));
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
    private const string Sealed = "/log/0000000200000000.wal";

    private static SimulatedFileSystem Disk()
    {
        var disk = new SimulatedFileSystem(1);
        disk.CreateDirectory("/log");
        disk.WriteWholeDurably(Segment, File.ReadAllBytes(PathOf("segment-v1.wal")));
        return disk;
    }

    private static SimulatedFileSystem SealedDisk(byte[] segment)
    {
        var disk = new SimulatedFileSystem(1);
        disk.CreateDirectory("/log");
        disk.WriteWholeDurably(Sealed, segment);
        disk.WriteWholeDurably("/log/0000000300000000.wal", GoldenSealedSegment.Golden.Successor());
        return disk;
    }

    private static string PathOf(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "testdata", name);
}
